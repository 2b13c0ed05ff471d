//! The state of binding one text, and the helpers every part uses.

use crate::bound::{BoundResult, BoundScript, Expr, ExprKind, Table, TableKind};
use crate::scope::{Entity, ScopeRef, Scopes};
use crate::{BindOptions, Catalog, Probe};
use kql_diagnostic::{Diagnostic, Diagnostics, Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

/// Nesting of expressions, subqueries and function calls. The parser has a limit of its own; expansion of functions adds.
const MAX_DEPTH: usize = 128;
/// Nodes of the bound tree: functions expand like macros, so a short text can ask for a very large tree.
const MAX_NODES: usize = 500_000;
/// Messages kept.
const MAX_DIAGNOSTICS: usize = 200;

/// Functions of the catalogue that were parsed for this query, by database and name. They live as long as the query's own
/// tree.
#[derive(Debug, Default)]
pub(crate) struct Arena {
    first: OnceCell<Box<Link>>,
}

#[derive(Debug)]
struct Link {
    key: (Option<Arc<str>>, Arc<str>),
    function: Option<ast::FunctionExpr>,
    next: OnceCell<Box<Link>>,
}

impl Arena {
    /// The function of a name, parsed by `parse` when it is asked for the first time.
    pub(crate) fn function(
        &self,
        database: Option<&Arc<str>>,
        name: &str,
        parse: impl FnOnce() -> Option<ast::FunctionExpr>,
    ) -> Option<(&str, &ast::FunctionExpr)> {
        let mut at = &self.first;
        while let Some(link) = at.get() {
            if link.key.0.as_ref() == database && *link.key.1 == *name {
                return link.function.as_ref().map(|f| (&*link.key.1, f));
            }
            at = &link.next;
        }
        let key = (database.cloned(), Arc::from(name));
        let link = at.get_or_init(|| Box::new(Link { key, function: parse(), next: OnceCell::new() }));
        link.function.as_ref().map(|f| (&*link.key.1, f))
    }
}

/// What aggregates may do where an expression stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Aggregation {
    /// No aggregate may stand here.
    Refused,
    /// Aggregates are collected; columns may stand only inside them.
    Collected,
}

/// The row an expression reads.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    /// The columns; `None` where there is no row.
    pub(crate) columns: Option<RowSchema>,
    /// The right side's columns in the `on` of a join.
    pub(crate) right: Option<RowSchema>,
    /// Identity: an argument that reads a row may be used over that row only. 0 is no row.
    pub(crate) level: u32,
    /// Whether aggregates may stand here.
    pub(crate) aggregation: Aggregation,
    /// The rows come in an order window functions may use.
    pub(crate) serialized: bool,
    /// Names that are columns if the schema is open and the data has them.
    pub(crate) inferred: Vec<Column>,
}

impl Row {
    /// No row: a constant position.
    pub(crate) fn none() -> Row {
        Row {
            columns: None,
            right: None,
            level: 0,
            aggregation: Aggregation::Refused,
            serialized: false,
            inferred: Vec::new(),
        }
    }
}

/// Binds one text.
pub(crate) struct Binder<'s> {
    pub(crate) catalog: &'s dyn Catalog,
    pub(crate) probe: Option<&'s dyn Probe>,
    pub(crate) options: &'s BindOptions,
    pub(crate) arena: &'s Arena,
    pub(crate) scopes: Scopes<'s>,
    /// Where names are looked up now.
    pub(crate) scope: ScopeRef,
    /// The row that is read now.
    pub(crate) row: Row,
    /// Aggregates met while [`Aggregation::Collected`].
    pub(crate) collected: Vec<crate::bound::AggregateCall>,
    /// Results of the script so far.
    pub(crate) results: Vec<BoundResult>,
    /// Results of `fork` and `facet` in the statement that is being bound: they replace its own.
    pub(crate) branches: Vec<BoundResult>,
    /// The `render` met in the pipeline that is being bound.
    pub(crate) render: Option<crate::bound::Render>,
    /// Names a `restrict` statement left visible.
    pub(crate) restricted: Option<crate::statements::restrict::Restriction>,
    /// The database whose function is being expanded: where names without a database are looked for. `None` is the current one.
    pub(crate) home: Option<Arc<str>>,
    /// `alias database` names.
    pub(crate) aliases: Vec<(&'s str, crate::scope::DatabaseRef)>,
    /// Functions that are being expanded, to refuse cycles of stored ones.
    pub(crate) expanding: Vec<&'s ast::FunctionExpr>,
    /// How many of them may bind to something else at their next call: they have parameters, or are stored.
    pub(crate) varying: usize,
    /// What `toscalar` in bodies that bind to the same at each call has become, by its argument's place in memory.
    pub(crate) single_values: HashMap<usize, Expr>,
    /// Columns that may not be named: those a tabular parameter does not declare, while its function's body is bound. A
    /// column is known by its name's place in memory, so that one of the same name the body makes is another.
    pub(crate) hidden: Vec<Arc<str>>,
    /// `set` statements so far.
    pub(crate) set_options: Vec<(String, Value)>,
    /// The key that the query of a `partition by c {query}` reads with `toscalar(c)`: a table of one column.
    pub(crate) partition_key: Option<Arc<Table>>,
    /// Operators over graphs that are being bound.
    pub(crate) graphs: Vec<crate::operators::graph::GraphScope>,
    /// Calls of window functions so far.
    pub(crate) windows: usize,
    /// Inside `macro-expand`.
    pub(crate) in_macro: bool,
    /// Tables that do not exist are left out: inside a leg of `union isfuzzy=true`.
    pub(crate) fuzzy: bool,
    /// A table was left out.
    pub(crate) unresolved: bool,
    /// The call of a stored function that is being expanded: its body's spans are not of this text.
    pub(crate) place: Option<Span>,
    /// Where completion or hover asks what is in scope.
    pub(crate) cursor: Option<crate::cursor::Cursor<'s>>,
    diagnostics: Diagnostics,
    depth: usize,
    nodes: usize,
    next_id: usize,
    next_level: u32,
}

impl<'s> Binder<'s> {
    pub(crate) fn new(
        catalog: &'s dyn Catalog,
        probe: Option<&'s dyn Probe>,
        options: &'s BindOptions,
        arena: &'s Arena,
    ) -> Self {
        let mut scopes = Scopes::default();
        let scope = scopes.push(None);
        Binder {
            catalog,
            probe,
            options,
            arena,
            scopes,
            scope,
            row: Row::none(),
            collected: Vec::new(),
            results: Vec::new(),
            branches: Vec::new(),
            render: None,
            restricted: None,
            home: None,
            aliases: Vec::new(),
            expanding: Vec::new(),
            varying: 0,
            single_values: HashMap::new(),
            hidden: Vec::new(),
            set_options: Vec::new(),
            partition_key: None,
            graphs: Vec::new(),
            windows: 0,
            in_macro: false,
            fuzzy: false,
            unresolved: false,
            place: None,
            cursor: None,
            diagnostics: Vec::new(),
            depth: 0,
            nodes: 0,
            next_id: 0,
            next_level: 0,
        }
    }

    /// Hands over the results.
    pub(crate) fn finish(mut self, commands: Vec<ast::Command>) -> BoundScript {
        if self.nodes > MAX_NODES && !self.diagnostics.iter().any(|d| d.code == code::TOO_DEEP) {
            self.error(code::TOO_DEEP, Span::default(), "the query is too large after its functions are expanded");
        }
        BoundScript { results: self.results, options: self.set_options, commands, diagnostics: self.diagnostics }
    }

    /// Names and types are those measured on the real engine, not those of the public analyzer.
    pub(crate) fn measured(&self) -> bool {
        self.options.run
    }

    /// A number nobody else has.
    pub(crate) fn fresh_id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id
    }

    /// Where a diagnostic about this place points: into this text even when the place is in a stored function.
    pub(crate) fn here(&self, span: Span) -> Span {
        self.place.unwrap_or(span)
    }

    /// Reports; the same message at the same place is reported once (functions are bound at each call).
    pub(crate) fn report(&mut self, mut diagnostic: Diagnostic) {
        if let Some(place) = self.place {
            diagnostic.span = place;
            diagnostic.labels.clear();
        }
        let known =
            |d: &Diagnostic| d.code == diagnostic.code && d.span == diagnostic.span && d.message == diagnostic.message;
        if self.diagnostics.len() < MAX_DIAGNOSTICS && !self.diagnostics.iter().any(known) {
            self.diagnostics.push(diagnostic);
        }
    }

    /// Reports an error.
    pub(crate) fn error(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        self.report(Diagnostic::error(code, span, message));
    }

    /// Reports an error with advice.
    pub(crate) fn error_help(
        &mut self,
        code: &'static str,
        span: Span,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.report(Diagnostic::error(code, span, message).with_help(help));
    }

    /// Reports what the real engine refuses and the public analyzer accepts: an error when the tree is to be run, else a
    /// warning.
    pub(crate) fn refused_by_engine(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        if self.options.run {
            self.error(code, span, message);
        } else {
            self.report(Diagnostic::warning(code, span, message));
        }
    }

    /// Reports what is Kusto's but cannot be run here. Nothing is said in `kql check`.
    pub(crate) fn cannot_run(&mut self, code: &'static str, span: Span, message: impl Into<String>) {
        if self.options.run {
            self.error(code, span, message);
        }
    }

    /// Whether further messages are dropped: what they would suggest need not be looked for.
    pub(crate) fn is_full(&self) -> bool {
        self.diagnostics.len() >= MAX_DIAGNOSTICS
    }

    /// How many errors and warnings there are so far.
    pub(crate) fn diagnostic_count(&self) -> usize {
        self.diagnostics.len()
    }

    /// Forgets messages after the first `count`: an attempt is given up.
    pub(crate) fn forget_diagnostics(&mut self, count: usize) {
        self.diagnostics.truncate(count);
    }

    /// True when an error was reported after the first `count` messages.
    pub(crate) fn has_errors_since(&self, count: usize) -> bool {
        self.diagnostics.iter().skip(count).any(Diagnostic::is_error)
    }

    /// Counts a node; false when there are too many, which is reported once.
    pub(crate) fn spend(&mut self, nodes: usize, span: Span) -> bool {
        if self.nodes > MAX_NODES {
            return false;
        }
        self.nodes += nodes;
        if self.nodes > MAX_NODES {
            self.error_help(
                code::TOO_DEEP,
                span,
                "the query is too large after its functions are expanded",
                "call functions fewer times, or keep their results with materialize()",
            );
            return false;
        }
        true
    }

    /// Counts what a table of so many columns costs each operator over it.
    pub(crate) fn spend_columns(&mut self, columns: usize, span: Span) -> bool {
        self.spend(columns / 32, span)
    }

    /// Runs `f` one level deeper; `None` (reported) beyond the limit.
    pub(crate) fn deeper<R>(&mut self, span: Span, f: impl FnOnce(&mut Self) -> R) -> Option<R> {
        if self.depth >= MAX_DEPTH {
            self.error(code::TOO_DEEP, span, format!("the query is nested more than {MAX_DEPTH} levels deep"));
            return None;
        }
        if !self.spend(1, span) {
            return None;
        }
        self.depth += 1;
        let result = f(self);
        self.depth -= 1;
        Some(result)
    }

    /// Runs `f` over another row; hands that row back, with what was inferred.
    pub(crate) fn with_row<R>(&mut self, row: Row, f: impl FnOnce(&mut Self) -> R) -> (R, Row) {
        let outer = std::mem::replace(&mut self.row, row);
        let result = f(self);
        (result, std::mem::replace(&mut self.row, outer))
    }

    /// Runs `f` where there is no row.
    pub(crate) fn without_row<R>(&mut self, f: impl FnOnce(&mut Self) -> R) -> R {
        self.with_row(Row::none(), f).0
    }

    /// A new row identity.
    pub(crate) fn row_of(&mut self, columns: RowSchema) -> Row {
        self.next_level += 1;
        Row { columns: Some(columns), level: self.next_level, ..Row::none() }
    }

    /// Runs `f` over the rows of a table. Gives back the table, with columns that were inferred if its schema is open.
    pub(crate) fn over<R>(&mut self, table: &Arc<Table>, f: impl FnOnce(&mut Self) -> R) -> (R, Arc<Table>) {
        let mut row = self.row_of(table.schema.clone());
        row.serialized = table.serialized;
        let (result, row) = self.with_row(row, f);
        (result, with_inferred(table, row.inferred))
    }

    /// An expression that could not be bound. Everything agrees with its type.
    pub(crate) fn missing(&self, span: Span) -> Expr {
        Expr { kind: ExprKind::Missing, ty: ScalarType::Unknown, span }
    }

    /// A table that could not be bound: any name may be a column of it.
    pub(crate) fn unknown_table(&self, span: Span) -> Arc<Table> {
        let schema = RowSchema { columns: Arc::from([]), open: true };
        Arc::new(Table { kind: TableKind::Empty, schema, span, serialized: true })
    }

    /// Whether a column may not be named here.
    pub(crate) fn is_hidden(&self, column: &Column) -> bool {
        self.hidden.iter().any(|h| Arc::ptr_eq(h, &column.name))
    }

    /// What a name in the `let` scope stands for.
    pub(crate) fn find(&self, name: &str) -> Option<Entity<'s>> {
        self.scopes.find(self.scope, name).filter(|e| !self.is_restricted(name, e)).cloned()
    }
}

/// A table node.
pub(crate) fn table(kind: TableKind, schema: RowSchema, span: Span, serialized: bool) -> Arc<Table> {
    Arc::new(Table { kind, schema, span, serialized })
}

/// The table with further columns: what names say about an open schema.
pub(crate) fn with_inferred(table: &Arc<Table>, inferred: Vec<Column>) -> Arc<Table> {
    if inferred.is_empty() {
        return Arc::clone(table);
    }
    let columns: Vec<Column> = table.schema.columns.iter().cloned().chain(inferred).collect();
    Arc::new(Table { schema: RowSchema { columns: columns.into(), open: true }, ..Table::clone(table) })
}
