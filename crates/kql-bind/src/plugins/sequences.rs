//! `sequence_detect`, `funnel_sequence`, `funnel_sequence_completion`: events that follow one another.
//!
//! Pages: query/sequence-detect-plugin, query/funnel-sequence-plugin, query/funnel-sequence-completion-plugin. They leave
//! open what their files here say with "taken as".

use super::recipe::Ingredient;
use crate::binder::{Binder, table};
use crate::bound::{BoundResult, Expr, ExprKind, NamedExpr, PluginArgument, PluginValue, Table, TableKind};
use crate::convert::{convert, is_constant};
use crate::expression::Arg;
use crate::names::Namer;
use crate::operators::extend::column_as;
use crate::operators::project::project_to;
use kql_diagnostic::{Diagnostic, Span, code};
use kql_syntax::ast;
use kql_types::function::{FunctionKind, FunctionSpec, example};
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

static DETECT: FunctionSpec = FunctionSpec::new(
    "sequence_detect",
    FunctionKind::Plugin,
    &["(timeline, max_step_window, max_span, step = predicate, …, dimensions…)"],
    "Every choice of one row for each step, in the order of time: a step at most `max_step_window` behind the one before, all within `max_span`. Dimensions tell sequences apart. <https://learn.microsoft.com/kusto/query/sequence-detect-plugin>",
)
.examples(&[example("datatable(t:datetime, e:string)[datetime(2026-01-01 10:00), 'logon', datetime(2026-01-01 10:20), 'run'] | evaluate sequence_detect(t, 1h, 1h, logon = e == 'logon', run = e == 'run')", "{\"logon_t\":\"2026-01-01T10:00:00Z\",\"run_t\":\"2026-01-01T10:20:00Z\",\"Duration\":\"00:20:00\"}")])
.diverges("steps at one instant do not follow one another, and choices with the same times are one row: the page does not say");

static FUNNEL: FunctionSpec = FunctionSpec::new(
    "funnel_sequence",
    FunctionKind::Plugin,
    &["(id, timeline, start, end, max_step_window, window, state, sequence)"],
    "Which states come before and behind a sequence of states, and how many ids go that way: three results, by both, by the one before, by the one behind. It is the last operator. <https://learn.microsoft.com/kusto/query/funnel-sequence-plugin>",
)
.examples(&[example("datatable(u:string, t:long, s:string)['a', 1, 'Hail', 'a', 2, 'Tornado', 'a', 3, 'Wind'] | evaluate funnel_sequence(u, t, 0, 10, 5, 10, s, dynamic(['Tornado']))", "{\"t\":0,\"prev\":\"Hail\",\"next\":\"Wind\",\"dcount\":1,\"samples\":[\"a\"]}")])
.diverges("how occurrences of a sequence that overlap are counted is not published; a warning says so");

static COMPLETION: FunctionSpec = FunctionSpec::new(
    "funnel_sequence_completion",
    FunctionKind::Plugin,
    &["(id, timeline, start, end, window, state, sequence, max_windows)"],
    "For each window and each period of `max_windows`: how many ids came to each step of the sequence within the period since the first step. <https://learn.microsoft.com/kusto/query/funnel-sequence-completion-plugin>",
)
.examples(&[example("datatable(u:string, t:long, s:string)['a', 1, 'Hail', 'a', 4, 'Tornado', 'b', 1, 'Hail'] | evaluate funnel_sequence_completion(u, t, 0, 10, 10, s, dynamic(['Hail', 'Tornado']), dynamic([2, 5]))", "{\"t\":0,\"s\":\"Hail\",\"Period\":2,\"dcount\":2}\n{\"t\":0,\"s\":\"Hail\",\"Period\":5,\"dcount\":2}\n{\"t\":0,\"s\":\"Tornado\",\"Period\":5,\"dcount\":1}")])
.diverges("steps that nobody reached have no row");

pub(super) fn find(name: &str) -> Option<Sequences> {
    Some(match name {
        "sequence_detect" => Sequences::Detect,
        "funnel_sequence" => Sequences::Funnel,
        "funnel_sequence_completion" => Sequences::Completion,
        _ => return None,
    })
}

pub(super) fn specs() -> impl Iterator<Item = &'static FunctionSpec> {
    [&DETECT, &FUNNEL, &COMPLETION].into_iter()
}

impl<'s> Binder<'s> {
    /// The columns each of them gives, and the rows.
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
        match sequences {
            Sequences::Detect => self.sequence_detect(input, args, call, span),
            Sequences::Funnel | Sequences::Completion => self.funnel(sequences, input, args, call, span),
        }
    }

    /// `sequence_detect(timeline, max_step_window, max_span, e1 = p1, e2 = p2, …, dimensions)`: every choice of one row for
    /// each step, in time, within the windows. Taken as: steps at one instant do not follow one another; choices with the
    /// same times are one row.
    fn sequence_detect(
        &mut self,
        input: Arc<Table>,
        args: Vec<Arg<'s>>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        let time = self.column_argument(args.first(), call);
        let (mut dimensions, mut steps) = (Vec::<NamedExpr>::new(), Vec::<NamedExpr>::new());
        for (arg, written) in args.iter().zip(&call.arguments).skip(3) {
            match arg {
                Arg::Scalar(e) if e.ty != ScalarType::Bool => {
                    let name = match (&written.name, &e.kind) {
                        (Some(name), _) if self.measured() => Arc::from(name.text.as_str()),
                        (_, ExprKind::Column(name)) => Arc::clone(name),
                        _ => {
                            if self.measured() {
                                let message = "a condition is needed here, or a column that tells sequences apart";
                                self.error_help(code::OPERAND, e.span, message, "give the dimension a name: d = …");
                            }
                            continue;
                        }
                    };
                    dimensions.push(NamedExpr { name, value: e.clone() });
                }
                Arg::Scalar(e) => {
                    let step = written.name.as_ref().map_or("", |n| n.text.as_str());
                    let name = Arc::from(format!("{step}_{}", time.as_ref().map_or("", |t| &*t.name)));
                    steps.push(NamedExpr { name, value: e.clone() });
                }
                other => self.error(code::OPERAND, other.span(), "a condition or a column is needed here"),
            }
        }
        let mut columns: Vec<Column> =
            dimensions.iter().map(|d| Column { name: Arc::clone(&d.name), ty: d.value.ty }).collect();
        if let Some(time) = &time {
            columns.extend(steps.iter().map(|s| Column { name: Arc::clone(&s.name), ty: time.ty }));
        }
        columns.push(Column::new("Duration", ScalarType::Timespan));
        let schema = RowSchema::new(columns);
        if !self.measured() {
            return self.evaluate_kind(input, call, args, schema, span);
        }
        let Some(time) = time else { return self.unknown_table(span) };
        let Some([longest_step, longest_span]) = self.windows(&args, &time, call) else {
            return self.unknown_table(span);
        };
        if steps.is_empty() {
            self.error(code::OPERAND, call.span, "a sequence has one condition at least: step = predicate");
            return self.unknown_table(span);
        }
        let numbered = |letter: &'static str| {
            move |(at, e): (usize, NamedExpr)| NamedExpr { name: Arc::from(format!("{letter}{at}")), value: e.value }
        };
        let (dimension_count, step_count) = (dimensions.len(), steps.len());
        let columns = dimensions
            .into_iter()
            .enumerate()
            .map(numbered("d"))
            .chain([column_as(&time, Arc::from("t"), span)])
            .chain(steps.into_iter().enumerate().map(numbered("e")))
            .collect();
        let rows = project_to(input, columns, span);
        let keys: String = (0..dimension_count).map(|at| format!("d{at} asc, ")).collect();
        let met: Vec<String> = (0..step_count).map(|at| format!("e{at}")).collect();
        let body = format!("T | where isnotnull(t) and ({}) | sort by {keys}t asc", met.join(" or "));
        let rows = self.recipe("sequence_detect", vec![("T", Ingredient::Table(rows))], &body, span);
        let conditions =
            rows.schema.columns.iter().skip(dimension_count + 1).map(|c| column_as(c, c.name.clone(), span).value);
        let arguments = [longest_step, longest_span].into_iter().chain(conditions).map(argument).collect();
        let mut namer = Namer::default();
        let schema = schema.columns.iter().map(|c| Column { name: namer.generated(Some(&c.name)), ty: c.ty }).collect();
        evaluation("sequence_detect", rows, arguments, schema, span)
    }

    /// The windows of `sequence_detect`.
    fn windows(&mut self, args: &[Arg<'s>], time: &Column, call: &'s ast::Call) -> Option<[Expr; 2]> {
        if !matches!(time.ty, ScalarType::Datetime | ScalarType::Timespan | ScalarType::Unknown) {
            let message = format!("the timeline of '{}' is a datetime, not {}", call.name.text, time.ty);
            self.error(code::OPERAND, args.first()?.span(), message);
            return None;
        }
        let (Some(Arg::Scalar(step)), Some(Arg::Scalar(span))) = (args.get(1), args.get(2)) else {
            self.error(code::OPERAND, call.span, "the second and third argument are lengths of time");
            return None;
        };
        for e in [step, span] {
            self.constant_here(e);
        }
        Some([step, span].map(|e| self.distance("window", e.clone(), ScalarType::Timespan)))
    }

    fn constant_here(&mut self, e: &Expr) {
        if !is_constant(e) {
            self.error(code::NOT_CONSTANT, e.span, "a constant is needed here");
        }
    }

    /// `funnel_sequence(id, timeline, start, end, max_step_window, step, state, sequence)` and
    /// `funnel_sequence_completion(id, timeline, start, end, step, state, sequence, max_windows)`. Windows begin at the
    /// start; each is for itself. What the steps of a sequence are: `nodes::sequence::funnel` of the planner.
    fn funnel(
        &mut self,
        sequences: Sequences,
        input: Arc<Table>,
        args: Vec<Arg<'s>>,
        call: &'s ast::Call,
        span: Span,
    ) -> Arc<Table> {
        let completion = sequences == Sequences::Completion;
        let text = ScalarType::String;
        let (state_at, sequence_at, step_at) = if completion { (5, 6, 4) } else { (6, 7, 5) };
        let id = self.column_argument(args.first(), call);
        let time = self.column_argument(args.get(1), call);
        let state = self.column_argument(args.get(state_at), call);
        let time_type = time.as_ref().map_or(ScalarType::Unknown, |t| t.ty);
        let distance = if time_type == ScalarType::Datetime { ScalarType::Timespan } else { time_type };
        let dcount = Column::new("dcount", ScalarType::Long);
        let columns: Vec<Column> = if completion {
            let period = if self.measured() { distance } else { ScalarType::Timespan };
            time.iter().chain(&state).cloned().chain([Column::new("Period", period), dcount]).collect()
        } else {
            let rest = [Column::new("prev", text), Column::new("next", text), dcount];
            time.iter().cloned().chain(rest).chain([Column::new("samples", ScalarType::Dynamic)]).collect()
        };
        if !self.measured() {
            return self.evaluate_kind(input, call, args, RowSchema::new(columns), span);
        }
        let (Some(id), Some(time), Some(state)) = (id, time, state) else { return self.unknown_table(span) };
        if !matches!(time.ty, ScalarType::Datetime | ScalarType::Timespan | ScalarType::Long | ScalarType::Unknown) {
            let message = format!("the timeline is of type datetime, timespan or long, not {}", time.ty);
            self.error(code::OPERAND, call.arguments.get(1).map_or(span, |a| a.value.span), message);
            return self.unknown_table(span);
        }
        let mut constants: Vec<Expr> = Vec::new();
        for at in 2..args.len() {
            match args.get(at) {
                _ if at == state_at => {}
                Some(Arg::Scalar(e)) => {
                    self.constant_here(e);
                    constants.push(e.clone());
                }
                _ => self.error(code::OPERAND, call.span, "a constant is needed here"),
            }
        }
        let place = |at: usize| if at > state_at { at - 3 } else { at - 2 };
        let take =
            |at: usize| constants.get(place(at)).cloned().unwrap_or(Expr { kind: ExprKind::Missing, ty: text, span });
        let start = self.on_timeline("start", take(2), time.ty);
        let end = self.on_timeline("end", take(3), time.ty);
        let step = self.distance("window", take(step_at), distance);
        let sequence = take(sequence_at);
        if !matches!(sequence.ty, ScalarType::Dynamic | ScalarType::Unknown) {
            self.error(code::OPERAND, sequence.span, "the sequence is an array of states: dynamic(['a', 'b'])");
        }
        let last = if completion { take(7) } else { self.distance("window", take(4), distance) };
        if self.has_errors_since(0) {
            return self.unknown_table(span);
        }
        let named = [column_as(&id, Arc::from("id"), span), column_as(&time, Arc::from("t"), span)];
        let state_text = convert(column_as(&state, Arc::from("s"), span).value, text);
        let rows = named.into_iter().chain([NamedExpr { name: Arc::from("s"), value: state_text }]).collect();
        let rows = project_to(input, rows, span);
        let ingredients = vec![
            ("T", Ingredient::Table(rows)),
            ("start", Ingredient::Scalar(start)),
            ("end", Ingredient::Scalar(end)),
            ("step", Ingredient::Scalar(step)),
        ];
        let body = "T | where t between (start .. end) | project w = bin_at(t, step, start), id, t, s
                    | sort by w asc, id asc, t asc, s asc";
        let sorted = self.recipe("funnel", ingredients, body, span);
        let own = |name: &'static str, ty| Column::new(name, ty);
        let keys = [own("w", time.ty), own("id", id.ty)];
        if completion {
            let made = keys.into_iter().chain([own("n", ScalarType::Long), own("took", distance)]).collect();
            let steps = evaluation("funnel_sequence_completion", sorted, vec![argument(sequence.clone())], made, span);
            return self.completed(steps, sequence, last, distance, &columns, span);
        }
        let made = keys.into_iter().chain([own("before", text), own("behind", text)]).collect();
        let ways = evaluation("funnel_sequence", sorted, vec![argument(sequence), argument(last)], made, span);
        let ways = self.materialized(ways, span);
        let caution = "how funnel_sequence counts occurrences of a sequence that overlap is not published: its numbers may differ \
                       from the service's for sequences of several states";
        self.report(Diagnostic::warning(code::HINT, call.name.span, caution));
        let mut first = None;
        for (name, by, shown) in [
            ("PrimaryResult", "before, behind", vec![0, 1, 2, 3, 4]),
            ("prev", "before", vec![0, 1, 3, 4]),
            ("next", "behind", vec![0, 2, 3, 4]),
        ] {
            let body = format!(
                "T | summarize n = dcount(id), ids = make_set(id, 128) by w, {by}
                 | sort by w asc, n desc, {by} | project w, {by}, n, ids"
            );
            let made = self.recipe("funnel_sequence", vec![("T", Ingredient::Table(Arc::clone(&ways)))], &body, span);
            let columns: Vec<&Column> = shown.iter().filter_map(|at| columns.get(*at)).collect();
            let table = renamed(made, columns.into_iter(), span);
            self.branches.push(BoundResult { name: Arc::from(name), table: Arc::clone(&table), render: None, span });
            first.get_or_insert(table);
        }
        first.unwrap_or_else(|| self.unknown_table(span))
    }

    /// For each window, period and step, the ids that came so far in the period.
    fn completed(
        &mut self,
        steps: Arc<Table>,
        sequence: Expr,
        periods: Expr,
        distance: ScalarType,
        columns: &[Column],
        span: Span,
    ) -> Arc<Table> {
        let ingredients = vec![
            ("T", Ingredient::Table(steps)),
            ("sequence", Ingredient::Scalar(sequence)),
            ("periods", Ingredient::Scalar(convert(periods, ScalarType::Dynamic))),
        ];
        let body = format!(
            "T | extend p = periods | mv-expand with_itemindex = i p limit 1024 | extend p = to{distance}(p)
             | where took <= p | summarize ids = dcount(id) by w, i, p, n | sort by w asc, i asc, n asc
             | project w, tostring(sequence[n]), p, ids"
        );
        let made = self.recipe("funnel_sequence_completion", ingredients, &body, span);
        renamed(made, columns.iter(), span)
    }
}

fn argument(value: Expr) -> PluginArgument {
    PluginArgument { name: None, value: PluginValue::Scalar(value) }
}

fn evaluation(
    plugin: &str,
    input: Arc<Table>,
    arguments: Vec<PluginArgument>,
    schema: RowSchema,
    span: Span,
) -> Arc<Table> {
    table(TableKind::Evaluate { input: Some(input), plugin: Arc::from(plugin), arguments }, schema, span, false)
}

/// Gives columns, in their order, the names and types of others.
fn renamed<'a>(made: Arc<Table>, columns: impl Iterator<Item = &'a Column>, span: Span) -> Arc<Table> {
    let mut namer = Namer::default();
    let columns = made
        .schema
        .columns
        .iter()
        .zip(columns)
        .map(|(have, column)| {
            let name = namer.generated(Some(&column.name));
            let value = convert(column_as(have, Arc::clone(&name), span).value, column.ty);
            NamedExpr { name, value }
        })
        .collect();
    project_to(made, columns, span)
}
