//! Names of columns that were given none (SEMANTICS §5).

use crate::binder::Binder;
use crate::named::Produced;
use crate::scope::Entity;
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, ExprKind};
use kql_types::function::{FunctionKind, ResultName};
use kql_types::{RowSchema, Value};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// The name an expression gives its column, if any.
    ///
    /// Bare columns and `let` names give their own, paths join their steps with `_`, calls do what
    /// [`ResultName`] of the function says; operators and constants give none.
    pub(crate) fn name_of(&self, e: &'s ast::Expr) -> Option<String> {
        match &e.kind {
            ExprKind::Name(name) => Some(name.text.clone()),
            ExprKind::Parenthesized(inner) => self.name_of(inner),
            ExprKind::Member { base, member } => {
                let step = match &member.kind {
                    ExprKind::Name(name) => name.text.as_str(),
                    _ => return None,
                };
                Some(match &base.kind {
                    ExprKind::Name(side) if side.text == "$left" || side.text == "$right" => step.to_owned(),
                    _ => joined(self.name_of(base), step),
                })
            }
            ExprKind::Index { base, index } => {
                let step = match constant_step(index) {
                    Some(step) => step,
                    None if !self.measured() => String::new(),
                    None => return None,
                };
                let step = if self.measured() { step.replace('-', "_") } else { step.replace('-', "") };
                Some(joined(self.name_of(base), &step))
            }
            ExprKind::Call(call) => self.name_of_call(call),
            // On the engine a fresh name each time.
            ExprKind::ToScalar { .. } if self.measured() => Some(format!("__scalar_{:032x}", e.span.start)),
            _ => None,
        }
    }

    /// True for a call such as `strlen(s)` whose name is a word and the argument's name.
    pub(crate) fn prefixes(&self, e: &ast::Expr) -> bool {
        match &e.kind {
            ExprKind::Call(call) => self
                .catalog
                .scalar_function(&call.name.text)
                .is_some_and(|spec| matches!(spec.result_name, ResultName::Prefix(_))),
            ExprKind::Parenthesized(inner) => self.prefixes(inner),
            _ => false,
        }
    }

    fn name_of_call(&self, call: &'s ast::Call) -> Option<String> {
        if matches!(self.find(&call.name.text), Some(Entity::Function(_))) {
            return None;
        }
        if let Some(name) = self.graph_function_name(call) {
            return name;
        }
        let name = call.name.text.as_str();
        // Measured otherwise than the static model has them.
        if self.measured() && matches!(name, "pow" | "exp10") {
            return None;
        }
        let first = || call.arguments.first().map(|a| &a.value);
        // `hll_merge` is both: what it is depends on where it stands; here only the scalar one has no own rule.
        let collected = self.row.aggregation == crate::binder::Aggregation::Collected;
        let aggregate = if collected { self.catalog.aggregate(name) } else { None };
        let spec = aggregate.or_else(|| self.catalog.scalar_function(name))?;
        let of = |e: Option<&'s ast::Expr>| e.and_then(|e| self.name_of(e)).unwrap_or_default();
        match spec.result_name {
            ResultName::Default if matches!(name, "pow" | "exp10") => first().and_then(|e| self.name_of(e)),
            ResultName::Default => None,
            ResultName::FirstArgument => {
                first().and_then(|e| self.name_of(e)).filter(|_| spec.kind != FunctionKind::Plugin)
            }
            ResultName::FirstArgumentValue => {
                let column = first().and_then(text_of)?;
                self.row.columns.as_ref().and_then(|c| c.column(column)).map(|c| c.name.to_string())
            }
            ResultName::OnlyArgument => match call.arguments.as_slice() {
                [only] => self.name_of(&only.value),
                _ => None,
            },
            ResultName::Prefix(prefix) => Some(format!("{prefix}_{}", of(first()))),
            ResultName::PrefixAndTwo(prefix) if self.measured() => {
                Some(format!("{prefix}_{}_{}", of(first()), of(call.arguments.get(1).map(|a| &a.value))))
            }
            ResultName::PrefixAndTwo(prefix) => Some(format!("{prefix}_{}", of(first()))),
            ResultName::Fixed(name) => Some(name.to_owned()),
        }
    }
}

fn joined(base: Option<String>, step: &str) -> String {
    match base {
        Some(base) if !base.is_empty() => format!("{base}_{step}"),
        _ => step.to_owned(),
    }
}

/// The text of a string literal.
pub(crate) fn text_of(e: &ast::Expr) -> Option<&str> {
    match &e.kind {
        ExprKind::Literal(ast::Literal { value: Value::String(text), .. }) => Some(text),
        ExprKind::Parenthesized(inner) => text_of(inner),
        _ => None,
    }
}

fn constant_step(e: &ast::Expr) -> Option<String> {
    match &e.kind {
        ExprKind::Literal(literal) => match &literal.value {
            Value::String(text) => Some(text.clone()),
            Value::Long(Some(n)) => Some(n.to_string()),
            Value::Int(Some(n)) => Some(n.to_string()),
            _ => None,
        },
        ExprKind::Unary { op: ast::UnaryOp::Minus, operand } => constant_step(operand).map(|n| format!("-{n}")),
        ExprKind::Parenthesized(inner) => constant_step(inner),
        _ => None,
    }
}

/// Gives out the column names of one operator, left to right.
#[derive(Debug, Default)]
pub(crate) struct Namer {
    /// Names given out: true for those that were written.
    taken: HashSet<Arc<str>>,
    written: HashSet<Arc<str>>,
    /// Names that are written somewhere in the list: numbered names skip them.
    spelled: HashSet<Arc<str>>,
    /// Columns of the input, which `ColumnN` steps past in `extend` and `summarize`.
    avoided: Option<RowSchema>,
    count: usize,
    /// The number to try next for a name that was taken.
    next: HashMap<Arc<str>, usize>,
}

impl Namer {
    /// A namer that knows which names the list spells out.
    pub(crate) fn new<'n>(spelled: impl IntoIterator<Item = &'n str>) -> Namer {
        Namer { spelled: spelled.into_iter().map(Arc::from).collect(), ..Namer::default() }
    }

    /// A namer for a list of expressions. The public analyzer numbers from left to right, whatever comes later.
    pub(crate) fn listed(binder: &Binder<'_>, produced: &[Produced<'_>]) -> Namer {
        if !binder.measured() {
            return Namer::default();
        }
        Namer::new(produced.iter().filter_map(|p| p.written.map(|(n, _)| n)))
    }

    /// `ColumnN` steps past these columns.
    #[must_use]
    pub(crate) fn avoiding(mut self, input: &RowSchema) -> Namer {
        self.avoided = Some(input.clone());
        self
    }

    /// Takes a name without asking.
    pub(crate) fn take(&mut self, name: &Arc<str>) {
        self.taken.insert(Arc::clone(name));
        self.written.insert(Arc::clone(name));
    }

    /// A name that was written. The same name twice is an error; a name that a generated one has taken gets a number.
    pub(crate) fn written(&mut self, binder: &mut Binder<'_>, name: &str, span: Span) -> Arc<str> {
        let name: Arc<str> = Arc::from(name);
        if self.written.contains(&name) {
            let message = format!("a column with the name '{name}' is already there");
            binder.error_help(code::DUPLICATE_COLUMN, span, message, "give each column a name of its own");
            return self.numbered(&name);
        }
        self.written.insert(Arc::clone(&name));
        if self.taken.insert(Arc::clone(&name)) { name } else { self.numbered(&name) }
    }

    /// A name for an expression that gives one, or `ColumnN`.
    pub(crate) fn generated(&mut self, name: Option<&str>) -> Arc<str> {
        let base: Arc<str> = match name {
            Some(name) => Arc::from(name),
            None => loop {
                self.count += 1;
                let name: Arc<str> = Arc::from(format!("Column{}", self.count));
                if self.avoided.as_ref().is_none_or(|input| input.column(&name).is_none()) {
                    break name;
                }
            },
        };
        if self.taken.insert(Arc::clone(&base)) { base } else { self.numbered(&base) }
    }

    fn numbered(&mut self, base: &str) -> Arc<str> {
        let next = self.next.entry(Arc::from(base)).or_insert(1);
        loop {
            let name: Arc<str> = Arc::from(format!("{base}{next}"));
            *next += 1;
            if !self.spelled.contains(&name) && self.taken.insert(Arc::clone(&name)) {
                return name;
            }
        }
    }
}
