//! Counts of distinct ids over windows of time, each written in KQL.

mod active_users_count;
mod activity_counts_metrics;
mod activity_engagement;
mod activity_metrics;
mod new_activity_metrics;
mod rolling_percentile;
mod session_count;
mod sliding_window_counts;
mod timeline;

use crate::binder::Binder;
use crate::bound::{NamedExpr, Table};
use crate::convert::convert;
use crate::expression::Arg;
use crate::names::Namer;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use kql_diagnostic::Span;
use kql_syntax::ast;
use kql_types::function::FunctionSpec;
use kql_types::{Column, RowSchema, ScalarType};
use std::sync::Arc;
use timeline::{Role, Timeline};

/// A plugin of this family. Its first arguments are the id (or value) and the timeline, both columns; then come constants;
/// then the dimensions, columns that slice the counts.
#[derive(Debug)]
pub(crate) struct Activity {
    spec: FunctionSpec,
    /// Which argument is the timeline. The other one of the first two columns is the id.
    time: usize,
    /// The arguments after the id and before the dimensions, the timeline left out.
    roles: &'static [Role],
    /// Start and end may be left out.
    short: bool,
    /// Columns beside time and dimensions.
    columns: &'static [(&'static str, ScalarType)],
    /// Dimensions come last (measured; the public analyzer has them after the time).
    dimensions_last: bool,
    /// The plugin in KQL. It reads `T` with the columns `id`, `t`, `d0`, `d1`, …, and gives the columns of the
    /// schema in order, under any names.
    body: fn(&Timeline) -> String,
}

impl PartialEq for Activity {
    fn eq(&self, other: &Self) -> bool {
        self.spec.name == other.spec.name
    }
}

impl Eq for Activity {}

static ACTIVITIES: &[&Activity] = &[
    &active_users_count::PLUGIN,
    &activity_counts_metrics::PLUGIN,
    &activity_engagement::PLUGIN,
    &activity_metrics::PLUGIN,
    &new_activity_metrics::PLUGIN,
    &rolling_percentile::PLUGIN,
    &session_count::PLUGIN,
    &sliding_window_counts::PLUGIN,
];

pub(super) fn find(name: &str) -> Option<&'static Activity> {
    ACTIVITIES.iter().find(|a| a.spec.name == name).copied()
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    ACTIVITIES.iter().map(|a| &a.spec)
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
        let constants = if activity.short { activity.roles.len() - 2 } else { activity.roles.len() };
        // The public analyzer knows no short form of this one.
        let min = if activity.spec.name == "activity_engagement" && !self.measured() { 6 } else { constants + 2 };
        if !self.plugin_count(call, min, usize::MAX) {
            return self.unknown_table(span);
        }
        let (args, input) = self.plugin_arguments(&input, call);
        let timeline = self.timeline(activity, &args, call);
        let schema = self.activity_schema(activity, &timeline, &args);
        if !self.measured() {
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let Some(rows) = timeline.rows(&input, span) else { return self.unknown_table(span) };
        if self.has_errors_since(0) {
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let ingredients = timeline.ingredients(rows);
        let made = self.recipe(activity.spec.name, ingredients, &(activity.body)(&timeline), span);
        named(made, &schema, span)
    }

    fn activity_schema(&self, activity: &Activity, timeline: &Timeline, args: &[Arg<'_>]) -> RowSchema {
        let mut columns: Vec<Column> = Vec::new();
        if let Some(time) = &timeline.time {
            if activity.spec.name == "new_activity_metrics" {
                columns.push(Column::new(format!("from_{}", time.name), time.ty));
                columns.push(Column::new(format!("to_{}", time.name), time.ty));
            } else {
                columns.push(time.clone());
            }
        }
        let counts = match activity.spec.name {
            "rolling_percentile" => vec![rolling_percentile::column(args)],
            _ => super::fixed(activity.columns),
        };
        if activity.dimensions_last && self.measured() {
            columns.extend(counts);
            columns.extend(timeline.dimensions.iter().cloned());
        } else {
            columns.extend(timeline.dimensions.iter().cloned());
            columns.extend(counts);
        }
        let mut namer = Namer::default();
        for column in &mut columns {
            column.name = namer.generated(Some(&column.name));
        }
        RowSchema::new(columns)
    }
}

/// Gives a recipe's columns, which come in the schema's order, the names and types of the schema.
fn named(made: Arc<Table>, schema: &RowSchema, span: Span) -> Arc<Table> {
    let columns = made
        .schema
        .columns
        .iter()
        .zip(schema.columns.iter())
        .map(|(have, column)| {
            let value = convert(column_as(have, Arc::clone(&column.name), span).value, column.ty);
            NamedExpr { name: Arc::clone(&column.name), value }
        })
        .collect();
    project_to(made, columns, span)
}
