//! Which overload a call takes.

use crate::bound::Expr;
use crate::convert::{is_constant, literal, promotes, wider};
use crate::expression::Arg;
use kql_types::ScalarType;
use kql_types::function::FunctionSpec;
use kql_types::signature::{ArgumentForm, Parameter, ResultType, Signature, TypeClass};

/// A chosen overload.
#[derive(Debug)]
pub(crate) struct Chosen {
    /// The overload.
    pub(crate) signature: &'static Signature,
    /// The parameter of each argument.
    pub(crate) parameters: Vec<&'static Parameter>,
    /// The common type of the arguments whose parameters share one.
    pub(crate) common: Option<ScalarType>,
    /// The common type is not what every argument has or widens to: the public analyzer falls back to dynamic.
    pub(crate) mixed: bool,
}

/// Why no overload fits.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Misfit {
    /// Too few or too many arguments: the smallest and the largest number.
    Count(usize, usize),
    /// An argument of a wrong type: which, and what is needed.
    Argument(usize, String),
    /// An argument of the right type that is no constant, literal or column: which, and what it must be.
    Form(usize, ArgumentForm),
}

/// How well an argument fits: the better the higher; or why it does not.
type Fit = Result<u32, Unfit>;

/// Why an argument does not fit its parameter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Unfit {
    Type,
    Form,
}

/// Chooses the overload of a function for these arguments.
pub(crate) fn choose(spec: &'static FunctionSpec, args: &[Arg<'_>]) -> Result<Chosen, Misfit> {
    let overloads = spec.overloads();
    let mut best: Option<(u32, Chosen)> = None;
    let mut worst: Option<(usize, Misfit)> = None;
    for signature in overloads {
        for parameters in assignments(signature, args.len()) {
            match score(&parameters, args) {
                Ok(score) => {
                    if best.as_ref().is_none_or(|(b, _)| score > *b) {
                        let (common, mixed) = common_type(&parameters, args);
                        best = Some((score, Chosen { signature, parameters, common, mixed }));
                    }
                }
                Err((at, misfit)) => {
                    if worst.as_ref().is_none_or(|(w, _)| at > *w) {
                        worst = Some((at, misfit));
                    }
                }
            }
        }
    }
    if let Some((_, chosen)) = best {
        return Ok(chosen);
    }
    if let Some((_, misfit)) = worst {
        return Err(misfit);
    }
    let min = overloads.iter().map(Signature::min_arguments).min().unwrap_or(0);
    let max = overloads.iter().map(Signature::max_arguments).max().unwrap_or(0);
    Err(Misfit::Count(min, max))
}

/// The ways to give `count` arguments to the parameters: optional ones are filled from the left, and a run of repeated
/// parameters takes what is left over.
fn assignments(signature: &'static Signature, count: usize) -> Vec<Vec<&'static Parameter>> {
    let parameters = &signature.parameters;
    let first = parameters.iter().position(|p| p.repeat.is_some());
    let Some(first) = first else {
        let required = parameters.iter().filter(|p| !p.optional).count();
        if count < required || count > parameters.len() {
            return Vec::new();
        }
        return vec![with_optional(parameters, count - required)];
    };
    let group = parameters[first..].iter().take_while(|p| p.repeat.is_some()).count();
    let (before, rest) = parameters.split_at(first);
    let (repeated, after) = rest.split_at(group);
    let (min, max) = repeated[0].repeat.unwrap_or((0, usize::MAX));
    let min = if repeated[0].optional { 0 } else { min };
    let fixed = before.iter().chain(after).filter(|p| !p.optional).count();
    let optional_before = before.iter().filter(|p| p.optional).count();
    let optional_after = after.iter().filter(|p| p.optional).count();
    let mut ways = Vec::new();
    for more_before in (0..=optional_before).rev() {
        for more_after in (0..=optional_after).rev() {
            let Some(left) = count.checked_sub(fixed + more_before + more_after) else { continue };
            let times = left / group;
            if !left.is_multiple_of(group) || times < min || times > max {
                continue;
            }
            let mut way = with_optional(before, more_before);
            for _ in 0..times {
                way.extend(repeated.iter());
            }
            way.extend(with_optional(after, more_after));
            ways.push(way);
        }
    }
    ways
}

fn with_optional(parameters: &'static [Parameter], mut optional: usize) -> Vec<&'static Parameter> {
    let mut taken = Vec::with_capacity(parameters.len());
    for p in parameters {
        if p.optional {
            if optional == 0 {
                continue;
            }
            optional -= 1;
        }
        taken.push(p);
    }
    taken
}

fn score(parameters: &[&'static Parameter], args: &[Arg<'_>]) -> Result<u32, (usize, Misfit)> {
    let first = args.first().and_then(Arg::ty);
    let mut total = 1;
    for (at, (parameter, arg)) in parameters.iter().zip(args).enumerate() {
        match fit(parameter, arg, first) {
            Ok(points) => total += points,
            Err(Unfit::Type) => return Err((at, Misfit::Argument(at, needed(parameter, first)))),
            Err(Unfit::Form) => return Err((at, Misfit::Form(at, parameter.form))),
        }
    }
    Ok(total)
}

fn fit(parameter: &Parameter, arg: &Arg<'_>, first: Option<ScalarType>) -> Fit {
    let e = match (arg, &parameter.class) {
        (Arg::Star(_), _) if parameter.star => return Ok(4),
        (Arg::Table(_), TypeClass::Table | TypeClass::Any) => return Ok(4),
        (Arg::Type(..) | Arg::RowType(..), TypeClass::Type) => return Ok(4),
        (Arg::Missing(_), _) => return Ok(0),
        (Arg::Star(_) | Arg::Table(_) | Arg::Type(..) | Arg::RowType(..), _) => return Err(Unfit::Type),
        (Arg::Scalar(e), _) => e,
    };
    let points = type_fits(&parameter.class, e.ty, first).ok_or(Unfit::Type)?;
    if form_fits(parameter.form, e) { Ok(points) } else { Err(Unfit::Form) }
}

fn form_fits(form: ArgumentForm, e: &Expr) -> bool {
    match form {
        ArgumentForm::Any => true,
        ArgumentForm::Constant => is_constant(e) || e.ty == ScalarType::Unknown,
        ArgumentForm::Literal => literal(e).is_some() || e.ty == ScalarType::Unknown,
        ArgumentForm::Column => matches!(e.kind, crate::bound::ExprKind::Column(_)) || e.ty == ScalarType::Unknown,
    }
}

fn type_fits(class: &TypeClass, ty: ScalarType, first: Option<ScalarType>) -> Option<u32> {
    use ScalarType::{Bool, Dynamic, String, Unknown};
    if ty == Unknown {
        return match class {
            TypeClass::Table | TypeClass::Type => None,
            _ => Some(1),
        };
    }
    let when = |fits: bool, points: u32| fits.then_some(points);
    match class {
        TypeClass::OneOf(types) if types.contains(&ty) => Some(4),
        TypeClass::OneOf(types) => when(types.iter().any(|t| promotes(ty, *t)), 2),
        TypeClass::Scalar | TypeClass::Any => Some(2),
        TypeClass::Number => when(ty.is_number(), 3),
        TypeClass::Integer => when(ty.is_integer(), 3),
        TypeClass::Summable => when(ty.is_summable(), 3),
        TypeClass::NumberOrBool => when(ty.is_number() || ty == Bool, 3),
        TypeClass::Orderable | TypeClass::NotDynamic => when(ty != Dynamic, 3),
        TypeClass::Text => when(matches!(ty, String | Dynamic), 3),
        TypeClass::Array | TypeClass::Bag => when(ty == Dynamic, 3),
        TypeClass::Common => Some(2),
        TypeClass::Same => {
            let first = first.unwrap_or(Unknown);
            when(first == Unknown || ty == first || promotes(ty, first) || (ty.is_number() && first.is_number()), 3)
        }
        TypeClass::Type | TypeClass::Table => None,
    }
}

/// What a parameter asks for, in words.
fn needed(parameter: &Parameter, first: Option<ScalarType>) -> String {
    match &parameter.class {
        TypeClass::OneOf(types) => types.iter().map(|t| t.name()).collect::<Vec<_>>().join(" or "),
        TypeClass::Scalar | TypeClass::Common => "a scalar value".to_owned(),
        TypeClass::Any => "a value".to_owned(),
        TypeClass::Number => "a number".to_owned(),
        TypeClass::Integer => "a whole number (int or long)".to_owned(),
        TypeClass::Summable => "a number, datetime or timespan".to_owned(),
        TypeClass::NumberOrBool => "a number or bool".to_owned(),
        TypeClass::Orderable | TypeClass::NotDynamic => "a value that is not dynamic".to_owned(),
        TypeClass::Text => "string or dynamic".to_owned(),
        TypeClass::Array => "dynamic (an array)".to_owned(),
        TypeClass::Bag => "dynamic (a bag)".to_owned(),
        TypeClass::Same => format!("{} like the first argument", first.map_or("a value", ScalarType::name)),
        TypeClass::Type => "a type: typeof(…)".to_owned(),
        TypeClass::Table => "a table".to_owned(),
    }
}

/// The type shared by the arguments of class `common`: numbers widen, dynamic agrees with anything.
fn common_type(parameters: &[&'static Parameter], args: &[Arg<'_>]) -> (Option<ScalarType>, bool) {
    let types = parameters.iter().zip(args).filter(|(p, _)| p.class == TypeClass::Common).filter_map(|(_, a)| a.ty());
    common(types)
}

/// The type values of several types share, and whether they do not agree (then it is dynamic).
pub(crate) fn common(types: impl IntoIterator<Item = ScalarType>) -> (Option<ScalarType>, bool) {
    let mut found: Option<ScalarType> = None;
    let (mut unknown, mut dynamic, mut mixed) = (false, false, false);
    for ty in types {
        match (found, ty) {
            (_, ScalarType::Unknown) => unknown = true,
            (_, ScalarType::Dynamic) => dynamic = true,
            (None, ty) => found = Some(ty),
            (Some(f), ty) if f == ty => {}
            (Some(f), ty) if f.is_number() && ty.is_number() => found = Some(wider(f, ty)),
            _ => mixed = true,
        }
    }
    if mixed {
        return (Some(ScalarType::Dynamic), true);
    }
    match found {
        Some(found) => (Some(found), false),
        None if dynamic => (Some(ScalarType::Dynamic), false),
        None if unknown => (Some(ScalarType::Unknown), false),
        None => (None, false),
    }
}

/// The result types of a chosen overload; several for a function with several columns. `None` when the binder knows better
/// (`custom`).
pub(crate) fn result_types(chosen: &Chosen, args: &[Arg<'_>]) -> Option<Vec<(String, ScalarType)>> {
    let ty = |at: usize| args.get(at).and_then(Arg::ty).unwrap_or(ScalarType::Unknown);
    let one = |ty| Some(vec![(String::new(), ty)]);
    match &chosen.signature.result {
        ResultType::Is(ty) => one(*ty),
        ResultType::Argument(at) => one(ty(*at)),
        ResultType::Promoted(at) => one(match ty(*at) {
            ScalarType::Int => ScalarType::Long,
            other => other,
        }),
        ResultType::Common => one(chosen.common.unwrap_or(ScalarType::Unknown)),
        ResultType::Widest => {
            let numbers = args.iter().filter_map(Arg::ty).filter(|t| t.is_number());
            let widest = numbers.fold(ScalarType::Long, crate::convert::arithmetic);
            let unknown = args.iter().filter_map(Arg::ty).any(|t| t == ScalarType::Unknown);
            one(if unknown { ScalarType::Unknown } else { widest })
        }
        ResultType::TypeArgument => {
            let found = args.iter().find_map(|a| match a {
                Arg::Type(ty, _) => Some(*ty),
                _ => None,
            });
            one(found.unwrap_or(ScalarType::String))
        }
        ResultType::Custom => None,
        ResultType::Columns(columns) => Some(columns.clone()),
    }
}
