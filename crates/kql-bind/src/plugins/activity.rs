//! Counts of distinct ids over windows of time: `active_users_count`, `session_count`, `sliding_window_counts`, ….

use crate::binder::Binder;
use crate::bound::{ExprKind, Table};
use crate::expression::Arg;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::ScalarType::{self, Long, Real};
use kql_types::{Column, RowSchema, Value};
use std::sync::Arc;

/// One of them.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Activity {
    name: &'static str,
    /// Which argument is the time column.
    time: usize,
    /// Arguments before the dimensions.
    fixed: usize,
    /// Columns beside time and dimensions.
    columns: &'static [(&'static str, ScalarType)],
    /// Dimensions come last (measured; the public analyzer has them after the time).
    dimensions_last: bool,
}

static ACTIVITIES: &[Activity] = &[
    Activity { name: "active_users_count", time: 1, fixed: 8, columns: &[("dcount", Long)], dimensions_last: false },
    Activity {
        name: "activity_counts_metrics",
        time: 1,
        fixed: 5,
        columns: &[("count", Long), ("dcount", Long), ("new_dcount", Long), ("aggregated_dcount", Long)],
        dimensions_last: false,
    },
    Activity {
        name: "activity_engagement",
        time: 1,
        fixed: 6,
        columns: &[("dcount_activities_inner", Long), ("dcount_activities_outer", Long), ("activity_ratio", Real)],
        dimensions_last: true,
    },
    Activity {
        name: "activity_metrics",
        time: 1,
        fixed: 5,
        columns: &[("dcount_values", Long), ("dcount_newvalues", Long), ("retention_rate", Real), ("churn_rate", Real)],
        dimensions_last: true,
    },
    Activity {
        name: "new_activity_metrics",
        time: 1,
        fixed: 5,
        columns: &[
            ("dcount_new_values", Long),
            ("dcount_retained_values", Long),
            ("dcount_churn_values", Long),
            ("retention_rate", Real),
            ("churn_rate", Real),
        ],
        dimensions_last: true,
    },
    Activity { name: "session_count", time: 1, fixed: 6, columns: &[("count_sessions", Long)], dimensions_last: false },
    Activity {
        name: "sliding_window_counts",
        time: 1,
        fixed: 6,
        columns: &[("Count", Long), ("Dcount", Long)],
        dimensions_last: false,
    },
    Activity { name: "rolling_percentile", time: 2, fixed: 5, columns: &[], dimensions_last: false },
];

pub(super) fn find(name: &str) -> Option<&'static Activity> {
    ACTIVITIES.iter().find(|a| a.name == name)
}

pub(super) fn names() -> impl Iterator<Item = &'static str> {
    ACTIVITIES.iter().map(|a| a.name)
}

impl<'s> Binder<'s> {
    /// The time column, the dimensions and the counts.
    pub(crate) fn activity(
        &mut self,
        activity: &'static Activity,
        input: Arc<Table>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        // Two of them have a short form without start and end.
        let short = matches!(activity.name, "activity_engagement" | "activity_metrics");
        let min = match activity.name {
            "activity_engagement" => 4,
            "activity_metrics" => 2,
            _ => activity.fixed,
        };
        if !self.plugin_count(call, min, usize::MAX) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let time = self.column_argument(args.get(activity.time), call);
        let fixed = if short && args.len() < activity.fixed { args.len() } else { activity.fixed };
        let mut dimensions: Vec<Column> = Vec::new();
        for arg in args.iter().skip(fixed) {
            if let Arg::Scalar(e) = arg
                && let ExprKind::Column(name) = &e.kind
            {
                dimensions.push(Column { name: Arc::clone(name), ty: e.ty });
            }
        }
        let mut columns: Vec<Column> = Vec::new();
        match (&time, activity.name) {
            (Some(time), "new_activity_metrics") => {
                columns.push(Column::new(format!("from_{}", time.name), time.ty));
                columns.push(Column::new(format!("to_{}", time.name), time.ty));
            }
            (Some(time), _) => columns.push(time.clone()),
            (None, _) => {}
        }
        let counts = match activity.name {
            "rolling_percentile" => vec![rolling_column(&args)],
            _ => super::fixed(activity.columns),
        };
        if activity.dimensions_last && self.measured() {
            columns.extend(counts);
            columns.extend(dimensions);
        } else {
            columns.extend(dimensions);
            columns.extend(counts);
        }
        self.evaluate_kind(input, call, args, RowSchema::new(columns), span)
    }
}

/// `rolling_<n>_percentile_<value>_<p>`, of the value's type.
fn rolling_column(args: &[Arg<'_>]) -> Column {
    let text = |at: usize| match args.get(at) {
        Some(Arg::Scalar(e)) => match &e.kind {
            ExprKind::Column(name) => name.to_string(),
            ExprKind::Literal(Value::Long(Some(n))) => n.to_string(),
            ExprKind::Literal(Value::Int(Some(n))) => n.to_string(),
            ExprKind::Literal(Value::Real(Some(v))) => v.to_string(),
            _ => String::new(),
        },
        _ => String::new(),
    };
    let ty = args.first().and_then(Arg::ty).unwrap_or(ScalarType::Unknown);
    Column::new(format!("rolling_{}_percentile_{}_{}", text(4), text(0), text(1)), ty)
}
