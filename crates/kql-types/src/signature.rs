//! The signature language: one line of text per overload of a function.
//!
//! ```text
//! (source:string|dynamic, start:integer, length?:integer) -> string
//! (predicate:bool, then:common, else:common) -> common
//! (value:scalar, more...1..64:scalar) -> string
//! (regex:const string, groups?:const dynamic, text:string) -> dynamic
//! (y:array, x?:array) -> (rsquare:real, slope:real, line_fit:dynamic)
//! ```
//!
//! A parameter is `name[?][...[min..max]][:[const|literal|column] class]`; `?` makes it optional, `...` lets it repeat
//! (default `0..`; the repeated parameter together with the repeated parameters next to it forms one group: `case`'s
//! `when...1..:bool, then...:common`). `*` as a parameter name allows a star argument.
//!
//! Classes: the ten type names joined by `|`, or
//! `scalar` (any of the ten), `any` (also tabular), `number`, `integer`, `summable` (number, datetime, timespan),
//! `number_or_bool`, `orderable` (all but dynamic), `not_dynamic`, `text` (string or dynamic), `array`, `bag` (dynamic
//! expected to hold one), `common` (all such arguments share one type), `same` (the type of argument 0), `type`
//! (a `typeof(…)` literal), `table` (a tabular expression).
//!
//! Results: a type; `arg0`, `arg1`, … (the type of that argument); `promoted0` (int becomes long); `common`; `widest`
//! (of the numeric arguments); `typeof` (the value of the `type` argument); `custom` (the binder knows; see
//! `kql-bind::special`); or a parenthesised list of named columns for functions that give several.

use crate::ScalarType;

/// One overload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The parameters in order.
    pub parameters: Vec<Parameter>,
    /// The result.
    pub result: ResultType,
}

/// One parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// Name for messages, help and named arguments.
    pub name: String,
    /// May be left out.
    pub optional: bool,
    /// `Some((min, max))` when it may be repeated.
    pub repeat: Option<(usize, usize)>,
    /// What kind of expression is needed.
    pub form: ArgumentForm,
    /// Which types are taken.
    pub class: TypeClass,
    /// A `*` may stand here.
    pub star: bool,
}

/// What kind of expression an argument must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ArgumentForm {
    /// Any expression.
    Any,
    /// A scalar constant: no column in it.
    Constant,
    /// A literal or a name bound to one.
    Literal,
    /// A column reference.
    Column,
}

/// Which types a parameter takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypeClass {
    /// One of these.
    OneOf(Vec<ScalarType>),
    /// Any scalar.
    Scalar,
    /// Anything, tabular too.
    Any,
    /// int, long, real, decimal.
    Number,
    /// int, long.
    Integer,
    /// Numbers, datetime, timespan.
    Summable,
    /// Numbers and bool.
    NumberOrBool,
    /// Everything but dynamic.
    Orderable,
    /// Everything but dynamic (keys).
    NotDynamic,
    /// string or dynamic.
    Text,
    /// dynamic, expected to hold an array.
    Array,
    /// dynamic, expected to hold a bag.
    Bag,
    /// One type shared by all arguments of this class; int and long agree (long), dynamic agrees with any.
    Common,
    /// The type of argument 0.
    Same,
    /// A type literal.
    Type,
    /// A tabular expression.
    Table,
}

/// The type of the result.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ResultType {
    /// This type.
    Is(ScalarType),
    /// The type of an argument.
    Argument(usize),
    /// The type of argument 0, int promoted to long.
    Promoted(usize),
    /// The common type of the `common` arguments.
    Common,
    /// The widest of the numeric arguments.
    Widest,
    /// What the `type` argument says.
    TypeArgument,
    /// Computed by the binder.
    Custom,
    /// Several columns: suffix (or name) and type of each.
    Columns(Vec<(String, ScalarType)>),
}

impl Signature {
    /// Parses the text of an overload.
    ///
    /// # Errors
    /// A sentence saying what is malformed.
    pub fn parse(text: &str) -> Result<Signature, String> {
        let (parameters, result) = text.rsplit_once("->").ok_or("'->' missing")?;
        let inner =
            parameters.trim().strip_prefix('(').and_then(|s| s.strip_suffix(')')).ok_or("parentheses missing")?;
        let parameters = split_list(inner).into_iter().map(parse_parameter).collect::<Result<Vec<_>, _>>()?;
        Ok(Signature { parameters, result: parse_result(result.trim())? })
    }

    /// The smallest number of arguments.
    pub fn min_arguments(&self) -> usize {
        self.parameters.iter().map(|p| if p.optional { 0 } else { p.repeat.map_or(1, |(min, _)| min) }).sum()
    }

    /// The largest number of arguments.
    pub fn max_arguments(&self) -> usize {
        let each = |p: &Parameter| p.repeat.map_or(1, |(_, max)| max);
        self.parameters.iter().map(each).fold(0, usize::saturating_add)
    }
}

fn split_list(text: &str) -> Vec<&str> {
    if text.trim().is_empty() { Vec::new() } else { text.split(',').map(str::trim).collect() }
}

fn parse_parameter(text: &str) -> Result<Parameter, String> {
    let (head, class) = text.split_once(':').unwrap_or((text, "scalar"));
    let (head, repeat) = match head.split_once("...") {
        None => (head, None),
        Some((head, "")) => (head, Some((0, usize::MAX))),
        Some((head, bounds)) => {
            let (min, max) = bounds.split_once("..").ok_or_else(|| format!("bad repeat '{bounds}'"))?;
            let number = |s: &str, default| {
                if s.is_empty() { Ok(default) } else { s.parse::<usize>().map_err(|e| e.to_string()) }
            };
            (head, Some((number(min, 0)?, number(max, usize::MAX)?)))
        }
    };
    let (name, optional) = match head.strip_suffix('?') {
        Some(name) => (name, true),
        None => (head, false),
    };
    let class = class.trim();
    let (form, class) = match class.split_once(' ') {
        Some(("const", rest)) => (ArgumentForm::Constant, rest),
        Some(("literal", rest)) => (ArgumentForm::Literal, rest),
        Some(("column", rest)) => (ArgumentForm::Column, rest),
        Some((other, _)) => return Err(format!("unknown form '{other}'")),
        None => (ArgumentForm::Any, class),
    };
    let star = name == "*" || name.ends_with('*');
    Ok(Parameter {
        name: name.trim_end_matches('*').to_owned(),
        optional,
        repeat,
        form,
        class: parse_class(class)?,
        star,
    })
}

fn parse_class(text: &str) -> Result<TypeClass, String> {
    Ok(match text.trim() {
        "scalar" => TypeClass::Scalar,
        "any" => TypeClass::Any,
        "number" => TypeClass::Number,
        "integer" => TypeClass::Integer,
        "summable" => TypeClass::Summable,
        "number_or_bool" => TypeClass::NumberOrBool,
        "orderable" => TypeClass::Orderable,
        "not_dynamic" => TypeClass::NotDynamic,
        "text" => TypeClass::Text,
        "array" => TypeClass::Array,
        "bag" => TypeClass::Bag,
        "common" => TypeClass::Common,
        "same" => TypeClass::Same,
        "type" => TypeClass::Type,
        "table" => TypeClass::Table,
        other => TypeClass::OneOf(other.split('|').map(scalar).collect::<Result<_, _>>()?),
    })
}

fn scalar(name: &str) -> Result<ScalarType, String> {
    ScalarType::from_name(name.trim()).ok_or_else(|| format!("unknown type '{name}'"))
}

fn parse_result(text: &str) -> Result<ResultType, String> {
    if let Some(inner) = text.strip_prefix('(').and_then(|s| s.strip_suffix(')')) {
        let column = |c: &str| {
            let (name, ty) = c.split_once(':').ok_or_else(|| format!("bad result column '{c}'"))?;
            Ok::<_, String>((name.trim().to_owned(), scalar(ty)?))
        };
        return Ok(ResultType::Columns(split_list(inner).into_iter().map(column).collect::<Result<_, _>>()?));
    }
    let indexed = |prefix: &str| text.strip_prefix(prefix).and_then(|n| n.parse::<usize>().ok());
    Ok(match text {
        "common" => ResultType::Common,
        "widest" => ResultType::Widest,
        "typeof" => ResultType::TypeArgument,
        "custom" => ResultType::Custom,
        _ => match (indexed("arg"), indexed("promoted")) {
            (Some(n), _) => ResultType::Argument(n),
            (_, Some(n)) => ResultType::Promoted(n),
            _ => ResultType::Is(scalar(text)?),
        },
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_optional_repeated_and_constant_parameters() {
        let s =
            Signature::parse("(regex:const string, groups?:const dynamic, more...1..64:scalar) -> dynamic").unwrap();
        assert_eq!((s.min_arguments(), s.max_arguments()), (2, 66));
        assert_eq!(s.parameters[0].form, ArgumentForm::Constant);
        assert_eq!(s.result, ResultType::Is(ScalarType::Dynamic));
        let s = Signature::parse("(y:array) -> (rsquare:real, line_fit:dynamic)").unwrap();
        assert!(matches!(s.result, ResultType::Columns(c) if c.len() == 2));
        assert!(Signature::parse("(x:strin) -> string").is_err());
    }
}
