//! `mv-expand`.

use crate::binder::{Binder, table};
use crate::bound::{ExpandColumn, Expr, ExprKind, Table, TableKind};
use crate::named::Produced;
use crate::names::Namer;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

/// Rows `mvexpand` gives for each row of its input.
const OLD_LIMIT: i64 = 128;

impl<'s> Binder<'s> {
    /// `mv-expand [kind=…] [with_itemindex=i] a, b = e [to typeof(T)] [limit n]`. The `old` spelling, `mvexpand`, gives at
    /// most [`OLD_LIMIT`] rows for each row when no limit is written.
    pub(crate) fn mv_expand(
        &mut self,
        input: Arc<Table>,
        parameters: &'s [ast::Property],
        columns: &'s [ast::MvColumn],
        limit: Option<&'s ast::Expr>,
        old: bool,
        span: Span,
    ) -> Arc<Table> {
        let (expanded, input) = self.expand_columns(input, columns);
        let bags_to_arrays = ["kind", "bagexpansion"]
            .into_iter()
            .any(|name| Self::property_word(parameters, name).is_some_and(|(w, _)| w.eq_ignore_ascii_case("array")));
        let limit = match limit {
            Some(limit) => Some(self.row_count(limit)),
            None if old => {
                let kind = ExprKind::Literal(Value::Long(Some(OLD_LIMIT)));
                Some(Expr { kind, ty: ScalarType::Long, span })
            }
            None => None,
        };
        let (mut fields, mut namer) = expanded_fields(&input, &expanded);
        let item_index = Self::property_word(parameters, "with_itemindex").map(|(n, _)| namer.generated(Some(n)));
        if let Some(name) = &item_index {
            fields.push(Column { name: Arc::clone(name), ty: ScalarType::Long });
        }
        let schema = RowSchema { columns: fields.into(), open: input.schema.open };
        let serialized = input.serialized;
        let kind = TableKind::MvExpand { input, columns: expanded, item_index, limit, bags_to_arrays };
        table(kind, schema, span, serialized)
    }

    /// Binds what is expanded, over the input row.
    pub(crate) fn expand_columns(
        &mut self,
        input: Arc<Table>,
        columns: &'s [ast::MvColumn],
    ) -> (Vec<ExpandColumn>, Arc<Table>) {
        let (produced, input) = self.over(&input, |b| {
            let mut produced: Vec<(Produced<'s>, ScalarType)> = Vec::with_capacity(columns.len());
            for column in columns {
                let mut one = Vec::new();
                b.named(&column.value, &mut one);
                let ty = column.ty.map_or(ScalarType::Dynamic, |t| t.ty);
                produced.extend(one.into_iter().map(|p| (p, ty)));
            }
            produced
        });
        let mut namer =
            Namer::new(produced.iter().filter_map(|(p, _)| p.written.map(|(n, _)| n))).avoiding(&input.schema);
        let mut expanded = Vec::with_capacity(produced.len());
        for (item, ty) in produced {
            let name = match &item.written {
                // The engine has an unnamed value take over the one column it reads.
                None if self.measured() && item.automatic.is_none() => match only_column(&item.value) {
                    Some(column) => column,
                    None => item.name(self, &mut namer),
                },
                _ => item.name(self, &mut namer),
            };
            let value = self.demand_dynamic(item.value);
            expanded.push(ExpandColumn { name, value, ty });
        }
        (expanded, input)
    }

    fn demand_dynamic(&mut self, value: Expr) -> Expr {
        match value.ty {
            ScalarType::Dynamic | ScalarType::Unknown => value,
            ty => {
                let help = if ty == ScalarType::String {
                    "read the text first: parse_json(…) or split(…)"
                } else {
                    "put it into an array: pack_array(…)"
                };
                self.error_help(
                    code::MV_EXPAND_TYPE,
                    value.span,
                    format!("only dynamic values expand, not {ty}"),
                    help,
                );
                Expr { ty: ScalarType::Dynamic, ..self.missing(value.span) }
            }
        }
    }
}

/// The input's columns with the expanded ones put in or appended, and a namer that knows them all.
pub(crate) fn expanded_fields(input: &Arc<Table>, expanded: &[ExpandColumn]) -> (Vec<Column>, Namer) {
    let mut fields: Vec<Column> = input.schema.columns.to_vec();
    let own = fields.len();
    for column in expanded {
        match fields[..own].iter_mut().find(|f| f.name == column.name) {
            Some(field) => field.ty = column.ty,
            None => fields.push(Column { name: Arc::clone(&column.name), ty: column.ty }),
        }
    }
    let mut namer = Namer::default();
    for field in &fields {
        namer.take(&field.name);
    }
    (fields, namer)
}

/// The column of an expression that reads exactly one.
fn only_column(e: &Expr) -> Option<Arc<str>> {
    let mut found: Option<Arc<str>> = None;
    let mut several = false;
    crate::convert::walk(e, &mut |e| {
        if let ExprKind::Column(name) = &e.kind {
            several |= found.as_ref().is_some_and(|f| f != name);
            found = Some(Arc::clone(name));
        }
    });
    if several { None } else { found }
}
