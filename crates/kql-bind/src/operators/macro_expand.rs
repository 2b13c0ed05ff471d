//! `macro-expand`.

use crate::binder::Binder;
use crate::bound::Table;
use crate::operators::union::UnionShape;
use crate::scope::{Entity, TableEntity};
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `macro-expand [kind=…] [isfuzzy=…] [withsource=…] group as s (body)`: the body once for each member of the group, with `s` as
    /// its name, and the union of what comes out.
    pub(crate) fn macro_expand(
        &mut self,
        parameters: &'s [ast::Property],
        group: &'s ast::Expr,
        scope: &'s ast::Name,
        body: &'s ast::FunctionExpr,
        span: Span,
    ) -> Arc<Table> {
        if self.in_macro {
            self.error(code::MACRO_NESTED, span, "macro-expand cannot stand inside macro-expand");
            return self.unknown_table(span);
        }
        let members = match &group.kind {
            ast::ExprKind::EntityGroup(members) => members.as_slice(),
            _ => match self.without_row(|b| b.entity(group)) {
                Entity::Group(members) => members,
                Entity::Error => return self.unknown_table(span),
                _ => {
                    self.error(
                        code::OPERAND,
                        group.span,
                        "an entity group is needed here: entity_group [database('a'), …]",
                    );
                    return self.unknown_table(span);
                }
            },
        };
        if members.is_empty() {
            self.error(code::SYNTAX, group.span, "the entity group has no members");
        }
        let fuzzy = ["isfuzzy", "best_effort"].into_iter().any(|n| Self::property_true(parameters, n));
        let source = Self::property_word(parameters, "withsource").map(|(n, _)| Arc::from(n));
        let mut seen = Vec::new();
        let mut legs = Vec::with_capacity(members.len());
        for member in members {
            let before = self.diagnostic_count();
            let entity = self.without_row(|b| b.entity(member));
            if fuzzy && matches!(entity, Entity::Error) {
                self.forget_diagnostics(before);
                continue;
            }
            if let Entity::Database(database) = &entity {
                if seen.contains(database) {
                    self.error(code::MACRO_DUPLICATE, member.span, "the entity group has this member twice");
                }
                seen.push(database.clone());
            }
            let label = match &entity {
                Entity::Database(database) => database.name.clone(),
                Entity::Table(table) => table.label.clone(),
                _ => None,
            };
            let frames = self.scopes.len();
            let outer = self.scope;
            let mut inner = self.scopes.push(Some(outer));
            let declared = self.scopes.declare(&mut inner, &scope.text, entity, scope.span);
            debug_assert!(declared.is_ok(), "a new frame has no names");
            self.scope = inner;
            self.in_macro = true;
            let result = self.without_row(|b| {
                for statement in &body.statements {
                    b.local_statement(statement);
                }
                match &body.body {
                    Some(body) => b.tabular(body),
                    None => b.unknown_table(span),
                }
            });
            self.in_macro = false;
            self.scope = outer;
            self.scopes.truncate(frames);
            legs.push(TableEntity { table: result, label });
        }
        if legs.is_empty() && !members.is_empty() {
            self.refused_by_engine(code::UNKNOWN_NAME, group.span, "none of the members of the entity group exists");
            return self.unknown_table(span);
        }
        // As of `union`: the public analyzer shows the columns of an outer union in any case.
        let inner = Self::property_word(parameters, "kind").is_some_and(|(w, _)| w.eq_ignore_ascii_case("inner"));
        self.union_of(&legs, &UnionShape { source, inner: inner && self.measured(), ..UnionShape::default() }, span)
    }
}
