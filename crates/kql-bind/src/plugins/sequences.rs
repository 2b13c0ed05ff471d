//! `sequence_detect`, `funnel_sequence`, `funnel_sequence_completion`: events that follow one another.

use crate::binder::Binder;
use crate::bound::{ExprKind, Table};
use crate::expression::Arg;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;

/// Which one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Sequences {
    /// Rows of one sequence each.
    Detect,
    /// What comes before and after a sequence.
    Funnel,
    /// How far a sequence gets.
    Completion,
}

pub(super) fn find(name: &str) -> Option<Sequences> {
    Some(match name {
        "sequence_detect" => Sequences::Detect,
        "funnel_sequence" => Sequences::Funnel,
        "funnel_sequence_completion" => Sequences::Completion,
        _ => return None,
    })
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ["sequence_detect", "funnel_sequence", "funnel_sequence_completion"].into_iter()
}

impl<'s> Binder<'s> {
    /// The columns each of them gives.
    pub(crate) fn sequences(
        &mut self,
        sequences: Sequences,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        let fits = match sequences {
            Sequences::Detect => self.plugin_count(call, 4, usize::MAX),
            Sequences::Funnel | Sequences::Completion => self.plugin_count(call, 8, 8),
        };
        if !fits {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let text = ScalarType::String;
        let columns = match sequences {
            Sequences::Detect => {
                let time = self.column_argument(args.first(), call);
                let mut columns: Vec<Column> = Vec::new();
                let mut events: Vec<Column> = Vec::new();
                for (arg, written) in args.iter().zip(&call.arguments).skip(3) {
                    match arg {
                        Arg::Scalar(e) if e.ty != ScalarType::Bool => {
                            if let ExprKind::Column(name) = &e.kind {
                                columns.push(Column { name: Arc::clone(name), ty: e.ty });
                            }
                        }
                        _ => {
                            let event = written.name.as_ref().map_or("", |n| n.text.as_str());
                            if let Some(time) = &time {
                                events.push(Column::new(format!("{event}_{}", time.name), time.ty));
                            }
                        }
                    }
                }
                columns.extend(events);
                columns.push(Column::new("Duration", ScalarType::Timespan));
                columns
            }
            Sequences::Funnel => {
                let time = self.column_argument(args.get(1), call);
                let mut columns: Vec<Column> = time.into_iter().collect();
                columns.extend([
                    Column::new("prev", text),
                    Column::new("next", text),
                    Column::new("dcount", ScalarType::Long),
                    Column::new("samples", ScalarType::Dynamic),
                ]);
                columns
            }
            Sequences::Completion => {
                let time = self.column_argument(args.get(1), call);
                let state = self.column_argument(args.get(5), call);
                let mut columns: Vec<Column> = time.into_iter().chain(state).collect();
                columns.push(Column::new("Period", ScalarType::Timespan));
                columns.push(Column::new("dcount", ScalarType::Long));
                columns
            }
        };
        self.evaluate_kind(input, call, args, RowSchema::new(columns), span)
    }
}
