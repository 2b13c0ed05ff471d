//! Functions over the elements of a graph pattern: `map`, `all`, `any`, `inner_nodes`, `labels`, `node_id`, `node_degree_in`,
//! `node_degree_out` (SEMANTICS §6.20).

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind};
use crate::scope::Entity;
use kql_diagnostic::code;
use kql_syntax::ast;
use kql_types::{RowSchema, ScalarType};
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// A call of one of them over an element; `None` when there is no element, or the name is another function's.
    ///
    /// The bound call has the element as a column, and for `map`, `all` and `any` an expression over the properties of one
    /// step, which are columns under their own names.
    pub(crate) fn graph_function(&mut self, call: &'s ast::Call) -> Option<Expr> {
        let name = call.name.text.as_str();
        let (element, columns) = match call.arguments.first() {
            Some(argument) => self.element(&argument.value)?,
            // Without an argument they speak of the node or edge that a predicate is about.
            None if matches!(name, "labels" | "node_id" | "node_degree_in" | "node_degree_out") => {
                let function = crate::operators_spec::operator(name)?;
                let ty = result_type(name);
                let results = Arc::from([(String::new(), ty)]);
                let kind = ExprKind::Call { function, arguments: Vec::new(), results };
                return Some(Expr { kind, ty, span: call.span });
            }
            None => return None,
        };
        let function = crate::operators_spec::operator(name)?;
        let mut arguments = vec![element];
        let mut ty = result_type(name);
        match name {
            "map" | "all" | "any" => {
                let Some(body) = call.arguments.get(1) else {
                    return Some(self.wrong_count(call, "2 arguments"));
                };
                let row = self.row_of(columns);
                let (inner, _) = self.with_row(row, |b| b.scalar(&body.value));
                let inner = if name == "map" { inner } else { self.demand_bool(inner) };
                arguments.push(inner);
            }
            "inner_nodes" => ty = ScalarType::Dynamic,
            _ => {}
        }
        if call.arguments.len() > arguments.len() {
            self.error(code::ARGUMENT_COUNT, call.span, format!("the function '{name}' takes fewer arguments"));
        }
        let results = Arc::from([(String::new(), ty)]);
        Some(Expr { kind: ExprKind::Call { function, arguments, results }, ty, span: call.span })
    }

    /// A node, an edge, a path, or the inner nodes of a path.
    fn element(&mut self, e: &'s ast::Expr) -> Option<(Expr, RowSchema)> {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) => self.element(inner),
            ast::ExprKind::Name(name) => match self.find(&name.text) {
                Some(Entity::RowVariable { name, columns, .. }) => {
                    Some((Expr { kind: ExprKind::Column(name), ty: ScalarType::Dynamic, span: e.span }, columns))
                }
                _ => None,
            },
            ast::ExprKind::Call(call) if call.name.text == "inner_nodes" => {
                let nodes = self.graph_nodes.clone()?;
                let inner = self.graph_function(call)?;
                Some((inner, nodes))
            }
            _ => None,
        }
    }
}

fn result_type(function: &str) -> ScalarType {
    match function {
        "all" | "any" => ScalarType::Bool,
        "node_degree_in" | "node_degree_out" => ScalarType::Long,
        "node_id" => ScalarType::String,
        _ => ScalarType::Dynamic,
    }
}
