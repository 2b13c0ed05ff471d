//! Typed expressions from the registry's signatures and the operators.

use super::choices::Choices;
use super::values::{PATTERNS, arrays, bags, examples, literal};
use kql_functions::{ScalarFunction, families};
use kql_types::ScalarType;
use kql_types::function::{FunctionKind, Support};
use kql_types::signature::{ArgumentForm, Parameter, ResultType, Signature, TypeClass};
use std::collections::HashMap;
use std::sync::LazyLock;

use ScalarType as Ty;

/// How many values a leaf that may be a column or a literal has.
pub const ALTERNATIVES: usize = 3;

/// Families whose entries are no calls a user writes, or need what only some operators give.
const NO_CALLS: &[&str] =
    &["Arithmetic operators", "String operators", "Path access", "Window functions", "Functions of graph operators"];
/// Functions that depend on the session, or see whether an argument is a column.
const AVOIDED: &[&str] = &[
    "column_ifexists",
    "estimate_data_size",
    "cursor_before_or_at",
    "cursor_after",
    "cursor_current",
    "current_cursor",
    "assert",
    "pack_all",
    "pack_dictionary",
    "geo_info_from_ip_address",
    "ingestion_time",
    "extent_id",
    "extent_tags",
    "row_rank",
];

/// A value that may stand as a literal or come from a column.
#[derive(Clone, Debug)]
pub struct Leaf {
    /// Its type.
    pub ty: Ty,
    /// The literal of each row.
    pub literals: [String; ALTERNATIVES],
}

/// A way to get a value of a type.
#[derive(Clone, Copy, Debug)]
struct Producer {
    function: &'static ScalarFunction,
    signature: &'static Signature,
}

static PRODUCERS: LazyLock<HashMap<Ty, Vec<Producer>>> = LazyLock::new(|| {
    let mut by_type: HashMap<Ty, Vec<Producer>> = HashMap::new();
    for (family, functions) in families() {
        if NO_CALLS.contains(family) {
            continue;
        }
        for function in *functions {
            let spec = &function.spec;
            let called =
                !spec.name.starts_with('_') && spec.name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
            let usable = spec.kind == FunctionKind::Scalar && spec.support == Support::Full && spec.deterministic;
            if !called || !usable || AVOIDED.contains(&spec.name) {
                continue;
            }
            for signature in spec.overloads() {
                for ty in Ty::ALL {
                    if gives(signature, ty) {
                        by_type.entry(ty).or_default().push(Producer { function, signature });
                    }
                }
            }
        }
    }
    by_type
});

/// The functions the generator knows.
pub fn known_functions() -> usize {
    let names: std::collections::BTreeSet<&str> = PRODUCERS.values().flatten().map(|p| p.function.spec.name).collect();
    names.len()
}

fn gives(signature: &Signature, ty: Ty) -> bool {
    match &signature.result {
        ResultType::Is(result) => *result == ty,
        ResultType::Argument(n) => signature.parameters.get(*n).is_some_and(|p| admits(&p.class, ty)),
        ResultType::Promoted(n) => ty != Ty::Int && signature.parameters.get(*n).is_some_and(|p| admits(&p.class, ty)),
        ResultType::Common => true,
        ResultType::Widest => numeric(ty),
        ResultType::TypeArgument => true,
        ResultType::Custom => ty == Ty::Dynamic,
        ResultType::Columns(_) => false,
    }
}

fn numeric(ty: Ty) -> bool {
    matches!(ty, Ty::Int | Ty::Long | Ty::Real | Ty::Decimal)
}

fn admits(class: &TypeClass, ty: Ty) -> bool {
    types_of(class).contains(&ty)
}

/// The types of a class, the simplest first.
fn types_of(class: &TypeClass) -> Vec<Ty> {
    match class {
        TypeClass::OneOf(types) => types.clone(),
        TypeClass::Scalar | TypeClass::Any | TypeClass::Common | TypeClass::Same => {
            vec![
                Ty::Long,
                Ty::String,
                Ty::Dynamic,
                Ty::Real,
                Ty::Bool,
                Ty::Int,
                Ty::Datetime,
                Ty::Timespan,
                Ty::Decimal,
                Ty::Guid,
            ]
        }
        TypeClass::Orderable | TypeClass::NotDynamic => {
            vec![Ty::Long, Ty::String, Ty::Real, Ty::Bool, Ty::Int, Ty::Datetime, Ty::Timespan, Ty::Decimal, Ty::Guid]
        }
        TypeClass::Number => vec![Ty::Long, Ty::Real, Ty::Int, Ty::Decimal],
        TypeClass::Integer => vec![Ty::Long, Ty::Int],
        TypeClass::Summable => vec![Ty::Long, Ty::Real, Ty::Int, Ty::Decimal, Ty::Datetime, Ty::Timespan],
        TypeClass::NumberOrBool => vec![Ty::Long, Ty::Real, Ty::Int, Ty::Decimal, Ty::Bool],
        TypeClass::Text => vec![Ty::String, Ty::Dynamic],
        TypeClass::Array | TypeClass::Bag => vec![Ty::Dynamic],
        TypeClass::Type | TypeClass::Table => Vec::new(),
    }
}

/// Makes expressions. With `leaves` every value that may be a column is a mark for [`fill`]; else columns are named.
#[derive(Debug)]
pub struct Expressions<'a> {
    /// The choices.
    pub choices: &'a mut Choices,
    /// The columns in scope.
    pub columns: &'a [(String, Ty)],
    /// Values to fill in later.
    pub leaves: Option<Vec<Leaf>>,
}

impl Expressions<'_> {
    /// An expression of a type, or of one that is near to it.
    pub fn of(&mut self, ty: Ty, depth: usize) -> String {
        let start = self.choices.made.len();
        let text = self.one(ty, depth);
        self.choices.end(start);
        text
    }

    fn one(&mut self, ty: Ty, depth: usize) -> String {
        if depth == 0 {
            return self.leaf(ty, None);
        }
        match self.choices.below(10) {
            0 | 1 => self.leaf(ty, None),
            2..=4 => self.operator(ty, depth),
            _ => self.call(ty, depth),
        }
    }

    /// A column or literal.
    fn leaf(&mut self, ty: Ty, kind: Option<&TypeClass>) -> String {
        if self.leaves.is_some() {
            let literals = std::array::from_fn(|_| self.literal(ty, kind));
            return self.mark(Leaf { ty, literals });
        }
        let columns: Vec<&String> = self.columns.iter().filter(|c| c.1 == ty).map(|c| &c.0).collect();
        if columns.is_empty() || self.choices.chance(25) {
            return self.literal(ty, kind);
        }
        name(self.choices.pick::<&String>(&columns))
    }

    fn mark(&mut self, leaf: Leaf) -> String {
        let Some(leaves) = &mut self.leaves else { return leaf.literals[0].clone() };
        leaves.push(leaf);
        format!("\u{1}{}\u{2}", leaves.len() - 1)
    }

    fn literal(&mut self, ty: Ty, kind: Option<&TypeClass>) -> String {
        let wrong = self.choices.chance(5);
        match kind {
            Some(TypeClass::Array) if !wrong => (*self.choices.pick(arrays())).to_owned(),
            Some(TypeClass::Bag) if !wrong => (*self.choices.pick(bags())).to_owned(),
            _ => literal(self.choices, ty).to_owned(),
        }
    }

    fn call(&mut self, ty: Ty, depth: usize) -> String {
        let Some(producers) = PRODUCERS.get(&ty) else { return self.leaf(ty, None) };
        let producer = *self.choices.pick(producers);
        let name = producer.function.spec.name;
        let text = self.arguments(name, producer.signature, ty, depth);
        format!("{name}({text})")
    }

    /// The arguments of a call whose result is to be of a type.
    pub fn arguments(&mut self, function: &str, signature: &Signature, ty: Ty, depth: usize) -> String {
        let mut given = Vec::new();
        let common = match signature.result {
            ResultType::Common => ty,
            _ => *self.choices.pick(&types_of(&TypeClass::Common)),
        };
        let mut first = None;
        let mut at = 0;
        while at < signature.parameters.len() {
            let parameter = &signature.parameters[at];
            if parameter.optional && self.choices.chance(40) && parameter.repeat.is_none() {
                break;
            }
            let Some((least, most)) = parameter.repeat else {
                given.push(self.argument(function, given.len(), at, signature, ty, common, &mut first, depth));
                at += 1;
                continue;
            };
            // A run of repeated parameters repeats as a whole.
            let run = signature.parameters[at..].iter().take_while(|p| p.repeat.is_some()).count();
            let times = (least.max(usize::from(!parameter.optional && least == 0 && self.choices.chance(70)))
                + self.choices.below(3))
            .min(most);
            for _ in 0..times {
                for place in at..at + run {
                    given.push(self.argument(function, given.len(), place, signature, ty, common, &mut first, depth));
                }
            }
            at += run;
        }
        given.join(", ")
    }

    #[allow(clippy::too_many_arguments)] // The surroundings of one argument; a struct would only rename them.
    fn argument(
        &mut self,
        function: &str,
        place: usize,
        at: usize,
        signature: &Signature,
        ty: Ty,
        common: Ty,
        first: &mut Option<Ty>,
        depth: usize,
    ) -> String {
        let parameter = &signature.parameters[at];
        let start = self.choices.made.len();
        let forced = match signature.result {
            ResultType::Argument(n) | ResultType::Promoted(n) if n == at => Some(ty),
            ResultType::Widest if admits(&parameter.class, ty) => Some(ty),
            _ => None,
        };
        let wanted = match (&parameter.class, forced) {
            (_, Some(ty)) => ty,
            (TypeClass::Type, _) => return format!("typeof({})", ty.name()),
            (TypeClass::Common, _) => common,
            (TypeClass::Same, _) => first.unwrap_or(common),
            (class, _) => {
                let types = types_of(class);
                if types.is_empty() {
                    return "0".into();
                }
                *self.choices.pick(&types)
            }
        };
        if place == 0 {
            *first = Some(wanted);
        }
        let text = self.value(function, place, parameter, wanted, depth);
        self.choices.end(start);
        text
    }

    fn value(&mut self, function: &str, place: usize, parameter: &Parameter, wanted: Ty, depth: usize) -> String {
        let known: Vec<&(Ty, String)> = examples(function, place).iter().filter(|(ty, _)| *ty == wanted).collect();
        let pattern = wanted == Ty::String && parameter.name.contains("regex");
        match parameter.form {
            ArgumentForm::Constant | ArgumentForm::Literal => {
                if pattern && self.choices.chance(60) {
                    return (*self.choices.pick(PATTERNS)).to_owned();
                }
                if !known.is_empty() && self.choices.chance(80) {
                    return self.choices.pick(&known).1.clone();
                }
                return self.literal(wanted, Some(&parameter.class));
            }
            ArgumentForm::Column if self.leaves.is_none() => {
                let columns: Vec<String> = self.columns.iter().map(|c| c.0.clone()).collect();
                return if columns.is_empty() { "x".into() } else { name(self.choices.pick::<String>(&columns)) };
            }
            _ => {}
        }
        if !known.is_empty() && self.choices.chance(45) {
            if self.leaves.is_some() {
                let literals = std::array::from_fn(|_| {
                    if self.choices.chance(25) {
                        self.literal(wanted, Some(&parameter.class))
                    } else {
                        self.choices.pick(&known).1.clone()
                    }
                });
                return self.mark(Leaf { ty: wanted, literals });
            }
            return self.choices.pick(&known).1.clone();
        }
        if depth > 1 && self.choices.chance(45) {
            return self.of(wanted, depth - 1);
        }
        self.leaf(wanted, Some(&parameter.class))
    }

    fn operator(&mut self, ty: Ty, depth: usize) -> String {
        let d = depth - 1;
        match ty {
            Ty::Bool => self.condition(d),
            Ty::Long | Ty::Real | Ty::Decimal => {
                let op = *self.choices.pick(&["+", "-", "*", "/", "%"]);
                if self.choices.chance(10) {
                    return format!("-({})", self.of(ty, d));
                }
                let other = if ty == Ty::Real { *self.choices.pick(&[Ty::Real, Ty::Long, Ty::Int]) } else { ty };
                let (a, b) = (self.of(ty, d), self.of(other, d));
                if self.choices.chance(50) { format!("({a} {op} {b})") } else { format!("({b} {op} {a})") }
            }
            Ty::Int => format!("iff({}, {}, {})", self.of(Ty::Bool, d), self.of(Ty::Int, d), self.of(Ty::Int, d)),
            Ty::Datetime => format!("({} {} {})", self.of(ty, d), self.sign(), self.of(Ty::Timespan, d)),
            Ty::Timespan => match self.choices.below(5) {
                0 => format!("({} {} {})", self.of(ty, d), self.sign(), self.of(ty, d)),
                1 => format!("({} - {})", self.of(Ty::Datetime, d), self.of(Ty::Datetime, d)),
                2 => format!("({} * {})", self.of(ty, d), self.of(Ty::Long, d)),
                3 => format!("({} / {})", self.of(ty, d), self.of(Ty::Real, d)),
                _ => format!("({} % {})", self.of(ty, d), self.of(ty, d)),
            },
            Ty::Dynamic => {
                let base = self.of(Ty::Dynamic, d);
                let base =
                    if base.starts_with(|c: char| c.is_alphabetic()) { base } else { format!("todynamic({base})") };
                match self.choices.below(5) {
                    0 => format!("{base}[0]"),
                    1 => format!("{base}.a"),
                    2 => format!("{base}['b']"),
                    3 => format!("{base}[-1]"),
                    _ => format!("{base}[{}]", self.of(Ty::Long, d)),
                }
            }
            Ty::String => format!("strcat({}, {})", self.of(Ty::String, d), self.of(Ty::String, d)),
            Ty::Guid | Ty::Unknown => self.leaf(ty, None),
        }
    }

    fn sign(&mut self) -> &'static str {
        self.choices.pick::<&str>(&["+", "-"])
    }

    fn condition(&mut self, d: usize) -> String {
        const COMPARED: [Ty; 9] =
            [Ty::Long, Ty::String, Ty::Real, Ty::Datetime, Ty::Timespan, Ty::Int, Ty::Decimal, Ty::Bool, Ty::Guid];
        match self.choices.below(9) {
            0 => {
                let ty = *self.choices.pick(&COMPARED);
                let op = *self.choices.pick(&["==", "!=", "<", "<=", ">", ">="]);
                let other = if numeric(ty) && self.choices.chance(30) {
                    *self.choices.pick(&[Ty::Long, Ty::Real, Ty::Int, Ty::Decimal])
                } else {
                    ty
                };
                format!("({} {op} {})", self.of(ty, d), self.of(other, d))
            }
            1 => {
                let op = *self.choices.pick(&["and", "or"]);
                format!("({} {op} {})", self.of(Ty::Bool, d), self.of(Ty::Bool, d))
            }
            2 => format!("not({})", self.of(Ty::Bool, d)),
            3 | 4 => {
                const TEXT: [&str; 24] = [
                    "contains",
                    "has",
                    "startswith",
                    "endswith",
                    "=~",
                    "!~",
                    "!contains",
                    "!has",
                    "contains_cs",
                    "has_cs",
                    "startswith_cs",
                    "endswith_cs",
                    "hasprefix",
                    "hassuffix",
                    "hasprefix_cs",
                    "hassuffix_cs",
                    "!hasprefix",
                    "!hassuffix",
                    "!startswith",
                    "!endswith",
                    "!contains_cs",
                    "!has_cs",
                    "!startswith_cs",
                    "!endswith_cs",
                ];
                let op = *self.choices.pick(&TEXT);
                let left = if self.choices.chance(20) { Ty::Dynamic } else { Ty::String };
                format!("({} {op} {})", self.of(left, d), self.of(Ty::String, d))
            }
            5 => {
                let ty = *self.choices.pick(&[Ty::String, Ty::Long, Ty::Datetime, Ty::Guid, Ty::Real, Ty::Decimal]);
                let op = if ty == Ty::String {
                    *self.choices.pick(&["in", "!in", "in~", "!in~", "has_any", "has_all"])
                } else {
                    *self.choices.pick(&["in", "!in"])
                };
                let mut list = Vec::new();
                for _ in 0..1 + self.choices.below(4) {
                    list.push(if self.choices.chance(20) {
                        self.of(ty, d)
                    } else {
                        literal(self.choices, ty).to_owned()
                    });
                }
                if self.choices.chance(15) {
                    list.push((*self.choices.pick(arrays())).to_owned());
                }
                format!("({} {op} ({}))", self.of(ty, d), list.join(", "))
            }
            6 => {
                let ty = *self.choices.pick(&[Ty::Long, Ty::Datetime, Ty::Timespan, Ty::Real, Ty::Int, Ty::Decimal]);
                let op = *self.choices.pick(&["between", "!between"]);
                let high = if ty == Ty::Datetime && self.choices.chance(30) { Ty::Timespan } else { ty };
                format!("({} {op} ({} .. {}))", self.of(ty, d), self.of(ty, d), self.of(high, d))
            }
            7 => {
                let pattern = *self.choices.pick(PATTERNS);
                format!("({} matches regex {pattern})", self.of(Ty::String, d))
            }
            _ => {
                let of = *self.choices.pick(&Ty::ALL);
                let f = *self.choices.pick(&["isnull", "isnotnull", "isempty", "isnotempty"]);
                format!("{f}({})", self.of(of, d))
            }
        }
    }
}

/// A column's name as it is written.
pub fn name(name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_')
        && name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_');
    if plain && !["by", "as", "on", "in", "of", "to"].contains(&name) {
        name.to_owned()
    } else {
        format!("['{}']", name.replace('\\', "\\\\").replace('\'', "\\'"))
    }
}

/// The text with each mark replaced.
pub fn fill(text: &str, with: impl Fn(usize) -> String) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\u{1}') {
        out.push_str(before);
        let Some((number, after)) = after.split_once('\u{2}') else { break };
        out.push_str(&with(number.parse().unwrap_or(0)));
        rest = after;
    }
    out.push_str(rest);
    out
}
