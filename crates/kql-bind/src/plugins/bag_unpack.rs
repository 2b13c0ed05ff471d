//! `bag_unpack`.

use super::text_argument;
use crate::binder::{Binder, table};
use crate::bound::{AggregateCall, Expr, ExprKind, NamedExpr, PathStep, Table, TableKind};
use crate::convert::convert;
use crate::expression::Arg;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType, Value, dynamic};
use std::collections::BTreeMap;
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "bag_unpack",
    FunctionKind::Plugin,
    &["(bag [, prefix] [, columnsConflict = 'error' | 'replace_source' | 'keep_source'] [, ignoredProperties = array])"],
    "Gives way to a column for each top-level slot of the bags, in alphabetical order after the other columns; of the type all values of the slot have, else dynamic. <https://learn.microsoft.com/kusto/query/bag-unpack-plugin>",
)
.examples(&[example("datatable(d:dynamic)[dynamic({'b':1, 'a':'x'}), dynamic({'a':'y'})] | evaluate bag_unpack(d)", "{\"a\":\"x\",\"b\":1}\n{\"a\":\"y\",\"b\":null}")]);

/// `columnsConflict`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Conflict {
    Error,
    ReplaceSource,
    KeepSource,
}

impl<'s> Binder<'s> {
    /// `evaluate bag_unpack(d [, prefix] [, columnsConflict=…] [, ignoredProperties=…])`: the bag gives way to a column for
    /// each of its top-level slots, in alphabetical order after the others; of one type where all values have it, else
    /// dynamic. Which slots there are only the data can tell.
    pub(crate) fn bag_unpack(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        if !self.plugin_count(call, 1, 4) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let Some(bag) = self.column_argument(args.first(), call) else {
            // Another expression is an error; the columns are not known then.
            return self.with_open_schema(&input, input.schema.columns.to_vec(), span);
        };
        let (mut prefix, mut conflict, mut ignored) = (String::new(), Conflict::Error, Vec::new());
        for (arg, written) in args.iter().zip(&call.arguments).skip(1) {
            match written.name.as_ref().map(|n| n.text.as_str()) {
                None | Some("OutputColumnPrefix") => match text_argument(Some(arg)) {
                    Some(text) => prefix = text.to_owned(),
                    None => self.error(code::NOT_LITERAL, arg.span(), "the prefix of the columns is a constant text"),
                },
                Some("columnsConflict") => match text_argument(Some(arg)) {
                    Some("error") => conflict = Conflict::Error,
                    Some("replace_source") => conflict = Conflict::ReplaceSource,
                    Some("keep_source") => conflict = Conflict::KeepSource,
                    _ => self.error(
                        code::OPERAND,
                        arg.span(),
                        "columnsConflict is 'error', 'replace_source' or 'keep_source'",
                    ),
                },
                Some("ignoredProperties") => {
                    if let Arg::Scalar(Expr { kind: ExprKind::Literal(Value::Dynamic(Some(names))), .. }) = arg {
                        ignored.extend(dynamic::array_items(names).map(|n| dynamic::to_text(n).into_owned()));
                    }
                }
                Some(other) => {
                    self.error(code::UNKNOWN_NAME, arg.span(), format!("bag_unpack has no parameter '{other}'"))
                }
            }
        }
        let others: Vec<Column> = input.schema.columns.iter().filter(|c| c.name != bag.name).cloned().collect();
        if self.probe.is_none() {
            return self.with_open_schema(&input, others, span);
        }
        let input = self.materialized(input, span);
        let Some(slots) = self.slots(&input, &bag, span) else { return self.with_open_schema(&input, others, span) };
        // A slot of the bag's own name takes the bag's place; the bag itself goes.
        let mut columns: Vec<NamedExpr> =
            input.schema.columns.iter().map(|c| column_as(c, Arc::clone(&c.name), span)).collect();
        let mut bag_stays = false;
        for (slot, ty) in slots.into_iter().filter(|(slot, _)| !ignored.contains(slot)) {
            let base = Expr { kind: ExprKind::Column(Arc::clone(&bag.name)), ty: ScalarType::Dynamic, span };
            let steps = vec![PathStep::Key(Arc::from(slot.as_str()))];
            let value = Expr { kind: ExprKind::Path { base: Box::new(base), steps }, ty: ScalarType::Dynamic, span };
            let value = convert(value, ty);
            let name: Arc<str> = Arc::from(format!("{prefix}{slot}"));
            match columns.iter_mut().find(|c| c.name == name) {
                None => columns.push(NamedExpr { name, value }),
                Some(column) if column.name == bag.name => {
                    column.value = value;
                    bag_stays = true;
                }
                Some(column) => match conflict {
                    Conflict::Error => {
                        let message = format!("the bag has a slot '{slot}', and there is a column '{name}' already");
                        let help = "give a prefix, or columnsConflict='replace_source' or 'keep_source'";
                        self.error_help(code::DUPLICATE_COLUMN, call.span, message, help);
                    }
                    Conflict::KeepSource => {}
                    Conflict::ReplaceSource => column.value = value,
                },
            }
        }
        columns.retain(|c| c.name != bag.name || bag_stays);
        project_to(input, columns, span)
    }

    /// A table whose further columns only the data can tell.
    pub(crate) fn with_open_schema(&mut self, input: &Arc<Table>, known: Vec<Column>, span: Span) -> Arc<Table> {
        if self.options.run {
            let message = "the columns of this plugin depend on the data, and there is none to look at";
            self.error_help(
                code::UNSUPPORTED,
                span,
                message,
                "say which columns there are: evaluate plugin(…) : (Name:type, …)",
            );
        }
        let exprs = known.iter().map(|c| column_as(c, Arc::clone(&c.name), span)).collect();
        let schema = RowSchema { columns: known.into(), open: true };
        table(TableKind::Project { input: Arc::clone(input), columns: exprs }, schema, span, input.serialized)
    }

    /// The top-level slots of a bag column and their types, from the data.
    fn slots(&mut self, input: &Arc<Table>, bag: &Column, span: Span) -> Option<BTreeMap<String, ScalarType>> {
        let function = self.catalog.aggregate("buildschema")?;
        let argument = Expr { kind: ExprKind::Column(Arc::clone(&bag.name)), ty: bag.ty, span };
        let name: Arc<str> = Arc::from("schema");
        let results = vec![(Arc::clone(&name), ScalarType::Dynamic)];
        let call = AggregateCall { function, arguments: vec![argument], results, span };
        let schema = [Column { name, ty: ScalarType::Dynamic }].into_iter().collect();
        let kind = TableKind::Summarize { input: Arc::clone(input), keys: Vec::new(), aggregates: vec![call] };
        let rows = self.probed(&table(kind, schema, span, false))?;
        let mut slots = BTreeMap::new();
        if let Some(Value::Dynamic(Some(schema))) = rows.first().and_then(|r| r.first()) {
            // Several shapes make an array of them; the bag among them has the slots.
            let shapes: Vec<&str> =
                if schema.starts_with('[') { dynamic::array_items(schema).collect() } else { vec![schema.as_str()] };
            for shape in shapes.into_iter().filter(|s| s.starts_with('{')) {
                for (slot, ty) in dynamic::bag_entries(shape) {
                    slots.insert(slot.into_owned(), slot_type(ty));
                }
            }
        }
        Some(slots)
    }

    /// Rows of a table, when there is data to look at. What went wrong is reported.
    pub(crate) fn probed(&mut self, table: &Arc<Table>) -> Option<Vec<Vec<Value>>> {
        // With errors so far the table may not be whole.
        if self.has_errors_since(0) {
            return None;
        }
        match self.probe?.rows(table)? {
            Ok(rows) => Some(rows),
            Err(diagnostic) => {
                self.report(diagnostic);
                None
            }
        }
    }
}

/// The column type of a slot: that of its values where it is one, else dynamic.
fn slot_type(schema: &str) -> ScalarType {
    match dynamic::to_text(schema).as_ref() {
        "long" => ScalarType::Long,
        "int" => ScalarType::Int,
        "double" | "real" => ScalarType::Real,
        "string" => ScalarType::String,
        "bool" | "boolean" => ScalarType::Bool,
        "datetime" => ScalarType::Datetime,
        "timespan" => ScalarType::Timespan,
        "guid" => ScalarType::Guid,
        _ => ScalarType::Dynamic,
    }
}
