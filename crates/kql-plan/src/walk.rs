//! Walks over the bound tree.

use kql_bind::bound::{
    AggregateCall, ExpandColumn, Expr, ExprKind, Graph, GraphKind, GraphValueKind, PathStep, PluginValue, SortKey,
    Table, TableKind,
};
use std::collections::HashSet;
use std::sync::Arc;

/// Calls `f` on an expression and all its parts, outermost first; tables inside are not entered.
pub(crate) fn each_expression<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    f(expr);
    children(expr, &mut |child| each_expression(child, f));
}

fn children<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Expr)) {
    match &expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Now | ExprKind::ToScalar(_) | ExprKind::Missing => {}
        ExprKind::Logical { operands, .. } => operands.iter().for_each(f),
        ExprKind::Not(operand) | ExprKind::Convert(operand) => f(operand),
        ExprKind::Compare { left, right, .. } | ExprKind::StringPredicate { left, right, .. } => {
            f(left);
            f(right);
        }
        ExprKind::In { value, list, .. } => {
            f(value);
            list.iter().for_each(f);
        }
        ExprKind::InTable { value, .. } => f(value),
        ExprKind::Between { operand, low, high, .. } => {
            f(operand);
            f(low);
            f(high);
        }
        ExprKind::Call { arguments, .. } => arguments.iter().for_each(f),
        ExprKind::Element { call, .. } => f(call),
        ExprKind::Case { branches, otherwise } => {
            for (when, then) in branches {
                f(when);
                f(then);
            }
            f(otherwise);
        }
        ExprKind::Path { base, steps } => {
            f(base);
            for step in steps {
                if let PathStep::Expression(step) = step {
                    f(step);
                }
            }
        }
    }
}

/// Calls `f` on the direct parts of an expression, to be changed. A call inside an element is made the element's own.
pub(crate) fn each_child_mut(expr: &mut Expr, f: &mut dyn FnMut(&mut Expr)) {
    match &mut expr.kind {
        ExprKind::Literal(_) | ExprKind::Column(_) | ExprKind::Now | ExprKind::ToScalar(_) | ExprKind::Missing => {}
        ExprKind::Logical { operands, .. } => operands.iter_mut().for_each(f),
        ExprKind::Not(operand) | ExprKind::Convert(operand) => f(operand),
        ExprKind::Compare { left, right, .. } | ExprKind::StringPredicate { left, right, .. } => {
            f(left);
            f(right);
        }
        ExprKind::In { value, list, .. } => {
            f(value);
            list.iter_mut().for_each(f);
        }
        ExprKind::InTable { value, .. } => f(value),
        ExprKind::Between { operand, low, high, .. } => {
            f(operand);
            f(low);
            f(high);
        }
        ExprKind::Call { arguments, .. } => arguments.iter_mut().for_each(f),
        ExprKind::Element { call, .. } => f(Arc::make_mut(call)),
        ExprKind::Case { branches, otherwise } => {
            for (when, then) in branches {
                f(when);
                f(then);
            }
            f(otherwise);
        }
        ExprKind::Path { base, steps } => {
            f(base);
            for step in steps {
                if let PathStep::Expression(step) = step {
                    f(step);
                }
            }
        }
    }
}

/// Calls `f` on the tables inside an expression (`toscalar`, `in`), not on tables inside those.
pub(crate) fn tables_in<'a>(expr: &'a Expr, f: &mut dyn FnMut(&'a Arc<Table>, &'a Expr)) {
    each_expression(expr, &mut |e| match &e.kind {
        ExprKind::ToScalar(table) | ExprKind::InTable { table, .. } => f(table, e),
        _ => {}
    });
}

/// The input tables of an operator.
pub(crate) fn inputs(table: &Table) -> Vec<&Arc<Table>> {
    match &table.kind {
        TableKind::Source { .. }
        | TableKind::Datatable { .. }
        | TableKind::ExternalData { .. }
        | TableKind::Range { .. }
        | TableKind::ApplyInput { .. }
        | TableKind::Empty => Vec::new(),
        TableKind::GraphMatch(matched) => graph_inputs(&matched.graph),
        TableKind::GraphToTable { graph, .. } => graph_inputs(graph),
        TableKind::Filter { input, .. }
        | TableKind::Project { input, .. }
        | TableKind::Summarize { input, .. }
        | TableKind::Sort { input, .. }
        | TableKind::Take { input, .. }
        | TableKind::Top { input, .. }
        | TableKind::Sample { input, .. }
        | TableKind::SampleDistinct { input, .. }
        | TableKind::MvExpand { input, .. }
        | TableKind::Parse { input, .. }
        | TableKind::ParseKv { input, .. }
        | TableKind::MakeSeries { input, .. }
        | TableKind::TopNested { input, .. }
        | TableKind::Serialize { input }
        | TableKind::Materialize { input, .. }
        | TableKind::Scan { input, .. }
        | TableKind::Reduce { input, .. }
        | TableKind::TopHitters { input, .. } => vec![input],
        TableKind::MvApply { input, subquery, .. } | TableKind::Partition { input, subquery, .. } => {
            vec![input, subquery]
        }
        TableKind::Join { left, right, .. } => vec![left, right],
        TableKind::Union { legs } => legs.iter().collect(),
        TableKind::Evaluate { input, arguments, .. } => {
            let tables = arguments.iter().filter_map(|a| match &a.value {
                PluginValue::Table(table) => Some(table),
                _ => None,
            });
            input.iter().chain(tables).collect()
        }
    }
}

/// Calls `f` on the input tables of an operator, to be changed.
pub(crate) fn each_input_mut(kind: &mut TableKind, f: &mut dyn FnMut(&mut Arc<Table>)) {
    match kind {
        TableKind::Source { .. }
        | TableKind::Datatable { .. }
        | TableKind::ExternalData { .. }
        | TableKind::Range { .. }
        | TableKind::ApplyInput { .. }
        | TableKind::GraphMatch(_)
        | TableKind::GraphToTable { .. }
        | TableKind::Empty => {}
        TableKind::Filter { input, .. }
        | TableKind::Project { input, .. }
        | TableKind::Summarize { input, .. }
        | TableKind::Sort { input, .. }
        | TableKind::Take { input, .. }
        | TableKind::Top { input, .. }
        | TableKind::Sample { input, .. }
        | TableKind::SampleDistinct { input, .. }
        | TableKind::MvExpand { input, .. }
        | TableKind::Parse { input, .. }
        | TableKind::ParseKv { input, .. }
        | TableKind::MakeSeries { input, .. }
        | TableKind::TopNested { input, .. }
        | TableKind::Serialize { input }
        | TableKind::Materialize { input, .. }
        | TableKind::Scan { input, .. }
        | TableKind::Reduce { input, .. }
        | TableKind::TopHitters { input, .. } => f(input),
        TableKind::MvApply { input, subquery, .. } | TableKind::Partition { input, subquery, .. } => {
            f(input);
            f(subquery);
        }
        TableKind::Join { left, right, .. } => {
            f(left);
            f(right);
        }
        TableKind::Union { legs } => legs.iter_mut().for_each(f),
        TableKind::Evaluate { input, arguments, .. } => {
            input.iter_mut().for_each(&mut *f);
            for argument in arguments {
                if let PluginValue::Table(table) = &mut argument.value {
                    f(table);
                }
            }
        }
    }
}

/// Calls `f` on the tables inside the expressions an operator holds itself, to be changed.
pub(crate) fn each_table_in_expressions_mut(kind: &mut TableKind, f: &mut dyn FnMut(&mut Arc<Table>)) {
    each_own_expression_mut(kind, &mut |expr| each_table_mut(expr, f));
}

fn each_table_mut(expr: &mut Expr, f: &mut dyn FnMut(&mut Arc<Table>)) {
    let mut holds = false;
    tables_in(expr, &mut |_, _| holds = true);
    if !holds {
        return;
    }
    if let ExprKind::ToScalar(table) | ExprKind::InTable { table, .. } = &mut expr.kind {
        f(table);
    }
    each_child_mut(expr, &mut |child| each_table_mut(child, f));
}

/// Calls `f` on the expressions an operator holds itself, to be changed.
pub(crate) fn each_own_expression_mut(kind: &mut TableKind, f: &mut dyn FnMut(&mut Expr)) {
    let call = |call: &mut AggregateCall, f: &mut dyn FnMut(&mut Expr)| call.arguments.iter_mut().for_each(f);
    match kind {
        TableKind::Source { .. }
        | TableKind::ApplyInput { .. }
        | TableKind::GraphMatch(_)
        | TableKind::GraphToTable { .. }
        | TableKind::Empty
        | TableKind::Union { .. }
        | TableKind::Serialize { .. }
        | TableKind::Materialize { .. } => {}
        TableKind::Datatable { rows } => rows.iter_mut().flatten().for_each(f),
        TableKind::ExternalData { uris, .. } => uris.iter_mut().for_each(f),
        TableKind::Range { from, to, step } => [from, to, step].into_iter().for_each(f),
        TableKind::Filter { predicate, .. } => f(predicate),
        TableKind::Project { columns, .. } => columns.iter_mut().for_each(|c| f(&mut c.value)),
        TableKind::Summarize { keys, aggregates, .. } => {
            keys.iter_mut().for_each(|k| f(&mut k.value));
            aggregates.iter_mut().for_each(|a| call(a, f));
        }
        TableKind::Sort { keys, .. } => keys.iter_mut().for_each(|k| f(&mut k.value)),
        TableKind::Take { count, .. } | TableKind::Sample { count, .. } => f(count),
        TableKind::Top { count, key, .. } => {
            f(count);
            f(&mut key.value);
        }
        TableKind::SampleDistinct { count, of, .. } => {
            f(count);
            f(&mut of.value);
        }
        TableKind::Join { keys, .. } => keys.iter_mut().for_each(|(l, r)| {
            f(l);
            f(r);
        }),
        TableKind::MvExpand { columns, limit, .. } | TableKind::MvApply { columns, limit, .. } => {
            columns.iter_mut().for_each(|c| f(&mut c.value));
            limit.iter_mut().for_each(f);
        }
        TableKind::Parse { source, .. } | TableKind::ParseKv { source, .. } => f(source),
        TableKind::MakeSeries { keys, aggregates, axis, from, to, step, .. } => {
            keys.iter_mut().for_each(|k| f(&mut k.value));
            for (aggregate, default) in aggregates {
                call(aggregate, f);
                default.iter_mut().for_each(&mut *f);
            }
            f(&mut axis.value);
            from.iter_mut().chain(to).for_each(&mut *f);
            f(step);
        }
        TableKind::TopNested { levels, .. } => {
            for level in levels {
                level.count.iter_mut().for_each(&mut *f);
                f(&mut level.of.value);
                level.others.iter_mut().for_each(&mut *f);
                level.aggregates.iter_mut().for_each(|a| call(a, f));
                f(&mut level.by);
            }
        }
        TableKind::Evaluate { arguments, .. } => {
            for argument in arguments {
                match &mut argument.value {
                    PluginValue::Scalar(value) => f(value),
                    PluginValue::Aggregate(aggregate) => call(aggregate, f),
                    PluginValue::Table(_) | PluginValue::Star => {}
                }
            }
        }
        TableKind::Partition { by, .. } => f(by),
        TableKind::Scan { declared, partition_by, steps, .. } => {
            declared.iter_mut().filter_map(|d| d.2.as_mut()).for_each(&mut *f);
            partition_by.iter_mut().for_each(&mut *f);
            for step in steps {
                f(&mut step.condition);
                step.assignments.iter_mut().for_each(|a| f(&mut a.1));
            }
        }
        TableKind::Reduce { by, .. } => f(by),
        TableKind::TopHitters { count, of, by, .. } => {
            f(count);
            f(&mut of.value);
            by.iter_mut().for_each(f);
        }
    }
}

/// Calls `f` on the expressions an operator holds itself.
pub(crate) fn expressions<'a>(table: &'a Table, f: &mut dyn FnMut(&'a Expr)) {
    let call = |call: &'a AggregateCall, f: &mut dyn FnMut(&'a Expr)| call.arguments.iter().for_each(f);
    let key = |key: &'a SortKey, f: &mut dyn FnMut(&'a Expr)| f(&key.value);
    let expanded = |columns: &'a [ExpandColumn], f: &mut dyn FnMut(&'a Expr)| columns.iter().for_each(|c| f(&c.value));
    match &table.kind {
        TableKind::Source { .. }
        | TableKind::ApplyInput { .. }
        | TableKind::Empty
        | TableKind::Union { .. }
        | TableKind::Serialize { .. }
        | TableKind::Materialize { .. } => {}
        TableKind::GraphMatch(matched) => {
            graph_expressions(&matched.graph, f);
            matched.predicate.iter().for_each(&mut *f);
            matched.columns.iter().for_each(|c| f(&c.value));
            for value in &matched.values {
                if let GraphValueKind::Path { value, .. } = &value.kind {
                    f(value);
                }
            }
        }
        TableKind::GraphToTable { graph, .. } => graph_expressions(graph, f),
        TableKind::Datatable { rows } => rows.iter().flatten().for_each(f),
        TableKind::ExternalData { uris, .. } => uris.iter().for_each(f),
        TableKind::Range { from, to, step } => [from, to, step].into_iter().for_each(f),
        TableKind::Filter { predicate, .. } => f(predicate),
        TableKind::Project { columns, .. } => columns.iter().for_each(|c| f(&c.value)),
        TableKind::Summarize { keys, aggregates, .. } => {
            keys.iter().for_each(|k| f(&k.value));
            aggregates.iter().for_each(|a| call(a, f));
        }
        TableKind::Sort { keys, .. } => keys.iter().for_each(|k| key(k, f)),
        TableKind::Take { count, .. } | TableKind::Sample { count, .. } => f(count),
        TableKind::Top { count, key: by, .. } => {
            f(count);
            key(by, f);
        }
        TableKind::SampleDistinct { count, of, .. } => {
            f(count);
            f(&of.value);
        }
        TableKind::Join { keys, .. } => keys.iter().for_each(|(l, r)| {
            f(l);
            f(r);
        }),
        TableKind::MvExpand { columns, limit, .. } | TableKind::MvApply { columns, limit, .. } => {
            expanded(columns, f);
            limit.iter().for_each(f);
        }
        TableKind::Parse { source, .. } | TableKind::ParseKv { source, .. } => f(source),
        TableKind::MakeSeries { keys, aggregates, axis, from, to, step, .. } => {
            keys.iter().for_each(|k| f(&k.value));
            for (aggregate, default) in aggregates {
                call(aggregate, f);
                default.iter().for_each(&mut *f);
            }
            f(&axis.value);
            from.iter().chain(to).for_each(&mut *f);
            f(step);
        }
        TableKind::TopNested { levels, .. } => {
            for level in levels {
                level.count.iter().for_each(&mut *f);
                f(&level.of.value);
                level.others.iter().for_each(&mut *f);
                level.aggregates.iter().for_each(|a| call(a, f));
                f(&level.by);
            }
        }
        TableKind::Evaluate { arguments, .. } => {
            for argument in arguments {
                match &argument.value {
                    PluginValue::Scalar(value) => f(value),
                    PluginValue::Aggregate(aggregate) => call(aggregate, f),
                    PluginValue::Table(_) | PluginValue::Star => {}
                }
            }
        }
        TableKind::Partition { by, .. } => f(by),
        TableKind::Scan { declared, partition_by, steps, .. } => {
            declared.iter().filter_map(|d| d.2.as_ref()).for_each(&mut *f);
            partition_by.iter().for_each(&mut *f);
            for step in steps {
                f(&step.condition);
                step.assignments.iter().for_each(|a| f(&a.1));
            }
        }
        TableKind::Reduce { by, .. } => f(by),
        TableKind::TopHitters { count, of, by, .. } => {
            f(count);
            f(&of.value);
            by.iter().for_each(f);
        }
    }
}

/// The tables a graph is made of: its edges, then its node tables.
fn graph_inputs(graph: &Graph) -> Vec<&Arc<Table>> {
    match &graph.kind {
        GraphKind::Make { edges, nodes, .. } => std::iter::once(edges).chain(nodes.iter().map(|n| &n.table)).collect(),
        GraphKind::MarkComponents { input, .. }
        | GraphKind::WhereNodes { input, .. }
        | GraphKind::WhereEdges { input, .. } => graph_inputs(input),
    }
}

fn graph_expressions<'a>(graph: &'a Graph, f: &mut dyn FnMut(&'a Expr)) {
    match &graph.kind {
        GraphKind::Make { .. } => {}
        GraphKind::MarkComponents { input, .. } => graph_expressions(input, f),
        GraphKind::WhereNodes { input, predicate } | GraphKind::WhereEdges { input, predicate } => {
            graph_expressions(input, f);
            f(predicate);
        }
    }
}

/// A table's place in memory, by which its parts are known.
pub(crate) fn address(table: &Arc<Table>) -> usize {
    Arc::as_ptr(table) as usize
}

/// Calls `f` on a table and everything below it, tables of expressions included, until it says stop.
pub(crate) fn any_below(table: &Arc<Table>, seen: &mut HashSet<usize>, f: &mut dyn FnMut(&Table) -> bool) -> bool {
    if !seen.insert(address(table)) {
        return false;
    }
    if f(table) {
        return true;
    }
    let mut found = inputs(table).into_iter().any(|input| any_below(input, seen, f));
    expressions(table, &mut |expr| {
        tables_in(expr, &mut |inner, _| found = found || any_below(inner, seen, f));
    });
    found
}
