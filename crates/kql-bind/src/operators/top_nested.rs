//! `top-nested`.

use crate::binder::{Aggregation, Binder, table};
use crate::bound::{NamedExpr, Table, TableKind, TopNestedLevel};
use crate::convert::{convert, is_constant};
use crate::names::Namer;
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, SortOrder};
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `top-nested [n] of e [with others=v] by agg, …`: for each level the value and its aggregate.
    pub(crate) fn top_nested(
        &mut self,
        input: Arc<Table>,
        levels: &'s [ast::TopNestedLevel],
        span: Span,
    ) -> Arc<Table> {
        let spelled = levels.iter().flat_map(|l| l.of.names.iter().chain(&l.by.names)).map(|n| n.text.as_str());
        let mut namer = Namer::new(spelled).avoiding(&input.schema);
        let mut fields = Vec::with_capacity(levels.len() * 2);
        let mut bound = Vec::with_capacity(levels.len());
        let mut input = input;
        for level in levels {
            let (level, next) = self.top_nested_level(&input, level, &mut namer, &mut fields);
            input = next;
            bound.extend(level);
        }
        let schema = RowSchema::new(fields);
        table(TableKind::TopNested { input, levels: bound }, schema, span, false)
    }

    fn top_nested_level(
        &mut self,
        input: &Arc<Table>,
        level: &'s ast::TopNestedLevel,
        namer: &mut Namer,
        fields: &mut Vec<Column>,
    ) -> (Option<TopNestedLevel>, Arc<Table>) {
        let count = level.count.as_ref().map(|c| self.row_count(c));
        let others = level.others.as_ref().map(|o| self.without_row(|b| b.scalar(o)));
        let ((of, by, aggregates), input) = self.over(input, |b| {
            let mut of = Vec::new();
            b.named(&level.of, &mut of);
            let outer = std::mem::replace(&mut b.row.aggregation, Aggregation::Collected);
            let outer_collected = std::mem::take(&mut b.collected);
            let by = b.scalar(&level.by.value);
            b.row.aggregation = outer;
            let aggregates = std::mem::replace(&mut b.collected, outer_collected);
            (of, by, aggregates)
        });
        let Some(of) = of.into_iter().next() else { return (None, input) };
        if by.ty == ScalarType::Dynamic {
            self.error(code::SORT_DYNAMIC, by.span, "the best values cannot be found by a dynamic value");
        }
        if aggregates.is_empty() && by.ty != ScalarType::Unknown {
            self.error(code::OPERAND, by.span, "an aggregation function is needed after 'by'");
        }
        let base = level
            .of
            .names
            .first()
            .map(|n| n.text.clone())
            .or_else(|| self.name_of(&level.of.value))
            .unwrap_or_default();
        let name = of.name(self, namer);
        let by_name = match level.by.names.first() {
            Some(name) => namer.written(self, &name.text, name.span),
            None => namer.generated(Some(&format!("aggregated_{base}"))),
        };
        let ty = of.value.ty;
        let others = others.map(|o| {
            if !is_constant(&o) {
                self.error(code::NOT_CONSTANT, o.span, "the value of the others is a constant");
            }
            convert(o, ty)
        });
        fields.push(Column { name: Arc::clone(&name), ty });
        fields.push(Column { name: Arc::clone(&by_name), ty: by.ty });
        let level = TopNestedLevel {
            count,
            of: NamedExpr { name, value: of.value },
            others,
            by_name,
            aggregates,
            by,
            ascending: matches!(level.order, Some(SortOrder::Asc | SortOrder::GrannyAsc)),
        };
        (Some(level), input)
    }
}
