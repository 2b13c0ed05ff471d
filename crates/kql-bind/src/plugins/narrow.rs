//! `narrow`.

use crate::binder::{Binder, table};
use crate::bound::{ExpandColumn, Expr, ExprKind, NamedExpr, PathStep, Table, TableKind};
use crate::convert::convert;
use crate::operators::project::project_to;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

pub(super) static SPEC: FunctionSpec = FunctionSpec::new(
    "narrow",
    FunctionKind::Plugin,
    &["()"],
    "A row for each cell: the number of its row, the name of its column, its value as text. <https://learn.microsoft.com/kusto/query/narrow-plugin>",
)
.examples(&[example("datatable(a:long, b:string)[1, 'x'] | evaluate narrow()", "{\"Row\":0,\"Column\":\"a\",\"Value\":\"1\"}\n{\"Row\":0,\"Column\":\"b\",\"Value\":\"x\"}")]);

impl<'s> Binder<'s> {
    /// `evaluate narrow()`: a row for each cell: `Row`, `Column`, `Value` (as text).
    ///
    /// Written out: the row's number and an array of (name, text) pairs, expanded.
    pub(crate) fn narrow(&mut self, input: Arc<Table>, call: &'s ast::Call, span: Span) -> Arc<Table> {
        self.plugin_count(call, 0, 0);
        let schema: RowSchema = [
            Column::new("Row", ScalarType::Long),
            Column::new("Column", ScalarType::String),
            Column::new("Value", ScalarType::String),
        ]
        .into_iter()
        .collect();
        let functions = (self.catalog.scalar_function("row_number"), self.catalog.scalar_function("pack_array"));
        let (Some(row_number), Some(pack_array)) = functions else {
            self.cannot_run(code::UNSUPPORTED, call.name.span, "narrow cannot be run here");
            return table(TableKind::Empty, schema, span, false);
        };
        let call_of = |function, arguments, ty| Expr {
            kind: ExprKind::Call { function, arguments, results: Arc::from([(String::new(), ty)]) },
            ty,
            span,
        };
        let literal = |value: Value| Expr { ty: value.scalar_type(), kind: ExprKind::Literal(value), span };
        let cells = input
            .schema
            .columns
            .iter()
            .map(|c| {
                let value = Expr { kind: ExprKind::Column(Arc::clone(&c.name)), ty: c.ty, span };
                let pair = vec![literal(Value::String(c.name.to_string())), convert(value, ScalarType::String)];
                call_of(pack_array, pair, ScalarType::Dynamic)
            })
            .collect();
        let (row, cell): (Arc<str>, Arc<str>) = (Arc::from("Row"), Arc::from("Cell"));
        let number = call_of(row_number, vec![literal(Value::Long(Some(0)))], ScalarType::Long);
        let columns = vec![
            NamedExpr { name: Arc::clone(&row), value: number },
            NamedExpr { name: Arc::clone(&cell), value: call_of(pack_array, cells, ScalarType::Dynamic) },
        ];
        let serialized = table(TableKind::Serialize { input: Arc::clone(&input) }, input.schema.clone(), span, true);
        let numbered = project_to(serialized, columns, span);
        let cell_column = || Expr { kind: ExprKind::Column(Arc::clone(&cell)), ty: ScalarType::Dynamic, span };
        let expanded_schema = numbered.schema.clone();
        let expand = TableKind::MvExpand {
            input: numbered,
            columns: vec![ExpandColumn { name: Arc::clone(&cell), value: cell_column(), ty: ScalarType::Dynamic }],
            item_index: None,
            limit: None,
            bags_to_arrays: false,
        };
        let expanded = table(expand, expanded_schema, span, true);
        let part = |at: i64| {
            let kind = ExprKind::Path { base: Box::new(cell_column()), steps: vec![PathStep::Index(at)] };
            convert(Expr { kind, ty: ScalarType::Dynamic, span }, ScalarType::String)
        };
        let columns = vec![
            NamedExpr {
                name: Arc::clone(&row),
                value: Expr { kind: ExprKind::Column(row), ty: ScalarType::Long, span },
            },
            NamedExpr { name: Arc::from("Column"), value: part(0) },
            NamedExpr { name: Arc::from("Value"), value: part(1) },
        ];
        project_to(expanded, columns, span)
    }
}
