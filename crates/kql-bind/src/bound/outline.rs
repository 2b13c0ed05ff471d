//! The bound tree as text for people: `kql explain --stage bind`.
//!
//! Operators stand one a line, the last one first, each above its input; an arrow gives the columns that come out.
//! Expressions look like KQL with everything implied written out: `to long(x)` is a conversion.

use super::{AggregateCall, Expr, ExprKind, NamedExpr, PathStep, SortKey, Table, TableKind};
use kql_types::{Value, datetime, decimal, guid, number, timespan};
use std::fmt;
use std::sync::Arc;

impl Table {
    /// The tree as indented lines.
    pub fn outline(&self) -> String {
        let mut out = String::new();
        self.write_outline(0, &mut out);
        out
    }

    fn write_outline(&self, depth: usize, out: &mut String) {
        let columns: Vec<String> = self.schema.columns.iter().map(|c| format!("{}:{}", c.name, c.ty)).collect();
        let shown = if columns.len() > 12 { format!("{} columns", columns.len()) } else { columns.join(", ") };
        out.push_str(&"  ".repeat(depth));
        out.push_str(&self.head());
        out.push_str(&format!(" -> ({shown}{})\n", if self.schema.open { ", …" } else { "" }));
        for (label, input) in self.kind.inputs() {
            if !label.is_empty() {
                out.push_str(&format!("{}{label}:\n", "  ".repeat(depth + 1)));
            }
            input.write_outline(depth + 1 + usize::from(!label.is_empty()), out);
        }
    }

    fn head(&self) -> String {
        match &self.kind {
            TableKind::Source { database, name } => {
                let database = database.as_ref().map_or_else(String::new, |d| format!("{d}."));
                format!("Source {database}{name}")
            }
            TableKind::Datatable { rows } => format!("Datatable of {} rows", rows.len()),
            TableKind::ExternalData { uris, .. } => format!("ExternalData {}", list(uris)),
            TableKind::Range { from, to, step } => format!("Range {from} .. {to} step {step}"),
            TableKind::Filter { predicate, .. } => format!("Filter {predicate}"),
            TableKind::Project { columns, .. } => format!("Project {}", computed(columns)),
            TableKind::Summarize { keys, aggregates, .. } => {
                format!("Summarize {} by {}", calls(aggregates.iter()), computed(keys))
            }
            TableKind::Sort { keys, .. } => format!("Sort {}", list(keys)),
            TableKind::Take { count, .. } => format!("Take {count}"),
            TableKind::Top { count, key, .. } => format!("Top {count} by {key}"),
            TableKind::Sample { count, .. } => format!("Sample {count}"),
            TableKind::SampleDistinct { count, of, .. } => format!("SampleDistinct {count} of {}", of.value),
            TableKind::Join { kind, keys, .. } => {
                let keys: Vec<String> = keys.iter().map(|(l, r)| format!("{l} = {r}")).collect();
                format!("Join {kind:?} on {}", keys.join(", "))
            }
            TableKind::Union { legs } => format!("Union of {}", legs.len()),
            TableKind::MvExpand { columns, .. } | TableKind::MvApply { columns, .. } => {
                let columns: Vec<String> =
                    columns.iter().map(|c| format!("{} = {} to {}", c.name, c.value, c.ty)).collect();
                let word = if matches!(self.kind, TableKind::MvExpand { .. }) { "MvExpand" } else { "MvApply" };
                format!("{word} {}", columns.join(", "))
            }
            TableKind::Parse { source, pattern, mode, .. } => format!("Parse {mode:?} {source} with {pattern:?}"),
            TableKind::ParseKv { source, .. } => format!("ParseKv {source}"),
            TableKind::MakeSeries { aggregates, axis, step, keys, .. } => {
                let made = calls(aggregates.iter().map(|(call, _)| call));
                format!("MakeSeries {made} on {} step {step} by {}", axis.value, computed(keys))
            }
            TableKind::Evaluate { plugin, .. } => format!("Evaluate {plugin}"),
            TableKind::Materialize { id, .. } => format!("Materialize {id}"),
            TableKind::ApplyInput { id } => format!("ApplyInput {id}"),
            TableKind::Partition { by, .. } => format!("Partition by {by}"),
            TableKind::Reduce { by, .. } => format!("Reduce by {by}"),
            TableKind::TopHitters { count, of, .. } => format!("TopHitters {count} of {}", of.value),
            TableKind::TopNested { levels, .. } => format!("TopNested of {} levels", levels.len()),
            TableKind::Scan { steps, .. } => format!("Scan of {} steps", steps.len()),
            TableKind::Serialize { .. } => "Serialize".to_owned(),
            TableKind::GraphMatch(_) => "GraphMatch".to_owned(),
            TableKind::GraphToTable { nodes, .. } => format!("GraphToTable {}", if *nodes { "nodes" } else { "edges" }),
            TableKind::Empty => "Empty".to_owned(),
        }
    }
}

impl TableKind {
    /// The tables below, with a word for those that are no plain input.
    fn inputs(&self) -> Vec<(&'static str, &Arc<Table>)> {
        match self {
            TableKind::Filter { input, .. }
            | TableKind::Project { input, .. }
            | TableKind::Summarize { input, .. }
            | TableKind::Sort { input, .. }
            | TableKind::Take { input, .. }
            | TableKind::Top { input, .. }
            | TableKind::Sample { input, .. }
            | TableKind::SampleDistinct { input, .. }
            | TableKind::MvExpand { input, .. }
            | TableKind::Parse { input, .. }
            | TableKind::ParseKv { input, .. }
            | TableKind::MakeSeries { input, .. }
            | TableKind::TopNested { input, .. }
            | TableKind::Serialize { input }
            | TableKind::Materialize { input, .. }
            | TableKind::Scan { input, .. }
            | TableKind::Reduce { input, .. }
            | TableKind::TopHitters { input, .. } => vec![("", input)],
            TableKind::MvApply { input, subquery, .. } | TableKind::Partition { input, subquery, .. } => {
                vec![("", input), ("subquery", subquery)]
            }
            TableKind::Join { left, right, .. } => vec![("left", left), ("right", right)],
            TableKind::Union { legs } => legs.iter().map(|l| ("", l)).collect(),
            TableKind::Evaluate { input, .. } => input.iter().map(|i| ("", i)).collect(),
            _ => Vec::new(),
        }
    }
}

fn list<T: fmt::Display>(items: &[T]) -> String {
    items.iter().map(T::to_string).collect::<Vec<_>>().join(", ")
}

/// Columns that are computed; those passed on are counted.
fn computed(columns: &[NamedExpr]) -> String {
    let passed = |c: &&NamedExpr| matches!(&c.value.kind, ExprKind::Column(name) if *name == c.name);
    let same = columns.iter().filter(passed).count();
    let mut parts: Vec<String> =
        columns.iter().filter(|c| !passed(c)).map(|c| format!("{} = {}", c.name, c.value)).collect();
    if same > 3 {
        parts.push(format!("{same} as they are"));
    } else {
        parts.extend(columns.iter().filter(passed).map(|c| c.name.to_string()));
    }
    parts.join(", ")
}

fn calls<'a>(aggregates: impl Iterator<Item = &'a AggregateCall>) -> String {
    let call = |a: &AggregateCall| {
        let names: Vec<&str> = a.results.iter().map(|(name, _)| &**name).collect();
        format!("{} = {}({})", names.join(", "), a.function.name, list(&a.arguments))
    };
    aggregates.map(call).collect::<Vec<_>>().join(", ")
}

impl fmt::Display for SortKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let order = if self.descending { "desc" } else { "asc" };
        write!(f, "{} {order} nulls {}", self.value, if self.nulls_first { "first" } else { "last" })
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExprKind::Literal(value) => f.write_str(&literal(value)),
            ExprKind::Column(name) => f.write_str(name),
            ExprKind::Now => f.write_str("now()"),
            ExprKind::Logical { and, operands } => {
                let parts: Vec<String> = operands.iter().map(|o| format!("({o})")).collect();
                f.write_str(&parts.join(if *and { " and " } else { " or " }))
            }
            ExprKind::Not(operand) => write!(f, "not({operand})"),
            ExprKind::Compare { op, left, right } => write!(f, "{left} {op:?} {right}"),
            ExprKind::StringPredicate { function, negated, left, right } => {
                write!(f, "{left} {}{} {right}", if *negated { "!" } else { "" }, function.name)
            }
            ExprKind::In { op, value, list: items } => write!(f, "{value} {} ({})", op.text(), list(items)),
            ExprKind::InTable { op, value, .. } => write!(f, "{value} {} (table)", op.text()),
            ExprKind::Between { negated, operand, low, high } => {
                write!(f, "{operand} {}between ({low} .. {high})", if *negated { "!" } else { "" })
            }
            ExprKind::Call { function, arguments, .. } => write!(f, "{}({})", function.name, list(arguments)),
            ExprKind::Element { call, index } => write!(f, "{call}#{index}"),
            ExprKind::Case { branches, otherwise } => {
                f.write_str("case(")?;
                branches.iter().try_for_each(|(when, then)| write!(f, "{when}, {then}, "))?;
                write!(f, "{otherwise})")
            }
            ExprKind::Path { base, steps } => {
                write!(f, "{base}")?;
                steps.iter().try_for_each(|step| match step {
                    PathStep::Key(key) => write!(f, "['{key}']"),
                    PathStep::Index(index) => write!(f, "[{index}]"),
                    PathStep::Expression(e) => write!(f, "[{e}]"),
                })
            }
            ExprKind::Convert(operand) => write!(f, "to {}({operand})", self.ty),
            ExprKind::ToScalar(_) => f.write_str("toscalar(table)"),
            ExprKind::Missing => f.write_str("?"),
        }
    }
}

fn literal(value: &Value) -> String {
    let typed = |text: Option<String>| format!("{}({})", value.scalar_type(), text.as_deref().unwrap_or("null"));
    match value {
        Value::Long(Some(v)) => v.to_string(),
        Value::Real(Some(v)) => number::format_real(*v),
        Value::Bool(Some(v)) => v.to_string(),
        Value::String(v) => kql_types::dynamic::quote(v),
        Value::Int(v) => typed(v.map(|v| v.to_string())),
        Value::Decimal(v) => typed(v.map(decimal::format)),
        Value::Datetime(v) => typed(v.map(datetime::format)),
        Value::Timespan(v) => typed(v.map(timespan::format)),
        Value::Guid(v) => typed(v.as_ref().map(guid::format)),
        Value::Dynamic(v) => typed(v.clone()),
        Value::Long(None) | Value::Real(None) | Value::Bool(None) => typed(None),
    }
}
