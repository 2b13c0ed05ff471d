//! Aggregation functions in DataFusion's plans: several partitions, order, filters, little memory.

use crate::support::json;
use datafusion::arrow::array::{ArrayRef, Int64Array, RecordBatch, StringViewArray, StructArray};
use datafusion::arrow::datatypes::{DataType, Field, Schema};
use datafusion::datasource::MemTable;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::RuntimeEnvBuilder;
use datafusion::logical_expr::{Expr, ExprFunctionExt, ident, lit};
use datafusion::physical_plan::{ExecutionPlan, collect};
use datafusion::prelude::{SessionConfig, SessionContext};
use kql_types::ScalarType::{self, Dynamic, Long, String};
use std::sync::Arc;

/// Rows of `k` (the group), `x` (its place in the order) and `s` (a text of x), scrambled over four partitions.
fn context(groups: i64, rows: i64, memory: Option<usize>) -> SessionContext {
    let schema = Schema::new(vec![
        Field::new("k", DataType::Int64, false),
        Field::new("x", DataType::Int64, false),
        Field::new("s", DataType::Utf8View, false),
    ]);
    let schema = Arc::new(schema);
    let batch = |values: Vec<i64>| {
        let columns: Vec<ArrayRef> = vec![
            Arc::new(Int64Array::from_iter_values(values.iter().map(|x| x % groups))),
            Arc::new(Int64Array::from(values.clone())),
            Arc::new(StringViewArray::from_iter_values(values.iter().map(|x| format!("text number {x}")))),
        ];
        RecordBatch::try_new(Arc::clone(&schema), columns).unwrap()
    };
    // A step that shares no factor with the number of rows visits each once.
    let order: Vec<i64> = (0..rows).map(|i| i * 7919 % rows).collect();
    let partitions = (0..4)
        .map(|p| order.iter().copied().skip(p).step_by(4).collect::<Vec<_>>())
        .map(|values| values.chunks(1000).map(|c| batch(c.to_vec())).collect())
        .collect();
    let config = SessionConfig::new().with_target_partitions(4).with_batch_size(1024);
    let runtime = RuntimeEnvBuilder::new();
    let runtime = match memory {
        Some(bytes) => runtime.with_memory_pool(Arc::new(FairSpillPool::new(bytes))),
        None => runtime,
    };
    let context = SessionContext::new_with_config_rt(config, runtime.build_arc().unwrap());
    context.register_table("t", Arc::new(MemTable::try_new(schema, partitions).unwrap())).unwrap();
    context
}

fn call(name: &str, types: &[ScalarType], results: &[ScalarType], args: Vec<Expr>) -> Expr {
    let function = kql_aggregates::aggregate(name).unwrap();
    let udaf = kql_aggregates::aggregate_udf(function, types, results).unwrap();
    // As another process would find it.
    kql_aggregates::udaf_by_name(udaf.name()).unwrap().call(args)
}

fn ordered(call: Expr, ascending: bool) -> Expr {
    call.order_by(vec![ident("x").sort(ascending, ascending)]).build().unwrap()
}

/// Rows of the aggregation by these keys as JSON texts joined by ` | `, sorted by the first.
async fn run(context: &SessionContext, by: Vec<Expr>) -> Vec<std::string::String> {
    run_counting_spills(context, by).await.0
}

async fn run_counting_spills(context: &SessionContext, by: Vec<Expr>) -> (Vec<std::string::String>, usize) {
    let keys = by.len();
    let (exprs, types): (Vec<_>, Vec<_>) = every_function(500).into_iter().unzip();
    let exprs = exprs.into_iter().enumerate().map(|(i, e)| e.alias(format!("a{i}"))).collect();
    let frame = context.table("t").await.unwrap().aggregate(by, exprs).unwrap();
    let plan = frame.create_physical_plan().await.unwrap();
    let mut rows = Vec::new();
    for batch in collect(Arc::clone(&plan), context.task_ctx()).await.unwrap() {
        let mut columns: Vec<Vec<std::string::String>> = Vec::new();
        for key in &batch.columns()[..keys] {
            columns.push(json(Long, key));
        }
        for (column, types) in batch.columns()[keys..].iter().zip(&types) {
            let fields = match column.as_any().downcast_ref::<StructArray>() {
                Some(s) => s.columns().to_vec(),
                None => vec![Arc::clone(column)],
            };
            columns.extend(fields.iter().zip(types).map(|(f, ty)| json(*ty, f)));
        }
        let row = |r: usize| columns.iter().map(|c| c[r].as_str()).collect::<Vec<_>>().join(" | ");
        rows.extend((0..batch.num_rows()).map(row));
    }
    rows.sort_by_key(|row| row.split_once(" | ").map(|(key, _)| key.parse::<i64>().unwrap_or(0)));
    (rows, spills(&plan))
}

fn spills(plan: &Arc<dyn ExecutionPlan>) -> usize {
    let own = plan.metrics().and_then(|m| m.spill_count()).unwrap_or(0);
    own + plan.children().into_iter().map(spills).sum::<usize>()
}

/// Calls of many functions, with their result types.
fn every_function(limit: i64) -> Vec<(Expr, Vec<ScalarType>)> {
    let x = || ident("x");
    let s = || ident("s");
    vec![
        (call("count", &[Long], &[Long], vec![lit(1i64)]), vec![Long]),
        (call("sumif", &[Long, ScalarType::Bool], &[Long], vec![x(), x().lt(lit(limit))]), vec![Long]),
        (call("sum", &[Long], &[Long], vec![x()]).filter(x().lt(lit(limit))).build().unwrap(), vec![Long]),
        (call("avg", &[Long], &[ScalarType::Real], vec![x()]), vec![ScalarType::Real]),
        (call("stdev", &[Long], &[ScalarType::Real], vec![x() % lit(10i64)]), vec![ScalarType::Real]),
        (call("dcount", &[String], &[Long], vec![s()]), vec![Long]),
        (call("count_distinct", &[String], &[Long], vec![s()]), vec![Long]),
        (call("percentile", &[Long, Long], &[Long], vec![x(), lit(50i64)]), vec![Long]),
        (call("percentiles", &[Long, Long, Long], &[Long, Long], vec![x(), lit(1i64), lit(99i64)]), vec![Long, Long]),
        (call("arg_max", &[Long, String], &[Long, String], vec![x(), s()]), vec![Long, String]),
        (call("arg_min", &[String, Long], &[String, Long], vec![s(), x()]), vec![String, Long]),
        (ordered(call("make_list", &[Long, Long], &[Dynamic], vec![x(), lit(3i64)]), false), vec![Dynamic]),
        (ordered(call("make_list", &[String, Long], &[Dynamic], vec![s(), lit(2i64)]), true), vec![Dynamic]),
        (ordered(call("make_set", &[Long], &[Dynamic], vec![x() % lit(7i64)]), true), vec![Dynamic]),
    ]
}

fn expected(groups: i64, rows: i64, limit: i64) -> Vec<std::string::String> {
    (0..groups)
        .map(|k| {
            let xs: Vec<i64> = (0..rows).filter(|x| x % groups == k).collect();
            let text = |x: i64| format!("\"text number {x}\"");
            let n = xs.len() as i64;
            let few: i64 = xs.iter().filter(|x| **x < limit).sum();
            let digits: Vec<f64> = xs.iter().map(|x| (x % 10) as f64).collect();
            let mean = digits.iter().sum::<f64>() / n as f64;
            let variance = digits.iter().map(|d| (d - mean) * (d - mean)).sum::<f64>() / (n as f64 - 1.0).max(1.0);
            let stdev = ((variance * 1e10).round() / 1e10).sqrt();
            let rank = |p: i64| xs[((n * p + 99) / 100 - 1).max(0) as usize];
            let smallest = xs.iter().copied().min_by_key(|x| text(*x)).unwrap();
            let list = |items: Vec<std::string::String>| format!("[{}]", items.join(","));
            let mut sevens: Vec<i64> = Vec::new();
            xs.iter().map(|x| x % 7).for_each(|d| {
                if !sevens.contains(&d) {
                    sevens.push(d)
                }
            });
            [
                k.to_string(),
                n.to_string(),
                few.to_string(),
                few.to_string(),
                format!("{:?}", xs.iter().sum::<i64>() as f64 / n as f64),
                format!("{stdev:?}"),
                n.to_string(),
                n.to_string(),
                rank(50).to_string(),
                rank(1).to_string(),
                rank(99).to_string(),
                xs[xs.len() - 1].to_string(),
                text(xs[xs.len() - 1]),
                text(smallest),
                smallest.to_string(),
                list(xs.iter().rev().take(3).map(|x| x.to_string()).collect()),
                list(xs.iter().take(2).map(|x| text(*x)).collect()),
                list(sevens.iter().map(|d| d.to_string()).collect()),
            ]
            .join(" | ")
        })
        .collect()
}

#[tokio::test]
async fn groups_over_partitions() {
    for (groups, rows) in [(1, 5), (3, 1000), (400, 4001)] {
        let answer = run(&context(groups, rows, None), vec![ident("k")]).await;
        assert_eq!(answer, expected(groups, rows, 500), "{groups} groups of {rows} rows");
    }
}

#[tokio::test]
async fn one_group_over_partitions_and_over_nothing() {
    let answer = run(&context(1, 3000, None), vec![]).await;
    assert_eq!(answer, [expected(1, 3000, 500)[0].trim_start_matches("0 | ")]);
    let empty = context(1, 0, None);
    let nothing = "0 | 0 | 0 | \"NaN\" | 0.0 | 0 | 0 | null | null | null | null | \"\" | \"\" | null | [] | [] | []";
    assert_eq!(run(&empty, vec![]).await, [nothing]);
    assert!(run(&empty, vec![ident("k")]).await.is_empty());
}

#[tokio::test]
async fn little_memory_spills_and_does_not_change_the_answer() {
    let (groups, rows) = (5_003, 20_011);
    let (answer, spills) = run_counting_spills(&context(groups, rows, Some(32 << 20)), vec![ident("k")]).await;
    assert!(spills > 0);
    assert!(answer == expected(groups, rows, 500), "the answer of a spilled aggregation differs");
}
