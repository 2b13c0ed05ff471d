//! `restrict access`.

use crate::binder::Binder;
use crate::operators::project_away::matches;
use kql_diagnostic::code;
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `restrict access to (T1, V*, database().*)`: all other tables are hidden from here on.
    pub(crate) fn restrict_statement(&mut self, entities: &'s [ast::Expr]) {
        let mut visible = self.restricted.take().unwrap_or_default();
        for e in entities {
            match &e.kind {
                ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) => visible.push(name.text.clone()),
                ast::ExprKind::Star => visible.push("*".to_owned()),
                ast::ExprKind::Member { member, .. } => match &member.kind {
                    ast::ExprKind::Name(name) | ast::ExprKind::Wildcard(name) => visible.push(name.text.clone()),
                    ast::ExprKind::Star => visible.push("*".to_owned()),
                    _ => {}
                },
                ast::ExprKind::Missing => {}
                _ => self.error(code::SYNTAX, e.span, "the name of a table or view, or a pattern, is needed here"),
            }
        }
        self.restricted = Some(visible);
    }
}

/// Whether a restriction lets a table be seen.
pub(crate) fn allows(restricted: &[String], name: &str) -> bool {
    restricted.iter().any(|pattern| matches(pattern, name))
}
