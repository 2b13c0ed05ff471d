//! `schema_merge([PreserveOrder = true])`: one schema of several, each as `getschema` gives it.
//!
//! A column that several schemas have with different number types gets the wider one; with types that have none in common its
//! type is an `ERROR(…)` text. With `PreserveOrder` a column must stand at the same place in all schemas that have it: else its
//! ordinal is -1 and its type `ERROR(columns are out of order)`. Without, columns are numbered by the last place they have.
//!
//! Columns: those of `getschema`, but `ColumnOrdinal:long` (measured). Page: query/schema-merge-plugin. The text for types
//! without a common one is not documented.

use crate::binder::Binder;
use crate::bound::NamedExpr;
use crate::bound::{Expr, ExprKind, Table};
use crate::convert::convert;
use crate::expression::Arg;
use crate::operators::project::project_to;
use crate::plugins::recipe::Ingredient;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{RowSchema, ScalarType, Value};
use std::sync::Arc;

const COLUMNS: [(&str, ScalarType); 4] = [
    ("ColumnName", ScalarType::String),
    ("ColumnOrdinal", ScalarType::Long),
    ("DataType", ScalarType::String),
    ("ColumnType", ScalarType::String),
];

const BODY: &str = "
    T
    | summarize places = make_set(ColumnOrdinal), last = max(ColumnOrdinal), types = make_set(ColumnType) by ColumnName
    | sort by last asc, ColumnName asc
    | extend place = case(array_length(places) == 1, tolong(places[0]), order, -1, row_number(0)),
        numbers = array_length(set_difference(types, dynamic(['int', 'long', 'real', 'decimal']))) == 0
    | extend ColumnType = case(
        order and array_length(places) > 1, 'ERROR(columns are out of order)',
        array_length(types) == 1, tostring(types[0]),
        not(numbers), strcat('ERROR(types have none in common: ', strcat_array(array_sort_asc(types), ', '), ')'),
        set_has_element(types, 'decimal'), 'decimal',
        set_has_element(types, 'real'), 'real',
        'long')
    | extend DataType = case(
        ColumnType == 'bool', 'System.SByte',
        ColumnType == 'datetime', 'System.DateTime',
        ColumnType == 'decimal', 'System.Data.SqlTypes.SqlDecimal',
        ColumnType == 'dynamic', 'System.Object',
        ColumnType == 'guid', 'System.Guid',
        ColumnType == 'int', 'System.Int32',
        ColumnType == 'long', 'System.Int64',
        ColumnType == 'real', 'System.Double',
        ColumnType == 'string', 'System.String',
        ColumnType == 'timespan', 'System.TimeSpan',
        strcat('ERROR(unknown CSL type:', ColumnType, ')'))
    | project ColumnName, ColumnOrdinal = iff(order, place, row_number(0)), DataType, ColumnType";

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "schema_merge",
    FunctionKind::Plugin,
    &["([PreserveOrder = true])"],
    "One schema of several, each as `getschema` gives it. <https://learn.microsoft.com/kusto/query/schema-merge-plugin>",
)
.examples(&[example("let A = datatable(x:long)[] | getschema; let B = datatable(x:long, y:string)[] | getschema; union A, B | evaluate schema_merge() | project ColumnName, ColumnType", "{\"ColumnName\":\"x\",\"ColumnType\":\"long\"}\n{\"ColumnName\":\"y\",\"ColumnType\":\"string\"}")]);

impl<'s> Binder<'s> {
    pub(super) fn schema_merge(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        if !self.plugin_count(call, 0, 1) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let schema = RowSchema::new(crate::plugins::fixed(&COLUMNS));
        if !self.measured() {
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let order = match args.first() {
            None => true,
            Some(Arg::Scalar(Expr { kind: ExprKind::Literal(Value::Bool(Some(order))), .. })) => *order,
            Some(other) => {
                self.error(code::NOT_LITERAL, other.span(), "PreserveOrder is true or false");
                return self.unknown_table(span);
            }
        };
        let mut columns = Vec::with_capacity(COLUMNS.len());
        for (name, ty) in COLUMNS {
            let Some(column) = input.schema.column(name) else {
                let message = format!("the rows have no column '{name}': schemas as getschema gives them are needed");
                self.error_help(code::OPERAND, span, message, "union (T1 | getschema), (T2 | getschema) | evaluate …");
                return self.unknown_table(span);
            };
            let value = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
            columns.push(NamedExpr { name: Arc::from(name), value: convert(value, ty) });
        }
        let rows = project_to(input, columns, span);
        let kind = ExprKind::Literal(Value::Bool(Some(order)));
        let order = Expr { kind, ty: ScalarType::Bool, span };
        let ingredients = vec![("T", Ingredient::Table(rows)), ("order", Ingredient::Scalar(order))];
        self.recipe("schema_merge", ingredients, BODY, span)
    }
}
