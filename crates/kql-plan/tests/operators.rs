//! Plans of bound trees built by hand, run by DataFusion: what the operators promise beyond what case files can see.

#![allow(clippy::unwrap_used)]

use arrow::array::RecordBatch;
use arrow::util::display::{ArrayFormatter, FormatOptions};
use async_trait::async_trait;
use datafusion::catalog::TableProvider;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::collect;
use datafusion::prelude::SessionConfig;
use kql_bind::bound::{
    AggregateCall, CompareOp, ExpandColumn, Expr, ExprKind, JoinColumn, JoinKind, NamedExpr, SortKey, Table, TableKind,
};
use kql_diagnostic::Span;
use kql_plan::nodes::KqlQueryPlanner;
use kql_plan::{Host, Planner};
use kql_types::{Column, RowSchema, ScalarType, Value};
use std::sync::Arc;

struct Bench {
    state: SessionState,
}

impl Bench {
    fn new() -> Self {
        let mut config = SessionConfig::new().with_target_partitions(4);
        kql_plan::configure(config.options_mut());
        let state =
            SessionStateBuilder::new().with_config(config).with_query_planner(Arc::new(KqlQueryPlanner)).build();
        Bench { state }
    }
}

#[async_trait]
impl Host for Bench {
    async fn table(&self, _: Option<&str>, name: &str, _: &RowSchema) -> Result<Arc<dyn TableProvider>> {
        Err(DataFusionError::Plan(format!("no table {name}")))
    }

    async fn external(&self, _: &[String], _: &[(String, Value)], _: &RowSchema) -> Result<Arc<dyn TableProvider>> {
        Err(DataFusionError::Plan("no files".into()))
    }

    async fn run(&self, plan: LogicalPlan) -> Result<Vec<RecordBatch>> {
        collect(self.state.create_physical_plan(&plan).await?, self.state.task_ctx()).await
    }

    fn now(&self) -> i64 {
        637_134_336_000_000_000
    }
}

/// The rows of a table as text, cells joined by `|`.
fn run(table: &Arc<Table>) -> Vec<String> {
    let bench = Bench::new();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).build().unwrap();
    let batches = runtime.block_on(async {
        let plan = Planner::new(&bench).plan(table).await.unwrap();
        bench.run(plan).await.unwrap()
    });
    let options = FormatOptions::default().with_null("null");
    let mut rows = Vec::new();
    for batch in &batches {
        let names: Vec<_> = batch.schema().fields().iter().map(|f| f.name().clone()).collect();
        assert_eq!(names, table.schema.names().map(str::to_owned).collect::<Vec<_>>());
        let cells: Vec<_> = batch.columns().iter().map(|c| ArrayFormatter::try_new(c, &options).unwrap()).collect();
        rows.extend(
            (0..batch.num_rows()).map(|r| cells.iter().map(|c| c.value(r).to_string()).collect::<Vec<_>>().join("|")),
        );
    }
    rows
}

fn sorted(table: &Arc<Table>) -> Vec<String> {
    let mut rows = run(table);
    rows.sort();
    rows
}

fn expr(kind: ExprKind, ty: ScalarType) -> Expr {
    Expr { kind, ty, span: Span::default() }
}

fn literal(value: Value) -> Expr {
    let ty = value.scalar_type();
    expr(ExprKind::Literal(value), ty)
}

fn long(v: i64) -> Expr {
    literal(Value::Long(Some(v)))
}

fn column(name: &str, ty: ScalarType) -> Expr {
    expr(ExprKind::Column(name.into()), ty)
}

fn schema(columns: &[(&str, ScalarType)]) -> RowSchema {
    columns.iter().map(|(n, t)| Column::new(*n, *t)).collect()
}

fn table(kind: TableKind, columns: &[(&str, ScalarType)], serialized: bool) -> Arc<Table> {
    Arc::new(Table { kind, schema: schema(columns), span: Span::default(), serialized })
}

fn datatable(columns: &[(&str, ScalarType)], rows: &[&[Value]]) -> Arc<Table> {
    let rows = rows.iter().map(|r| r.iter().cloned().map(literal).collect()).collect();
    table(TableKind::Datatable { rows }, columns, false)
}

fn aggregate(name: &str, arguments: Vec<Expr>, result: (&str, ScalarType)) -> AggregateCall {
    AggregateCall {
        function: &kql_aggregates::aggregate(name).unwrap().spec,
        arguments,
        results: vec![(result.0.into(), result.1)],
        span: Span::default(),
    }
}

fn project(input: &Arc<Table>, columns: Vec<(&str, Expr)>, serialized: bool) -> Arc<Table> {
    let types: Vec<_> = columns.iter().map(|(n, e)| (*n, e.ty)).collect();
    let columns = columns.iter().map(|(n, e)| NamedExpr { name: (*n).into(), value: e.clone() }).collect();
    table(TableKind::Project { input: Arc::clone(input), columns }, &types, serialized)
}

fn sort(input: &Arc<Table>, by: &str, ty: ScalarType, descending: bool) -> Arc<Table> {
    let key = SortKey { value: column(by, ty), descending, nulls_first: !descending };
    let kind = TableKind::Sort { input: Arc::clone(input), keys: vec![key] };
    Arc::new(Table { kind, schema: input.schema.clone(), span: Span::default(), serialized: true })
}

use ScalarType::{Bool, Dynamic, Long, Real, String as Text};

fn numbers(values: &[Option<i64>]) -> Arc<Table> {
    let rows: Vec<Vec<Value>> = values.iter().map(|v| vec![Value::Long(*v)]).collect();
    datatable(&[("x", Long)], &rows.iter().map(Vec::as_slice).collect::<Vec<_>>())
}

#[test]
fn a_comparison_with_null_is_false_and_its_opposite_true() {
    let input = numbers(&[Some(1), None, Some(2)]);
    let compare = |op| {
        let kind = ExprKind::Compare { op, left: Box::new(column("x", Long)), right: Box::new(long(1)) };
        expr(kind, Bool)
    };
    let filtered = |predicate| table(TableKind::Filter { input: Arc::clone(&input), predicate }, &[("x", Long)], false);
    assert_eq!(run(&filtered(compare(CompareOp::NotEqual))), ["null", "2"]);
    assert_eq!(run(&filtered(expr(ExprKind::Not(Box::new(compare(CompareOp::Equal))), Bool))), ["null", "2"]);
    assert_eq!(run(&filtered(expr(ExprKind::Not(Box::new(compare(CompareOp::Greater))), Bool))), ["1"]);
    let values = project(&input, vec![("e", compare(CompareOp::Equal)), ("l", compare(CompareOp::Less))], false);
    assert_eq!(run(&values), ["true|false", "false|null", "false|false"]);
}

#[test]
fn reals_compare_as_ieee_numbers() {
    let rows = [Some(f64::NAN), Some(-f64::NAN), Some(-0.0), Some(1.5), None].map(|v| vec![Value::Real(v)]);
    let input = datatable(&[("x", Real)], &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let compare = |op, v: f64| {
        let right = Box::new(literal(Value::Real(Some(v))));
        expr(ExprKind::Compare { op, left: Box::new(column("x", Real)), right }, Bool)
    };
    let all = project(
        &input,
        vec![
            ("zero", compare(CompareOp::Equal, 0.0)),
            ("above", compare(CompareOp::Greater, 1.0)),
            ("below", compare(CompareOp::Less, 2.0)),
        ],
        false,
    );
    let expected = ["false|false|false", "false|false|false", "true|false|true", "false|true|true", "false|null|null"];
    assert_eq!(run(&all), expected);
}

#[test]
fn a_sort_stays_below_what_does_not_show_its_key() {
    let rows: Vec<Vec<Value>> =
        (0..20_000).map(|i| vec![Value::Long(Some(i)), Value::Long(Some((i * 7919) % 20_000))]).collect();
    let input = datatable(&[("a", Long), ("b", Long)], &rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
    let by_b = sort(&input, "b", Long, false);
    let only_a = project(&by_b, vec![("a", column("a", Long))], true);
    let got = run(&only_a);
    let mut expected: Vec<(i64, i64)> = (0..20_000).map(|i| ((i * 7919) % 20_000, i)).collect();
    expected.sort_unstable();
    assert_eq!(got, expected.iter().map(|(_, a)| a.to_string()).collect::<Vec<_>>());

    let listed = table(
        TableKind::Summarize {
            input: only_a,
            keys: vec![],
            aggregates: vec![aggregate("make_list", vec![column("a", Long)], ("l", Dynamic))],
        },
        &[("l", Dynamic)],
        false,
    );
    let joined: Vec<_> = expected.iter().map(|(_, a)| a.to_string()).collect();
    assert_eq!(run(&listed), [format!("[{}]", joined.join(","))]);
}

#[test]
fn join_kinds_and_null_keys() {
    let text = |s: &str| Value::String(s.into());
    let left = datatable(
        &[("k", Long), ("v", Text)],
        &[
            &[Value::Long(Some(1)), text("a")],
            &[Value::Long(Some(1)), text("b")],
            &[Value::Long(None), text("n")],
            &[Value::Long(Some(2)), text("c")],
        ],
    );
    let right = datatable(
        &[("k", Long), ("w", Text)],
        &[&[Value::Long(Some(1)), text("x")], &[Value::Long(None), text("y")], &[Value::Long(Some(3)), text("z")]],
    );
    let join = |kind, columns: &[(&str, bool, &str, ScalarType)]| {
        let types: Vec<_> = columns.iter().map(|(n, _, _, t)| (*n, *t)).collect();
        let columns = columns
            .iter()
            .map(|(n, right, source, _)| JoinColumn { name: (*n).into(), right: *right, source: (*source).into() })
            .collect();
        let keys = vec![(column("k", Long), column("k", Long))];
        let (left, right) = (Arc::clone(&left), Arc::clone(&right));
        table(TableKind::Join { kind, left, right, keys, columns }, &types, false)
    };
    let both = [("k", false, "k", Long), ("v", false, "v", Text), ("k1", true, "k", Long), ("w", true, "w", Text)];
    assert_eq!(sorted(&join(JoinKind::InnerUnique, &both)), ["1|a|1|x", "null|n|null|y"]);
    assert_eq!(sorted(&join(JoinKind::Inner, &both)), ["1|a|1|x", "1|b|1|x", "null|n|null|y"]);
    assert_eq!(sorted(&join(JoinKind::LeftOuter, &both)), ["1|a|1|x", "1|b|1|x", "2|c|null|", "null|n|null|y"]);
    assert_eq!(
        sorted(&join(JoinKind::FullOuter, &both)),
        ["1|a|1|x", "1|b|1|x", "2|c|null|", "null|n|null|y", "null||3|z"]
    );
    assert_eq!(sorted(&join(JoinKind::LeftAnti, &both[..2])), ["2|c"]);
    assert_eq!(sorted(&join(JoinKind::RightSemi, &both[2..])), ["1|x", "null|y"]);
}

fn arrays() -> Arc<Table> {
    let row = |id, json: Option<&str>| [Value::Long(Some(id)), Value::Dynamic(json.map(str::to_owned))];
    let rows = [row(1, Some("[3,1,2]")), row(2, Some("[]")), row(3, None), row(4, Some("[9]"))];
    datatable(&[("id", Long), ("d", Dynamic)], &rows.iter().map(|r| r.as_slice()).collect::<Vec<_>>())
}

fn expand_to_long() -> Vec<ExpandColumn> {
    vec![ExpandColumn { name: "e".into(), value: column("d", Dynamic), ty: Long }]
}

#[test]
fn mv_expand_keeps_null_and_drops_empty() {
    let kind = TableKind::MvExpand {
        input: arrays(),
        columns: expand_to_long(),
        item_index: Some("i".into()),
        limit: None,
        bags_to_arrays: false,
    };
    let expanded = table(kind, &[("id", Long), ("d", Dynamic), ("e", Long), ("i", Long)], false);
    assert_eq!(run(&expanded), ["1|[3,1,2]|3|0", "1|[3,1,2]|1|1", "1|[3,1,2]|2|2", "3|null|null|0", "4|[9]|9|0"]);
}

fn apply(subquery: impl Fn(Arc<Table>) -> Arc<Table>, produced: &[(&str, ScalarType)]) -> Arc<Table> {
    let leaf = table(TableKind::ApplyInput { id: 7 }, &[("id", Long), ("d", Dynamic), ("e", Long)], true);
    let mut columns = vec![("id", Long)];
    columns.extend_from_slice(produced);
    let kind = TableKind::MvApply {
        input: arrays(),
        columns: expand_to_long(),
        item_index: None,
        limit: None,
        id: 7,
        subquery: subquery(leaf),
        kept: vec!["id".into()],
        produced: produced.iter().map(|(n, _)| (*n).into()).collect(),
    };
    table(kind, &columns, false)
}

#[test]
fn mv_apply_works_row_by_row() {
    let top = apply(
        |input| {
            let key = SortKey { value: column("e", Long), descending: true, nulls_first: false };
            let schema = input.schema.clone();
            let kind = TableKind::Top { input, count: long(2), key };
            Arc::new(Table { kind, schema, span: Span::default(), serialized: true })
        },
        &[("e", Long)],
    );
    assert_eq!(sorted(&top), ["1|2", "1|3", "3|null", "4|9"]);

    let counted = apply(
        |input| {
            let big = expr(
                ExprKind::Compare {
                    op: CompareOp::Greater,
                    left: Box::new(column("e", Long)),
                    right: Box::new(long(1)),
                },
                Bool,
            );
            let schema = input.schema.clone();
            let kind = TableKind::Filter { input, predicate: big };
            let input = Arc::new(Table { kind, schema, span: Span::default(), serialized: true });
            let aggregates = vec![
                aggregate("count", vec![], ("n", Long)),
                aggregate("make_list", vec![column("e", Long)], ("l", Dynamic)),
            ];
            table(TableKind::Summarize { input, keys: vec![], aggregates }, &[("n", Long), ("l", Dynamic)], false)
        },
        &[("n", Long), ("l", Dynamic)],
    );
    assert_eq!(sorted(&counted), ["1|2|[3,2]", "2|0|[]", "3|0|[]", "4|1|[9]"]);
}

#[test]
fn toscalar_and_range() {
    let kind = TableKind::Range { from: long(1), to: long(20_001), step: long(2) };
    let range = table(kind, &[("x", Long)], true);
    let total = table(
        TableKind::Summarize {
            input: range,
            keys: vec![],
            aggregates: vec![aggregate("sum", vec![column("x", Long)], ("s", Long))],
        },
        &[("s", Long)],
        false,
    );
    let one = table(TableKind::Datatable { rows: vec![vec![]] }, &[], true);
    let print = project(&one, vec![("print_0", expr(ExprKind::ToScalar(total), Long))], true);
    assert_eq!(run(&print), ["100020001"]);
}
