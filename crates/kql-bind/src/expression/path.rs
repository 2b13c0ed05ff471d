//! Dots and brackets: steps into dynamic values, and members of databases, rows and sides of a join.

use crate::binder::Binder;
use crate::bound::{Expr, ExprKind, PathStep};
use crate::cursor::Members;
use crate::scope::{DatabaseRef, Entity, RowKind};
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::{ScalarType, Value};
use std::sync::Arc;

/// One step of a chain.
#[derive(Clone, Copy)]
enum Step<'s> {
    Name(&'s ast::Name),
    Call(&'s ast::Call),
    Wildcard,
    Index(&'s ast::Expr),
    Missing,
}

impl<'s> Step<'s> {
    /// The name of a member: `.a`, and `.['a']`, which is read as an index.
    fn name(self) -> Option<&'s str> {
        match self {
            Step::Name(name) => Some(&name.text),
            Step::Index(index) => crate::names::text_of(index),
            _ => None,
        }
    }
}

impl<'s> Binder<'s> {
    /// A chain that ends with a bracket: always a scalar.
    pub(crate) fn path(&mut self, e: &'s ast::Expr) -> Expr {
        let entity = self.member(e);
        self.demand_value(entity, e.span)
    }

    /// A chain of dots and brackets.
    pub(crate) fn member(&mut self, e: &'s ast::Expr) -> Entity<'s> {
        let mut steps = Vec::new();
        let mut root = e;
        loop {
            match &root.kind {
                ast::ExprKind::Member { base, member } => {
                    let step = match &member.kind {
                        ast::ExprKind::Name(name) => Step::Name(name),
                        ast::ExprKind::Call(call) => Step::Call(call),
                        ast::ExprKind::Wildcard(_) => Step::Wildcard,
                        _ => Step::Missing,
                    };
                    steps.push((step, member.span));
                    root = base;
                }
                ast::ExprKind::Index { base, index } => {
                    steps.push((Step::Index(index), index.span));
                    root = base;
                }
                _ => break,
            }
        }
        steps.reverse();
        if let ast::ExprKind::Name(side) = &root.kind
            && self.row.right.is_some()
            && (side.text == "$left" || side.text == "$right")
        {
            return self.side(&side.text, &steps, e.span);
        }
        let mut at = 0;
        let mut entity = match &root.kind {
            // `P('x').y`: the path chooses the case too.
            ast::ExprKind::Call(call) if let Some(Entity::Pattern(pattern)) = self.find(&call.name.text) => {
                let path = steps.first().and_then(|(step, span)| step.name().map(|n| (n, *span)));
                at = usize::from(path.is_some());
                self.pattern_call(pattern, call, path)
            }
            _ => self.entity(root),
        };
        while let Some((step, span)) = steps.get(at).copied() {
            if !self.spend(1, e.span) {
                return Entity::Error;
            }
            match &entity {
                Entity::RowVariable { columns, .. } => {
                    self.observe_member(|| Members::Columns(columns.clone()), span);
                }
                Entity::Scalar(_) => self.observe_path(&steps[at..]),
                Entity::Database(database) if !database.unknown => {
                    self.observe_member(|| Members::Database(database.name.clone()), span);
                }
                _ => self.observe_member(Members::default, span),
            }
            entity = match entity {
                Entity::Error => return Entity::Error,
                Entity::Scalar(_) => {
                    let base = self.demand_value(entity, root.span);
                    let bound = self.steps(base, &steps[at..], e.span);
                    return self.scalar_entity(bound);
                }
                Entity::Cluster(cluster) => match step {
                    Step::Call(call) if call.name.text == "database" => self.database_call(Some(cluster), call),
                    _ => return self.no_member("a cluster", "name a database: cluster('c').database('d').Table", span),
                },
                Entity::Database(database) => match (step, step.name()) {
                    (Step::Call(call), _) => self.database_function(&database, call),
                    // What `macro-expand` tells of the database its scope stands for.
                    (_, Some("$current_database")) => {
                        let name = database.name.as_deref().unwrap_or_else(|| self.catalog.current_database());
                        let kind = ExprKind::Literal(Value::String(name.to_owned()));
                        self.scalar_entity(Expr { kind, ty: ScalarType::String, span })
                    }
                    (_, Some("$current_cluster_endpoint")) => {
                        let message = "there is no cluster here: write its address as a literal";
                        self.cannot_run(code::NEEDS_CLOUD, span, message);
                        let unknown = Expr { ty: ScalarType::String, ..self.missing(span) };
                        self.scalar_entity(unknown)
                    }
                    (_, Some(name)) => self.database_member(&database, name, span),
                    _ => return self.no_member("a database", "name a table or function of it", span),
                },
                Entity::Pattern(_) => return self.no_member("a pattern", "call it: P('argument').path", span),
                Entity::RowVariable { name: variable, columns, kind } => match step.name() {
                    Some(name) => match columns.column(name) {
                        Some(column) => {
                            let ty = if kind == RowKind::Path { ScalarType::Dynamic } else { column.ty };
                            let kind = ExprKind::Column(Arc::from(format!("{variable}.{}", column.name)));
                            let bound = Expr { kind, ty, span: e.span };
                            self.scalar_entity(bound)
                        }
                        None if columns.open => {
                            let unknown = self.missing(e.span);
                            self.scalar_entity(unknown)
                        }
                        None => {
                            let (code, what) = match kind {
                                RowKind::Step => (code::UNKNOWN_NAME, "column"),
                                _ => (code::GRAPH_PROPERTY, "property"),
                            };
                            let message = format!("'{variable}' has no {what} '{name}'");
                            let diagnostic = Diagnostic::error(code, span, message).did_you_mean(name, columns.names());
                            self.report(diagnostic);
                            return Entity::Error;
                        }
                    },
                    // Edges of a path are found by their place: `p[0]`.
                    None if kind == RowKind::Path && matches!(step, Step::Index(_)) => {
                        let kind = ExprKind::Column(variable);
                        let base = Expr { kind, ty: ScalarType::Dynamic, span: root.span };
                        let bound = self.steps(base, &steps[at..], e.span);
                        return self.scalar_entity(bound);
                    }
                    None => return self.no_member("a row", "name a column of it", span),
                },
                Entity::Function(closure) if closure.function.parameters.iter().all(|p| p.default.is_some()) => {
                    entity = self.expand(&closure, Vec::new(), root.span);
                    continue;
                }
                Entity::Table(_) => return self.no_member("a table", "write `Table | project Column`", span),
                Entity::Function(_) => return self.no_member("a function", "call it", span),
                Entity::Group(_) => {
                    return self.no_member("an entity group", "expand it with macro-expand", span);
                }
                Entity::Graph(_) => return self.no_member("a graph", "match it with graph-match", span),
            };
            at += 1;
        }
        entity
    }

    /// Steps into a value: nothing is known of its members.
    fn observe_path(&self, steps: &[(Step<'s>, Span)]) {
        for (_, span) in steps.iter().filter(|(step, _)| matches!(step, Step::Name(_) | Step::Missing)) {
            self.observe_member(|| Members::Value, *span);
        }
    }

    fn no_member(&mut self, what: &str, help: &str, span: Span) -> Entity<'s> {
        self.error_help(code::OPERAND, span, format!("{what} has no member like this"), help);
        Entity::Error
    }

    /// `$left.column`, `$right.column`.
    fn side(&mut self, side: &str, steps: &[(Step<'s>, Span)], span: Span) -> Entity<'s> {
        let named = steps.split_first().and_then(|((step, _), rest)| Some((step.name()?, rest)));
        let Some((name, rest)) = named else {
            self.error(code::SYNTAX, span, format!("a column of {side} is needed: {side}.Column"));
            return Entity::Error;
        };
        let columns = if side == "$left" { self.row.columns.clone() } else { self.row.right.clone() };
        if let Some((_, at)) = steps.first() {
            self.observe_member(|| columns.clone().map_or(Members::Unknown, Members::Columns), *at);
            self.observe_path(&steps[1..]);
        }
        let Some(columns) = columns else { return Entity::Error };
        let Some(column) = columns.column(name) else {
            if columns.open {
                let kind = ExprKind::Column(Arc::from(name));
                let unknown = Expr { kind, ty: ScalarType::Unknown, span };
                return self.scalar_entity(unknown);
            }
            let message = format!("the {} side has no column '{name}'", &side[1..]);
            let diagnostic = Diagnostic::error(code::UNKNOWN_NAME, span, message).did_you_mean(name, columns.names());
            self.report(diagnostic);
            return Entity::Error;
        };
        let base = Expr { kind: ExprKind::Column(Arc::clone(&column.name)), ty: column.ty, span };
        let bound = if rest.is_empty() { base } else { self.steps(base, rest, span) };
        self.scalar_entity(bound)
    }

    /// Steps into a dynamic value.
    fn steps(&mut self, base: Expr, steps: &[(Step<'s>, Span)], span: Span) -> Expr {
        match base.ty {
            ScalarType::Dynamic => {}
            ScalarType::Unknown => {
                // The indexes are bound for what may be wrong in them.
                for (step, _) in steps {
                    if let Step::Index(index) = step {
                        self.scalar(index);
                    }
                }
                return Expr { span, ..base };
            }
            ty => {
                let (what, at) = match steps.first() {
                    Some((Step::Index(_), at)) => ("element".to_owned(), *at),
                    Some((Step::Name(name), at)) => (format!("member '{}'", name.text), *at),
                    Some((_, at)) => ("member".to_owned(), *at),
                    None => ("member".to_owned(), span),
                };
                let help = if ty == ScalarType::String {
                    "read the text as JSON first: parse_json(…)"
                } else {
                    "only dynamic values have members"
                };
                self.error_help(code::OPERAND, at, format!("a value of type {ty} has no {what}"), help);
                return self.missing(span);
            }
        }
        let (base, mut bound) = match base.kind {
            ExprKind::Path { base, steps } => (base, steps),
            kind => (Box::new(Expr { kind, ..base }), Vec::new()),
        };
        for (step, at) in steps {
            bound.push(match step {
                Step::Name(name) => PathStep::Key(Arc::from(name.text.as_str())),
                Step::Index(index) => self.index(index),
                Step::Call(call) => {
                    self.error(code::SYNTAX, *at, format!("'{}' cannot be called on a value", call.name.text));
                    return self.missing(span);
                }
                Step::Wildcard => {
                    self.error(code::SYNTAX, *at, "a path has no wildcards");
                    return self.missing(span);
                }
                Step::Missing => return self.missing(span),
            });
        }
        if let ExprKind::Call { function, results, .. } = &base.kind
            && results.len() > 1
        {
            let of = |step: &PathStep| match step {
                PathStep::Index(at) => usize::try_from(*at).is_ok_and(|at| at < results.len()),
                _ => false,
            };
            if !bound.first().is_some_and(of) {
                let message = format!("of the {} values of '{}' take one by its number", results.len(), function.name);
                self.refused_by_engine(code::OPERAND, span, message);
                return Expr { ty: ScalarType::Dynamic, ..self.missing(span) };
            }
        }
        Expr { kind: ExprKind::Path { base, steps: bound }, ty: ScalarType::Dynamic, span }
    }

    fn index(&mut self, index: &'s ast::Expr) -> PathStep {
        let bound = self.scalar(index);
        match (&bound.kind, bound.ty) {
            (ExprKind::Literal(Value::String(key)), _) => PathStep::Key(Arc::from(key.as_str())),
            (ExprKind::Literal(Value::Long(Some(n))), _) => PathStep::Index(*n),
            (ExprKind::Literal(Value::Int(Some(n))), _) => PathStep::Index(i64::from(*n)),
            (
                _,
                ScalarType::String | ScalarType::Int | ScalarType::Long | ScalarType::Dynamic | ScalarType::Unknown,
            ) => PathStep::Expression(Box::new(bound)),
            (_, ty) => {
                self.error(
                    code::OPERAND,
                    index.span,
                    format!("an element is found by a text or a whole number, not by {ty}"),
                );
                PathStep::Index(0)
            }
        }
    }

    fn database_member(&mut self, database: &DatabaseRef, name: &str, span: Span) -> Entity<'s> {
        if database.unknown {
            let table = self.unknown_table(span);
            return Entity::Table(super::unlabelled(table));
        }
        if database.cluster.as_deref() == Some("arg") && self.catalog.is_empty(None, name) {
            return self.resource_graph(name, span);
        }
        if let Some(closure) = self.stored_function(database.name.as_deref(), name) {
            return Entity::Function(closure);
        }
        match self.catalog_table(database.name.as_ref(), name, span) {
            Some(table) => Entity::Table(table),
            None => {
                let known = self.catalog.table_names(database.name.as_deref());
                let message = format!("the database has no table or function '{name}'");
                let diagnostic =
                    Diagnostic::error(code::UNKNOWN_NAME, span, message).did_you_mean(name, known.iter().map(|n| &**n));
                self.report(diagnostic);
                Entity::Error
            }
        }
    }

    /// A table of the Azure resource graph that nobody loaded.
    fn resource_graph(&mut self, name: &str, span: Span) -> Entity<'s> {
        let message = format!("arg('').{name} asks the Azure Resource Graph, which is not here");
        let help = format!(
            "export it (az graph query, Search-AzGraph) and load it with --data {name}=FILE, or map another database: \
             --map \"arg('')=NAME\""
        );
        self.error_help(code::NEEDS_CLOUD, span, message, help);
        Entity::Error
    }

    fn database_function(&mut self, database: &DatabaseRef, call: &'s ast::Call) -> Entity<'s> {
        match call.name.text.as_str() {
            "table" | "external_table" | "materialized_view" => self.table_call(Some(database), call),
            name => match self.stored_function(database.name.as_deref(), name) {
                Some(closure) => self.call_closure(&closure, call, None),
                None if database.unknown => {
                    for argument in &call.arguments {
                        self.entity(&argument.value);
                    }
                    let table = self.unknown_table(call.span);
                    Entity::Table(super::unlabelled(table))
                }
                None => {
                    self.error(
                        code::UNKNOWN_FUNCTION,
                        call.name.span,
                        format!("the database has no function '{name}'"),
                    );
                    Entity::Error
                }
            },
        }
    }
}
