//! `find`.

use crate::binder::{Binder, table};
use crate::bound::{Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::operators::project_away::Choice;
use crate::operators::search::{merged, names_in, widened};
use crate::operators::union::UnionShape;
use crate::scope::TableEntity;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `find [withsource=c] [in (T, …)] where p [project …]`: the source's name, the columns the predicate names (or the
    /// projection lists), and the rest of the row in `pack_`.
    pub(crate) fn find_operator(
        &mut self,
        parameters: &'s [ast::Property],
        sources: &'s [ast::Expr],
        predicate: Option<&'s ast::Expr>,
        projection: &'s ast::FindProjection,
        span: Span,
    ) -> Arc<Table> {
        let property = |name: &str| Self::property_word(parameters, name).map(|(n, _)| n);
        let source: Arc<str> =
            Arc::from(property("withsource").or_else(|| property("with_source")).unwrap_or("source_"));
        let mut legs = self.source_tables(sources, span);
        let everything = merged(&legs);
        let mut names: Vec<&'s str> = Vec::new();
        if let Some(predicate) = predicate {
            names_in(predicate, &mut names);
        }
        // Tables that have none of the columns that are asked for are not read.
        names.retain(|n| everything.column(n).is_some());
        if !names.is_empty() {
            legs.retain(|l| names.iter().any(|n| l.table.schema.column(n).is_some()));
        }
        let shown = self.find_columns(&names, projection, &legs, &everything);
        let hidden = |c: &Column| !shown.iter().any(|s| s.name == c.name);
        let rest = legs.iter().any(|l| l.table.schema.columns.iter().any(hidden));
        let packed = projection.pack || ((projection.columns.is_empty() || projection.smart) && rest);
        let mut found = Vec::with_capacity(legs.len());
        // Without data one look at the predicate is enough.
        if !self.options.run {
            let row = self.row_of(everything.clone());
            if let Some(predicate) = predicate {
                self.with_row(row, |b| b.search_predicate(predicate, false));
            }
            let columns: Vec<Column> =
                shown.into_iter().chain(packed.then(|| Column::new("pack_", ScalarType::Dynamic))).collect();
            let mut fields = vec![Column { name: source, ty: ScalarType::String }];
            fields.extend(columns);
            let schema = RowSchema { columns: fields.into(), open: everything.open };
            return table(TableKind::Empty, schema, span, false);
        }
        for leg in legs {
            let rows = match predicate {
                Some(predicate) => {
                    let wide = widened(&leg.table, &everything, predicate, span);
                    let (bound, wide) = self.over(&wide, |b| b.search_predicate(predicate, false));
                    let schema = wide.schema.clone();
                    table(TableKind::Filter { input: wide, predicate: bound }, schema, span, false)
                }
                None => Arc::clone(&leg.table),
            };
            let mut columns: Vec<NamedExpr> = Vec::with_capacity(shown.len() + 1);
            for column in &shown {
                let value = match leg.table.schema.column(&column.name) {
                    Some(own) => {
                        let value = Expr { kind: ExprKind::Column(Arc::clone(&own.name)), ty: own.ty, span };
                        crate::convert::convert(value, column.ty)
                    }
                    None => Expr { kind: ExprKind::Literal(Value::null(column.ty)), ty: column.ty, span },
                };
                columns.push(NamedExpr { name: Arc::clone(&column.name), value });
            }
            if packed {
                let rest = leg.table.schema.columns.iter().filter(|c| !shown.iter().any(|s| s.name == c.name));
                let value = self.packed(rest, span);
                columns.push(NamedExpr { name: Arc::from("pack_"), value });
            }
            let schema: RowSchema =
                columns.iter().map(|c| Column { name: Arc::clone(&c.name), ty: c.value.ty }).collect();
            let table = table(TableKind::Project { input: rows, columns }, schema, span, false);
            found.push(TableEntity { table, label: leg.label });
        }
        let shape = UnionShape { source: Some(source), inner: false, search: false, ..UnionShape::default() };
        self.union_of(&found, &shape, span)
    }

    fn find_columns(
        &mut self,
        names: &[&'s str],
        projection: &'s ast::FindProjection,
        legs: &[TableEntity],
        everything: &RowSchema,
    ) -> Vec<Column> {
        let mut shown: Vec<Column> = Vec::new();
        if projection.columns.is_empty() {
            // Columns that all tables have, then those the predicate names.
            if let Some((first, rest)) = legs.split_first() {
                let common =
                    |c: &Column| rest.iter().all(|l| l.table.schema.column(&c.name).is_some_and(|o| o.ty == c.ty));
                shown.extend(first.table.schema.columns.iter().filter(|c| common(c)).cloned());
            }
            for name in names {
                if let Some(column) = everything.column(name)
                    && !shown.iter().any(|c| c.name == column.name)
                {
                    shown.push(column.clone());
                }
            }
        }
        for (name, ty) in &projection.columns {
            let known = everything.column(&name.text).map(|c| c.ty);
            let ty = ty.map(|t| t.ty).or(known);
            if ty.is_none() && !everything.open {
                self.error(code::UNKNOWN_NAME, name.span, format!("no table has a column '{}'", name.text));
            }
            shown.push(Column::new(name.text.as_str(), ty.unwrap_or(ScalarType::Unknown)));
        }
        for away in &projection.away {
            let schema = RowSchema::new(shown.clone());
            if let Choice::Columns(names) = self.column_choice(&schema, away) {
                shown.retain(|c| !names.contains(&c.name));
            }
        }
        shown
    }

    /// A bag of columns.
    fn packed<'c>(&mut self, columns: impl Iterator<Item = &'c Column>, span: Span) -> Expr {
        let Some(function) = self.catalog.scalar_function("bag_pack") else {
            self.error(code::INTERNAL, span, "the function 'bag_pack' is missing");
            return self.missing(span);
        };
        let mut arguments = Vec::new();
        for column in columns {
            let name = Value::String(column.name.to_string());
            arguments.push(Expr { kind: ExprKind::Literal(name), ty: ScalarType::String, span });
            arguments.push(Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span });
        }
        if arguments.is_empty() {
            let empty = Value::Dynamic(Some("{}".to_owned()));
            return Expr { kind: ExprKind::Literal(empty), ty: ScalarType::Dynamic, span };
        }
        let results = Arc::from([(String::new(), ScalarType::Dynamic)]);
        Expr { kind: ExprKind::Call { function, arguments, results }, ty: ScalarType::Dynamic, span }
    }
}
