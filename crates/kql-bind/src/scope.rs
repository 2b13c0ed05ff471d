//! Names that statements declare: `let`, query parameters, function parameters, `as`.
//!
//! Each scope is a frame: one for the query parameters, one for the script, one for each function that is being expanded.
//! A [`ScopeRef`] is a frame and how many of its names are visible from there: a `let` sees only those before it, and a
//! function body sees what its definition saw, not what its caller sees.

use crate::bound::{Expr, Table};
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::RowSchema;
use std::collections::HashMap;
use std::sync::Arc;

/// A place in the chain of scopes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ScopeRef {
    frame: usize,
    visible: usize,
}

impl ScopeRef {
    /// True for a place that comes before another one, in its frame or around it.
    pub(crate) fn is_before(self, other: ScopeRef) -> bool {
        self.frame < other.frame || (self.frame == other.frame && self.visible < other.visible)
    }
}

/// What a name or expression stands for.
#[derive(Clone, Debug)]
pub(crate) enum Entity<'s> {
    /// A scalar.
    Scalar(ScalarEntity),
    /// A table.
    Table(TableEntity),
    /// A function written in the script, or in the catalogue.
    Function(Closure<'s>),
    /// `database('d')`, with its cluster.
    Database(DatabaseRef),
    /// `cluster('c')`.
    Cluster(Arc<str>),
    /// `entity_group [..]`: its members, bound at use.
    Group(&'s [ast::Expr]),
    /// `declare pattern`.
    Pattern(&'s ast::PatternStatement),
    /// A step of `scan`, an element of a graph pattern: its columns are read with a dot as `name.column`.
    RowVariable {
        /// Its name.
        name: Arc<str>,
        /// Its columns.
        columns: RowSchema,
        /// What it is.
        kind: RowKind,
    },
    /// A graph.
    Graph(crate::operators::graph::Graph),
    /// Something that could not be bound; it was reported.
    Error,
}

/// What an [`Entity::RowVariable`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RowKind {
    /// A step of `scan`.
    Step,
    /// A node or edge of a graph pattern.
    Element,
    /// An edge of variable length: its properties are arrays.
    Path,
}

/// A scalar as a value of a name.
#[derive(Clone, Debug)]
pub(crate) struct ScalarEntity {
    /// The calculation, substituted at each use.
    pub(crate) value: Arc<Expr>,
    /// The row it reads, when it reads one: an argument of a scalar function.
    pub(crate) row: Option<u32>,
}

/// A table with the label `union withsource=` and `search` give its rows.
#[derive(Clone, Debug)]
pub(crate) struct TableEntity {
    /// The rows.
    pub(crate) table: Arc<Table>,
    /// Its name, when it is a bare table.
    pub(crate) label: Option<Arc<str>>,
}

/// A function and the scope it was written in.
#[derive(Clone, Debug)]
pub(crate) struct Closure<'s> {
    /// The function.
    pub(crate) function: &'s ast::FunctionExpr,
    /// What its body sees.
    pub(crate) scope: ScopeRef,
    /// Its name, for messages and for labels of views.
    pub(crate) name: &'s str,
    /// It is kept in a database: its body sees the names of its caller.
    pub(crate) stored: bool,
    /// The database in which the tables of its body are looked for; `None` is the current one.
    pub(crate) database: Option<Arc<str>>,
}

/// A database, possibly of another cluster.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct DatabaseRef {
    /// The cluster when one was named.
    pub(crate) cluster: Option<Arc<str>>,
    /// The database; `None` is the current one.
    pub(crate) name: Option<Arc<str>>,
    /// It does not exist here: everything in it is unknown.
    pub(crate) unknown: bool,
}

#[derive(Debug)]
struct Slot<'s> {
    ordinal: usize,
    entity: Entity<'s>,
    span: Span,
}

#[derive(Debug, Default)]
struct Frame<'s> {
    parent: Option<ScopeRef>,
    names: HashMap<&'s str, Slot<'s>>,
    order: Vec<&'s str>,
}

/// All frames.
#[derive(Debug, Default)]
pub(crate) struct Scopes<'s> {
    frames: Vec<Frame<'s>>,
}

impl<'s> Scopes<'s> {
    /// A new frame inside another.
    pub(crate) fn push(&mut self, parent: Option<ScopeRef>) -> ScopeRef {
        self.frames.push(Frame { parent, ..Frame::default() });
        ScopeRef { frame: self.frames.len() - 1, visible: 0 }
    }

    /// How many frames there are, for [`Scopes::truncate`].
    pub(crate) fn len(&self) -> usize {
        self.frames.len()
    }

    /// Drops frames of functions that are expanded.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.frames.truncate(len);
    }

    /// Declares a name at the end of the scope's frame and lets the scope see it.
    ///
    /// # Errors
    /// The place of an earlier declaration of that name in the same frame, which stays.
    pub(crate) fn declare(
        &mut self,
        scope: &mut ScopeRef,
        name: &'s str,
        entity: Entity<'s>,
        span: Span,
    ) -> Result<(), Span> {
        let Some(frame) = self.frames.get_mut(scope.frame) else { return Ok(()) };
        if let Some(slot) = frame.names.get(name) {
            return Err(slot.span);
        }
        let ordinal = frame.order.len();
        frame.names.insert(name, Slot { ordinal, entity, span });
        frame.order.push(name);
        scope.visible = frame.order.len();
        Ok(())
    }

    /// What a name stands for, seen from a scope.
    pub(crate) fn find(&self, from: ScopeRef, name: &str) -> Option<&Entity<'s>> {
        self.slot(from, name).map(|(slot, _)| &slot.entity)
    }

    /// Whether what a name stands for was declared before a place, in its frame or around it.
    pub(crate) fn is_declared_before(&self, from: ScopeRef, name: &str, place: ScopeRef) -> bool {
        let declared = |(slot, frame): (&Slot<'s>, usize)| ScopeRef { frame, visible: slot.ordinal };
        self.slot(from, name).map(declared).is_some_and(|at| at.is_before(place))
    }

    /// The slot of a name, and its frame.
    fn slot(&self, from: ScopeRef, name: &str) -> Option<(&Slot<'s>, usize)> {
        let mut at = Some(from);
        while let Some(scope) = at {
            let frame = self.frames.get(scope.frame)?;
            match frame.names.get(name) {
                Some(slot) if slot.ordinal < scope.visible => return Some((slot, scope.frame)),
                _ => at = frame.parent,
            }
        }
        None
    }

    /// All visible names, the nearest first.
    pub(crate) fn visible(&self, from: ScopeRef) -> Vec<(&'s str, &Entity<'s>)> {
        let mut out = Vec::new();
        let mut at = Some(from);
        while let Some(scope) = at {
            let Some(frame) = self.frames.get(scope.frame) else { break };
            let names = frame.order.iter().take(scope.visible);
            out.extend(names.filter_map(|n| frame.names.get(n).map(|slot| (*n, &slot.entity))));
            at = frame.parent;
        }
        out
    }
}
