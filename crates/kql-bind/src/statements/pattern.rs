//! `declare pattern`.

use crate::binder::Binder;
use crate::names::text_of;
use crate::scope::Entity;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;

impl<'s> Binder<'s> {
    /// `declare pattern P = (a:string)[path:string] { ('x').['y'] = { query }; }`.
    pub(crate) fn pattern_statement(&mut self, pattern: &'s ast::PatternStatement) {
        let mut scope = self.scope;
        let entity = Entity::Pattern(pattern);
        if self.scopes.declare(&mut scope, &pattern.name.text, entity, pattern.name.span).is_err() {
            let message = format!("a variable with the name '{}' has already been declared", pattern.name.text);
            self.error(code::LET_DUPLICATE, pattern.name.span, message);
        }
        self.scope = scope;
    }

    /// `P('x')`, `P('x').y`, `P('x').['y']`: the query of the case with these constants.
    pub(crate) fn pattern_call(
        &mut self,
        pattern: &'s ast::PatternStatement,
        call: &'s ast::Call,
        path: Option<(&str, Span)>,
    ) -> Entity<'s> {
        let mut values = Vec::with_capacity(call.arguments.len());
        for argument in &call.arguments {
            let bound = self.without_row(|b| b.scalar(&argument.value));
            match bound.kind {
                crate::bound::ExprKind::Literal(kql_types::Value::String(text)) => values.push(text),
                crate::bound::ExprKind::Missing => return Entity::Error,
                _ => {
                    self.error(code::NOT_LITERAL, argument.value.span, "the arguments of a pattern are constant texts");
                    return Entity::Error;
                }
            }
        }
        let found = pattern.cases.iter().find(|case| {
            let arguments: Vec<Option<&str>> = case.arguments.iter().map(text_of).collect();
            let same =
                arguments.len() == values.len() && arguments.iter().zip(&values).all(|(a, v)| *a == Some(v.as_str()));
            same && case.path.as_ref().and_then(text_of) == path.map(|(p, _)| p)
        });
        let Some(case) = found else {
            let span = path.map_or(call.span, |(_, at)| call.span.to(at));
            self.error(
                code::PATTERN,
                span,
                format!("the pattern '{}' is not defined for these arguments", pattern.name.text),
            );
            return Entity::Error;
        };
        let closure = crate::scope::Closure {
            function: &case.body,
            scope: self.scope,
            name: &pattern.name.text,
            stored: false,
            database: self.home.clone(),
        };
        // What a pattern stands for was written before the restriction that lets it be seen.
        let restricted = self.restricted.take();
        let result = self.expand(&closure, Vec::new(), call.span);
        self.restricted = restricted;
        result
    }
}
