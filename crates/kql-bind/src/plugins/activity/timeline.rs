//! The arguments these plugins share: an id, a timeline, constants about windows of time, dimensions.

use super::Activity;
use crate::binder::Binder;
use crate::bound::{Expr, ExprKind, NamedExpr, Table};
use crate::convert::{convert, is_constant, literal, promotes};
use crate::expression::Arg;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use crate::plugins::recipe::Ingredient;
use kql_diagnostic::{Span, code};
use kql_syntax::ast;
use kql_types::{Column, ScalarType, Value};
use std::sync::Arc;

/// What a constant argument is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// The first instant of the analysis, included: `start`.
    Start,
    /// The last instant of the analysis, included: `end`.
    End,
    /// The length of a window, or `week`, `month`, `year`: `step`.
    Bin,
    /// A length on the timeline.
    Distance(&'static str),
    /// A number of things.
    Count(&'static str),
    /// A percentile: `percent`.
    Percent,
}

/// Windows whose lengths differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Calendar {
    Week,
    Month,
    Year,
}

/// Bound arguments.
#[derive(Debug, Default)]
pub(super) struct Timeline {
    id: Option<Column>,
    /// The timeline.
    pub(super) time: Option<Column>,
    /// The dimensions.
    pub(super) dimensions: Vec<Column>,
    constants: Vec<(&'static str, Expr)>,
    calendar: Option<Calendar>,
    /// Start and end were given.
    bounded: bool,
    /// `new_activity_metrics`: only this cohort.
    pub(super) cohort: bool,
    /// `new_activity_metrics`: ids that are not new.
    lookback: Option<Arc<Table>>,
}

impl<'s> Binder<'s> {
    /// Reads the arguments. What is wrong is reported.
    pub(super) fn timeline(&mut self, activity: &Activity, args: &[Arg<'s>], call: &'s ast::Call) -> Timeline {
        let mut timeline = Timeline {
            id: self.column_argument(args.first(), call),
            time: self.column_argument(args.get(activity.time), call),
            ..Timeline::default()
        };
        let places: Vec<usize> = (1..args.len()).filter(|at| *at != activity.time).collect();
        let constants = places.iter().take_while(|at| is_value(args.get(**at))).count();
        let ends = |r: &&Role| !matches!(r, Role::Start | Role::End);
        timeline.bounded = !activity.short || constants >= activity.roles.len();
        let roles: Vec<Role> = if timeline.bounded {
            activity.roles.to_vec()
        } else {
            activity.roles.iter().filter(ends).copied().collect()
        };
        for (role, at) in roles.iter().zip(&places) {
            if let Some(Arg::Scalar(e)) = args.get(*at) {
                self.constant(*role, e.clone(), &mut timeline, activity);
            }
        }
        let mut rest = places.get(roles.len()..).unwrap_or(&[]).iter().filter_map(|at| args.get(*at)).peekable();
        if activity.spec.name == "new_activity_metrics" {
            if let Some(Arg::Scalar(e)) = rest.next_if(|arg| is_value(Some(arg))) {
                let cohort = self.on_timeline("cohort", e.clone(), timeline.ty());
                timeline.constants.push(("cohort", cohort));
                timeline.cohort = true;
            }
            if let Some(Arg::Table(ids)) = args.last() {
                self.lookback(&Arc::clone(&ids.table), &mut timeline);
            }
        }
        for arg in rest {
            match arg {
                Arg::Table(_) if timeline.lookback.is_some() => {}
                arg => timeline.dimensions.extend(self.column_argument(Some(arg), call)),
            }
        }
        timeline
    }

    fn constant(&mut self, role: Role, e: Expr, timeline: &mut Timeline, activity: &Activity) {
        let ty = timeline.ty();
        let distance = if ty == ScalarType::Datetime { ScalarType::Timespan } else { ty };
        let constant = match role {
            Role::Start => ("start", self.on_timeline("start", e, ty)),
            Role::End => ("end", self.on_timeline("end", e, ty)),
            Role::Bin => {
                if let Some(Value::String(name)) = literal(&e) {
                    timeline.calendar = self.calendar(&name.clone(), e.span, ty, activity);
                    return;
                }
                ("step", self.distance("step", e, distance))
            }
            Role::Distance(name) => (name, self.distance(name, e, distance)),
            Role::Count(name) => {
                if !e.ty.is_number() && e.ty != ScalarType::Unknown {
                    self.error(code::NOT_NUMERIC, e.span, format!("a number is needed here, not {}", e.ty));
                }
                (name, convert(e, ScalarType::Long))
            }
            Role::Percent => ("percent", e),
        };
        timeline.constants.push(constant);
    }

    pub(in crate::plugins) fn on_timeline(&mut self, what: &str, e: Expr, ty: ScalarType) -> Expr {
        if !promotes(e.ty, ty) && !promotes(ty, e.ty) {
            let message = format!("the {what} is of the timeline's type, {ty}, not {}", e.ty);
            self.error(code::OPERAND, e.span, message);
        }
        convert(e, ty)
    }

    pub(in crate::plugins) fn distance(&mut self, what: &str, e: Expr, ty: ScalarType) -> Expr {
        let positive = match literal(&e) {
            Some(Value::Timespan(Some(n)) | Value::Long(Some(n))) => *n > 0,
            Some(Value::Int(Some(n))) => *n > 0,
            Some(Value::Real(Some(n))) => *n > 0.0,
            _ => true,
        };
        if !positive {
            self.error(code::OPERAND, e.span, "the length of a window is more than 0");
        }
        self.on_timeline(what, e, ty)
    }

    fn calendar(&mut self, name: &str, span: Span, ty: ScalarType, activity: &Activity) -> Option<Calendar> {
        let calendar = match name {
            "week" => Calendar::Week,
            "month" => Calendar::Month,
            "year" => Calendar::Year,
            _ => {
                let message = "a window is a length of time, or one of 'week', 'month' and 'year'";
                self.error(code::OPERAND, span, message);
                return None;
            }
        };
        if ty != ScalarType::Datetime && ty != ScalarType::Unknown {
            self.error(code::OPERAND, span, format!("'{name}' is for a timeline of type datetime, not {ty}"));
        }
        let slides =
            matches!(activity.spec.name, "sliding_window_counts" | "activity_engagement" | "rolling_percentile");
        if slides && calendar != Calendar::Week {
            let message = format!("how a window slides by a {name} is not documented");
            self.cannot_run(code::UNSUPPORTED, span, message);
        }
        Some(calendar)
    }

    /// Ids that are not new: the column named as the id, or the only one.
    fn lookback(&mut self, ids: &Arc<Table>, timeline: &mut Timeline) {
        let Some(id) = &timeline.id else { return };
        let column = match (&*ids.schema.columns, ids.schema.column(&id.name)) {
            ([only], _) => only.clone(),
            (_, Some(column)) => column.clone(),
            _ => {
                let message = format!("the lookback has no column '{}'", id.name);
                self.error(code::UNKNOWN_NAME, ids.span, message);
                return;
            }
        };
        if column.ty != id.ty && column.ty != ScalarType::Unknown {
            let message = format!("the ids of the lookback are of type {}, not {}", column.ty, id.ty);
            self.error(code::OPERAND, ids.span, message);
        }
        let columns = vec![column_as(&column, Arc::from("id"), ids.span)];
        timeline.lookback = Some(project_to(Arc::clone(ids), columns, ids.span));
    }
}

/// True for an argument that is a constant.
fn is_value(arg: Option<&Arg<'_>>) -> bool {
    matches!(arg, Some(Arg::Scalar(e)) if is_constant(e))
}

impl Timeline {
    /// The type that windows are computed in.
    fn ty(&self) -> ScalarType {
        match self.time.as_ref().map_or(ScalarType::Unknown, |t| t.ty) {
            ScalarType::Int => ScalarType::Long,
            ScalarType::Decimal => ScalarType::Real,
            ty => ty,
        }
    }

    /// The rows a recipe reads: `id`, `t`, `d0`, …. `None` when a column is missing.
    pub(super) fn rows(&self, input: &Arc<Table>, span: Span) -> Option<Arc<Table>> {
        let (id, time) = (self.id.as_ref()?, self.time.as_ref()?);
        let mut columns = vec![column_as(id, Arc::from("id"), span)];
        columns.push(NamedExpr {
            name: Arc::from("t"),
            value: convert(column_as(time, Arc::from("t"), span).value, self.ty()),
        });
        for (at, dimension) in self.dimensions.iter().enumerate() {
            columns.push(column_as(dimension, Arc::from(format!("d{at}")), span));
        }
        Some(project_to(Arc::clone(input), columns, span))
    }

    /// What a recipe reads: `T`, the constants by name, `lookback`.
    pub(super) fn ingredients(&self, rows: Arc<Table>) -> Vec<(&'static str, Ingredient)> {
        let span = rows.span;
        let constants = self.constants.iter().map(|(name, e)| (*name, Ingredient::Scalar(e.clone())));
        let week = (self.calendar == Some(Calendar::Week)).then(|| {
            let value = Value::Timespan(Some(7 * kql_types::datetime::TICKS_PER_DAY));
            let kind = ExprKind::Literal(value);
            ("step", Ingredient::Scalar(Expr { kind, ty: ScalarType::Timespan, span }))
        });
        let lookback = self.lookback.iter().map(|ids| ("lookback", Ingredient::Table(Arc::clone(ids))));
        [("T", Ingredient::Table(rows))].into_iter().chain(constants).chain(week).chain(lookback).collect()
    }

    /// True when ids that are not new were given.
    pub(super) fn has_lookback(&self) -> bool {
        self.lookback.is_some()
    }

    /// `d0, d1, `: in front of other columns of a list.
    pub(super) fn by(&self) -> String {
        (0..self.dimensions.len()).map(|at| format!("d{at}, ")).collect()
    }

    /// `, d0, d1`: behind other columns of a list.
    pub(super) fn and(&self) -> String {
        (0..self.dimensions.len()).map(|at| format!(", d{at}")).collect()
    }

    /// `d0 asc, d1 asc, `: in front of the keys of a sort.
    pub(super) fn sort(&self) -> String {
        (0..self.dimensions.len()).map(|at| format!("d{at} asc, ")).collect()
    }

    /// A condition that is true where sorted rows go on to other dimensions.
    pub(super) fn changes(&self) -> String {
        let changes: Vec<String> = (0..self.dimensions.len()).map(|at| format!("d{at} != prev(d{at})")).collect();
        if changes.is_empty() { "false".to_owned() } else { changes.join(" or ") }
    }

    /// Statements that define `start` and `end` from the data when they were not given.
    pub(super) fn bounds(&self) -> &'static str {
        if self.bounded {
            ""
        } else {
            "let ends = T | summarize first = min(t), last = max(t);
             let start = toscalar(ends | project bin(first, step));
             let end = toscalar(ends | project last);"
        }
    }

    /// The window of an instant: those of a length begin at the start of the analysis.
    pub(super) fn window(&self, t: &str) -> String {
        match self.calendar {
            None => format!("bin_at({t}, step, start)"),
            Some(_) => self.grid(t),
        }
    }

    /// The window of an instant: those of a length are those of `bin()`.
    pub(super) fn grid(&self, t: &str) -> String {
        match self.calendar {
            None => format!("bin({t}, step)"),
            Some(Calendar::Week) => format!("startofweek({t})"),
            Some(Calendar::Month) => format!("startofmonth({t})"),
            Some(Calendar::Year) => format!("startofyear({t})"),
        }
    }

    /// The window after a window.
    pub(super) fn next(&self, b: &str) -> String {
        match self.calendar {
            None | Some(Calendar::Week) => format!("{b} + step"),
            Some(Calendar::Month) => format!("datetime_add('month', 1, {b})"),
            Some(Calendar::Year) => format!("datetime_add('year', 1, {b})"),
        }
    }

    /// All windows of the analysis, as a table of the column `w`.
    pub(super) fn windows(&self) -> String {
        let several = |part| {
            format!(
                "range i from 0 to datetime_diff('{part}', end, start) step 1
                 | project w = datetime_add('{part}', i, startof{part}(start))"
            )
        };
        match self.calendar {
            None => "range w from start to end step step".to_owned(),
            Some(Calendar::Week) => "range w from startofweek(start) to end step step".to_owned(),
            Some(Calendar::Month) => several("month"),
            Some(Calendar::Year) => several("year"),
        }
    }
}
