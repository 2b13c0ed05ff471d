//! `summarize`.

use crate::binder::{Aggregation, Binder, table};
use crate::bound::{AggregateCall, Expr, ExprKind, NamedExpr, Table, TableKind};
use crate::expression::aggregate::BoundAggregate;
use crate::named::Produced;
use crate::names::Namer;
use crate::operators::project::project_to;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// One target of a `summarize`.
pub(crate) enum Target<'s> {
    /// A plain aggregate: its results are columns.
    Aggregate(&'s ast::NamedExpr, BoundAggregate),
    /// An expression over aggregates.
    Expression(Produced<'s>),
}

impl<'s> Binder<'s> {
    /// `summarize aggregates by keys`: keys first, then aggregates.
    pub(crate) fn summarize(
        &mut self,
        input: Arc<Table>,
        parameters: &'s [ast::Property],
        aggregates: &'s [ast::NamedExpr],
        by: &'s [ast::NamedExpr],
        has_by: bool,
        span: Span,
    ) -> Arc<Table> {
        self.summarize_hints(parameters);
        if aggregates.is_empty() && by.is_empty() {
            self.error(code::SYNTAX, span, "summarize needs an aggregate, or keys after 'by'");
        }
        let ((keys, targets, collected), input) = self.over(&input, |b| {
            let keys = b.keys(by);
            let (targets, collected) = b.targets(aggregates, &keys, false);
            (keys, targets, collected)
        });
        let spelled = keys.iter().filter_map(|k| k.written).chain(targets.iter().filter_map(Target::written));
        let mut namer = Namer::new(spelled.map(|(n, _)| n)).avoiding(&input.schema);
        let keys: Vec<NamedExpr> =
            keys.into_iter().map(|k| NamedExpr { name: k.name(self, &mut namer), value: k.value }).collect();
        self.summarized(input, keys, targets, collected, &mut namer, has_by, span)
    }

    fn summarize_hints(&mut self, parameters: &'s [ast::Property]) {
        if let Some((word, at)) = Self::property_word(parameters, "hint.strategy")
            && !word.eq_ignore_ascii_case("shuffle")
        {
            self.refused_by_engine(
                code::BAD_HINT,
                at,
                format!("'{word}' is no strategy of summarize: it knows shuffle"),
            );
        }
    }

    /// Binds `by` keys.
    pub(crate) fn keys(&mut self, by: &'s [ast::NamedExpr]) -> Vec<Produced<'s>> {
        let mut keys = Vec::with_capacity(by.len());
        for key in by {
            let from = keys.len();
            self.named(key, &mut keys);
            for produced in &mut keys[from..] {
                // A `let` name is no name for a key on the engine.
                if self.measured() && produced.written.is_none() && matches!(key.value.kind, ast::ExprKind::Name(_)) {
                    produced.automatic = None;
                }
                if produced.value.ty == ScalarType::Dynamic {
                    let at = produced.value.span;
                    self.error_help(
                        code::OPERAND,
                        at,
                        "rows cannot be grouped by a dynamic value",
                        "convert the key: tostring(…)",
                    );
                }
            }
        }
        keys
    }

    /// Binds aggregates and expressions over them (or `constants`). Aggregates inside expressions come second.
    pub(crate) fn targets(
        &mut self,
        aggregates: &'s [ast::NamedExpr],
        keys: &[Produced<'s>],
        constants: bool,
    ) -> (Vec<Target<'s>>, Vec<AggregateCall>) {
        let key_columns: Vec<Arc<str>> = keys
            .iter()
            .filter_map(|k| match &k.value.kind {
                ExprKind::Column(name) => Some(Arc::clone(name)),
                _ => None,
            })
            .collect();
        let outer = std::mem::replace(&mut self.row.aggregation, Aggregation::Collected);
        let outer_collected = std::mem::take(&mut self.collected);
        let mut targets = Vec::with_capacity(aggregates.len());
        for named in aggregates {
            if let Some(call) = plain_call(&named.value)
                && !matches!(self.find(&call.name.text), Some(crate::scope::Entity::Function(_)))
                && let Some(spec) = self.catalog.aggregate(&call.name.text)
                && (self.catalog.scalar_function(&call.name.text).is_none() || self.is_aggregate_call(call))
            {
                match self.aggregate_call(spec, call, &key_columns) {
                    Some(bound) => {
                        self.extra_names(named, bound.types.len());
                        targets.push(Target::Aggregate(named, bound));
                    }
                    None => {
                        let value = self.missing(named.value.span);
                        let written = named.names.first().map(|n| (n.text.as_str(), n.span));
                        let automatic = self.name_of(&named.value);
                        targets.push(Target::Expression(Produced { written, automatic, value }));
                    }
                }
                continue;
            }
            let before = self.collected.len();
            let mut produced = Vec::new();
            self.named(named, &mut produced);
            if self.collected.len() == before && self.measured() && !constants {
                let message = "an expression without an aggregation function cannot stand in summarize";
                self.error(code::OPERAND, named.value.span, message);
            }
            targets.extend(produced.into_iter().map(Target::Expression));
        }
        self.row.aggregation = outer;
        let collected = std::mem::replace(&mut self.collected, outer_collected);
        (targets, collected)
    }

    /// The table of keys and targets.
    #[allow(clippy::too_many_arguments)] // the parts of a summarize
    pub(crate) fn summarized(
        &mut self,
        input: Arc<Table>,
        keys: Vec<NamedExpr>,
        targets: Vec<Target<'s>>,
        collected: Vec<AggregateCall>,
        namer: &mut Namer,
        has_by: bool,
        span: Span,
    ) -> Arc<Table> {
        let only_aggregates = targets.iter().all(|t| matches!(t, Target::Aggregate(..)));
        let mut calls = Vec::with_capacity(targets.len() + collected.len());
        // What stands above: the keys, then a column per target.
        let mut above: Vec<NamedExpr> = keys.iter().map(|k| read(&k.name, k.value.ty, span)).collect();
        for target in targets {
            match target {
                Target::Aggregate(named, mut bound) => {
                    for (at, (automatic, result)) in bound.names.iter().zip(&mut bound.call.results).enumerate() {
                        let name = match named.names.get(at) {
                            Some(name) => namer.written(self, &name.text, name.span),
                            None => namer.generated(automatic.as_deref()),
                        };
                        above.push(read(&name, result.1, bound.call.span));
                        result.0 = name;
                    }
                    calls.push(bound.call);
                }
                Target::Expression(produced) => {
                    let name = produced.name(self, namer);
                    above.push(NamedExpr { name, value: produced.value });
                }
            }
        }
        calls.extend(collected);
        let fields = keys
            .iter()
            .map(|k| Column { name: Arc::clone(&k.name), ty: k.value.ty })
            .chain(calls.iter().flat_map(|c| c.results.iter().map(|(n, t)| Column { name: Arc::clone(n), ty: *t })));
        let schema: RowSchema = fields.collect();
        // `summarize … by` without keys in it is one group that may be empty.
        let _ = has_by;
        let summary = table(TableKind::Summarize { input, keys, aggregates: calls }, schema, span, false);
        if only_aggregates { summary } else { project_to(summary, above, span) }
    }
}

impl<'s> Target<'s> {
    /// The name that was written.
    pub(crate) fn written(&self) -> Option<(&'s str, Span)> {
        match self {
            Target::Aggregate(named, _) => named.names.first().map(|n| (n.text.as_str(), n.span)),
            Target::Expression(produced) => produced.written,
        }
    }
}

/// The call an expression is, parentheses aside.
pub(crate) fn plain_call(e: &ast::Expr) -> Option<&ast::Call> {
    match &e.kind {
        ast::ExprKind::Call(call) => Some(call),
        ast::ExprKind::Parenthesized(inner) => plain_call(inner),
        _ => None,
    }
}

/// A column of the table below.
fn read(name: &Arc<str>, ty: ScalarType, span: Span) -> NamedExpr {
    let value = Expr { kind: ExprKind::Column(Arc::clone(name)), ty, span };
    NamedExpr { name: Arc::clone(name), value }
}
