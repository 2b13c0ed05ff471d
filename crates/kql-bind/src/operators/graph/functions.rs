//! Functions of graph operators: `map`, `all`, `any`, `inner_nodes`, `labels`, `node_id`, `node_degree_in`,
//! `node_degree_out` (<https://learn.microsoft.com/kusto/query/graph-operators>).

use super::Graph;
use crate::binder::{Aggregation, Binder};
use crate::bound::{Expr, ExprKind, GraphValue, GraphValueKind, NODE_DEGREE_IN, NODE_DEGREE_OUT, NODE_ID, PathFold};
use crate::scope::ScopeRef;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{RowSchema, ScalarType, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

/// Where functions of graphs may stand, and what they read.
#[derive(Clone, Debug)]
pub(crate) struct GraphScope {
    /// The row they stand over.
    pub(super) level: u32,
    /// What that row is.
    pub(super) element: Element,
    /// What was computed so far.
    pub(super) values: Vec<GraphValue>,
}

/// The row of a [`GraphScope`].
#[derive(Clone, Debug)]
pub(super) enum Element {
    /// A match.
    Match {
        /// The variables of the pattern.
        variables: HashMap<Arc<str>, Variable>,
        /// Properties of nodes.
        nodes: RowSchema,
        /// Properties of edges.
        edges: RowSchema,
        /// The names around the operator.
        outer: ScopeRef,
    },
    /// One node.
    Node,
    /// One edge.
    Edge,
}

/// What a variable of a pattern stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Variable {
    /// `(n)`
    Node,
    /// `-[e]-`
    Edge,
    /// `-[e*1..3]-`
    Path,
}

impl GraphScope {
    /// The scope of a match.
    pub(super) fn of_match(level: u32, variables: HashMap<Arc<str>, Variable>, graph: &Graph, outer: ScopeRef) -> Self {
        let element = Element::Match { variables, nodes: graph.nodes.clone(), edges: graph.edges.clone(), outer };
        GraphScope { level, element, values: Vec::new() }
    }

    /// The scope of an expression over one element.
    pub(super) fn element(level: u32, element: Element) -> Self {
        GraphScope { level, element, values: Vec::new() }
    }

    /// What a name stands for in the pattern.
    pub(super) fn variable(&self, name: &str) -> Option<Variable> {
        match &self.element {
            Element::Match { variables, .. } => variables.get(name).copied(),
            _ => None,
        }
    }
}

/// The variables an expression over a match reads.
pub(super) fn elements_of(e: &Expr, values: &[GraphValue]) -> BTreeSet<Arc<str>> {
    let mut found = BTreeSet::new();
    crate::convert::walk(e, &mut |e| {
        if let ExprKind::Column(name) = &e.kind {
            found.insert(match values.iter().find(|v| v.name == *name) {
                Some(value) => Arc::clone(&value.element),
                None => Arc::from(name.split_once('.').map_or(&**name, |(variable, _)| variable)),
            });
        }
    });
    found
}

fn is_graph_function(name: &str) -> bool {
    matches!(name, "map" | "all" | "any" | "inner_nodes" | "labels" | "node_id" | "node_degree_in" | "node_degree_out")
}

impl<'s> Binder<'s> {
    /// A function of graphs; `None` for all other functions.
    pub(crate) fn graph_function(&mut self, call: &'s ast::Call) -> Option<Expr> {
        let name = call.name.text.as_str();
        if !is_graph_function(name) {
            return None;
        }
        let Some(at) = self.graphs.iter().rposition(|g| g.level == self.row.level) else {
            // `any` is an old name of `take_any` too.
            if name == "any" && self.row.aggregation == Aggregation::Collected {
                return None;
            }
            let message = format!("'{name}' can stand only in an operator over a graph");
            self.error_help(code::OPERAND, call.name.span, message, "make a graph with make-graph, then graph-match");
            return Some(self.missing(call.span));
        };
        let bound = match name {
            "map" => self.path_function(call, at, PathFold::Map),
            "all" => self.path_function(call, at, PathFold::All),
            "any" => self.path_function(call, at, PathFold::Any),
            "labels" => self.labels(call, at),
            "node_id" => self.node_function(call, at, NODE_ID, ScalarType::String),
            "node_degree_in" => self.node_function(call, at, NODE_DEGREE_IN, ScalarType::Long),
            "node_degree_out" => self.node_function(call, at, NODE_DEGREE_OUT, ScalarType::Long),
            _ => {
                let help = "write map(inner_nodes(e), property)";
                let message = "inner_nodes() can stand only as the first argument of map(), all() and any()";
                self.error_help(code::OPERAND, call.span, message, help);
                None
            }
        };
        Some(bound.unwrap_or_else(|| self.missing(call.span)))
    }

    /// The name a function of graphs gives its column on the real engine; `None` when `e` is no such call.
    pub(crate) fn graph_function_name(&self, call: &'s ast::Call) -> Option<Option<String>> {
        let name = call.name.text.as_str();
        if !self.measured() || !is_graph_function(name) || !self.graphs.iter().any(|g| g.level == self.row.level) {
            return None;
        }
        let of = |at: usize| call.arguments.get(at).and_then(|a| self.name_of(&a.value)).unwrap_or_default();
        Some(match name {
            "map" => Some(format!("{}_{}", of(0), of(1))),
            "inner_nodes" | "labels" => Some(format!("{name}_{}", of(0))),
            // As the documentation's samples show.
            "node_id" | "node_degree_in" | "node_degree_out" => Some(name.to_owned()),
            _ => None,
        })
    }

    /// `map(e, value)`, `all(e, condition)`, `any(e, condition)`, also over `inner_nodes(e)`.
    fn path_function(&mut self, call: &'s ast::Call, at: usize, fold: PathFold) -> Option<Expr> {
        let [path, value] = call.arguments.as_slice() else {
            self.wrong_graph_count(call, "2 arguments");
            return None;
        };
        let (path, inner_nodes) = match &path.value.kind {
            ast::ExprKind::Call(inner) if inner.name.text == "inner_nodes" => match inner.arguments.as_slice() {
                [only] => (&only.value, true),
                _ => {
                    self.wrong_graph_count(inner, "1 argument");
                    return None;
                }
            },
            _ => (&path.value, false),
        };
        let element = self.variable_of(path, at, &[Variable::Path], "an edge of variable length")?;
        let Some(GraphScope { element: Element::Match { nodes, edges, outer, .. }, .. }) = self.graphs.get(at) else {
            return None;
        };
        let (properties, kind) =
            if inner_nodes { (nodes.clone(), Element::Node) } else { (edges.clone(), Element::Edge) };
        // The expression reads properties by their own names; the pattern's variables are not seen.
        let scope = std::mem::replace(&mut self.scope, *outer);
        let row = self.row_of(properties);
        self.graphs.push(GraphScope::element(row.level, kind));
        let (value, _) = self.with_row(row, |b| match fold {
            PathFold::Map => b.scalar(&value.value),
            PathFold::All | PathFold::Any => b.predicate(&value.value),
        });
        self.graphs.pop();
        self.scope = scope;
        let ty = if fold == PathFold::Map { ScalarType::Dynamic } else { ScalarType::Bool };
        Some(self.graph_value(at, element, GraphValueKind::Path { fold, inner_nodes, value }, ty, call.span))
    }

    /// `node_degree_in(n)` and its like; without an argument over one node.
    fn node_function(&mut self, call: &'s ast::Call, at: usize, column: &'static str, ty: ScalarType) -> Option<Expr> {
        match (self.graphs.get(at).map(|g| &g.element)?, call.arguments.as_slice()) {
            (Element::Match { .. }, [node]) => {
                let element = self.variable_of(&node.value, at, &[Variable::Node], "a node")?;
                Some(self.graph_value(at, element, GraphValueKind::Node(column), ty, call.span))
            }
            (Element::Node, []) => Some(Expr { kind: ExprKind::Column(Arc::from(column)), ty, span: call.span }),
            (Element::Match { .. }, _) => {
                self.wrong_graph_count(call, "1 argument, a node of the pattern");
                None
            }
            (Element::Node, _) => {
                self.wrong_graph_count(call, "no argument here");
                None
            }
            (Element::Edge, _) => {
                self.error(code::OPERAND, call.span, format!("'{}' is of nodes, not of edges", call.name.text));
                None
            }
        }
    }

    /// `labels(x)`: graphs made by `make-graph` have no labels.
    fn labels(&mut self, call: &'s ast::Call, at: usize) -> Option<Expr> {
        match (self.graphs.get(at).map(|g| &g.element)?, call.arguments.as_slice()) {
            (Element::Match { .. }, [element]) => {
                let any = [Variable::Node, Variable::Edge, Variable::Path];
                self.variable_of(&element.value, at, &any, "a node or an edge")?;
            }
            (Element::Node | Element::Edge, []) => {}
            _ => {
                self.wrong_graph_count(call, "an element of the pattern, or none in map(), all() and any()");
                return None;
            }
        }
        let none = Value::Dynamic(Some("[]".to_owned()));
        Some(Expr { kind: ExprKind::Literal(none), ty: ScalarType::Dynamic, span: call.span })
    }

    /// The variable an argument names.
    fn variable_of(&mut self, e: &'s ast::Expr, at: usize, kinds: &[Variable], what: &str) -> Option<Arc<str>> {
        match &e.kind {
            ast::ExprKind::Parenthesized(inner) => return self.variable_of(inner, at, kinds, what),
            ast::ExprKind::Name(name) => {
                let found = self.graphs.get(at).and_then(|g| g.variable(&name.text));
                if found.is_some_and(|v| kinds.contains(&v)) {
                    return Some(Arc::from(name.text.as_str()));
                }
                if found.is_none() {
                    self.unknown_name(name);
                    return None;
                }
            }
            ast::ExprKind::Missing => return None,
            _ => {}
        }
        self.error(code::OPERAND, e.span, format!("{what} of the pattern is needed here"));
        None
    }

    fn graph_value(&mut self, at: usize, element: Arc<str>, kind: GraphValueKind, ty: ScalarType, span: Span) -> Expr {
        let Some(scope) = self.graphs.get_mut(at) else { return self.missing(span) };
        let name: Arc<str> = Arc::from(format!("__graph{}__", scope.values.len()));
        scope.values.push(GraphValue { name: Arc::clone(&name), element, kind });
        Expr { kind: ExprKind::Column(name), ty, span }
    }

    fn wrong_graph_count(&mut self, call: &'s ast::Call, takes: &str) {
        let message = format!("the function '{}' takes {takes}", call.name.text);
        self.error(code::ARGUMENT_COUNT, call.span, message);
    }
}
