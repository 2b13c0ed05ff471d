//! Gives every computed column of a plan a name of its own.
//!
//! KQL redefines columns freely: `extend x = x + 1 | extend x = x + 1`. DataFusion merges neighbouring projections, and one
//! that looks exactly like its input is taken for the same thing twice and dropped (`merge_consecutive_projections`, 55.2),
//! which is wrong when it reads what it defines. With names that are never used again no projection can look like its
//! input. Columns keep their places, so a node's new columns are found by position.

use datafusion::common::tree_node::{Transformed, TreeNode};
use datafusion::common::{Column, Result, internal_err};
use datafusion::logical_expr::expr::Alias;
use datafusion::logical_expr::{
    Aggregate, Distinct, Expr, Extension, Filter, Join, Limit, LogicalPlan, Projection, Sort, SortExpr, SubqueryAlias,
    Union,
};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// The plan with unique names inside and its own names outside.
///
/// # Errors
/// For nodes that this crate does not make.
pub(crate) fn with_unique_names(plan: &LogicalPlan) -> Result<LogicalPlan> {
    let inner = Names::default().rewrite(plan)?;
    let shown = plan.schema().fields().iter();
    let columns = inner.schema().columns().into_iter().zip(shown).map(|(column, field)| match &column {
        Column { relation: None, name, .. } if name == field.name() => Expr::Column(column),
        _ => Expr::Column(column).alias(field.name()),
    });
    let columns: Vec<Expr> = columns.collect();
    if columns.iter().all(|c| matches!(c, Expr::Column(_))) {
        return Ok(inner);
    }
    Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(inner))?))
}

#[derive(Default)]
struct Names {
    used: HashSet<String>,
}

/// From the columns of a node's old input to those of its new one.
type Renamed = HashMap<Column, Column>;

fn renamed(old: &LogicalPlan, new: &LogicalPlan) -> Renamed {
    old.schema().columns().into_iter().zip(new.schema().columns()).collect()
}

fn in_new_names(expr: &Expr, names: &Renamed) -> Result<Expr> {
    let rename = |e: Expr| {
        Ok(match e {
            Expr::Column(column) => match names.get(&column) {
                Some(new) => Transformed::yes(Expr::Column(new.clone())),
                None => Transformed::no(Expr::Column(column)),
            },
            other => Transformed::no(other),
        })
    };
    Ok(expr.clone().transform(rename)?.data)
}

impl Names {
    fn fresh(&mut self, name: &str) -> String {
        if self.used.insert(name.to_owned()) {
            return name.to_owned();
        }
        let mut number = self.used.len();
        loop {
            let candidate = format!("{name}:{number}");
            if self.used.insert(candidate.clone()) {
                return candidate;
            }
            number += 1;
        }
    }

    fn rewrite(&mut self, plan: &LogicalPlan) -> Result<LogicalPlan> {
        Ok(match plan {
            LogicalPlan::TableScan(_) => plan.clone(),
            LogicalPlan::EmptyRelation(_) => self.added(plan.clone(), &HashSet::new())?,
            LogicalPlan::Projection(projection) => self.projection(projection)?,
            LogicalPlan::Filter(filter) => {
                let input = self.rewrite(&filter.input)?;
                let predicate = in_new_names(&filter.predicate, &renamed(&filter.input, &input))?;
                LogicalPlan::Filter(Filter::try_new(predicate, Arc::new(input))?)
            }
            LogicalPlan::Sort(sort) => {
                let input = self.rewrite(&sort.input)?;
                let names = renamed(&sort.input, &input);
                let key = |s: &SortExpr| Ok(SortExpr { expr: in_new_names(&s.expr, &names)?, ..s.clone() });
                let expr = sort.expr.iter().map(key).collect::<Result<_>>()?;
                LogicalPlan::Sort(Sort { expr, input: Arc::new(input), fetch: sort.fetch })
            }
            LogicalPlan::Limit(limit) => {
                let input = Arc::new(self.rewrite(&limit.input)?);
                LogicalPlan::Limit(Limit { input, ..limit.clone() })
            }
            LogicalPlan::Distinct(Distinct::All(input)) => {
                LogicalPlan::Distinct(Distinct::All(Arc::new(self.rewrite(input)?)))
            }
            LogicalPlan::Aggregate(aggregate) => {
                let input = self.rewrite(&aggregate.input)?;
                let names = renamed(&aggregate.input, &input);
                let group = aggregate.group_expr.iter().map(|e| in_new_names(e, &names)).collect::<Result<_>>()?;
                let result = |e: &Expr| match e {
                    Expr::Alias(alias) => Ok(in_new_names(&alias.expr, &names)?.alias(self.fresh(&alias.name))),
                    other => in_new_names(other, &names),
                };
                let results = aggregate.aggr_expr.iter().map(result).collect::<Result<_>>()?;
                LogicalPlan::Aggregate(Aggregate::try_new(Arc::new(input), group, results)?)
            }
            LogicalPlan::SubqueryAlias(alias) => {
                let input = Arc::new(self.rewrite(&alias.input)?);
                LogicalPlan::SubqueryAlias(SubqueryAlias::try_new(input, alias.alias.clone())?)
            }
            LogicalPlan::Join(join) => {
                let (left, right) = (self.rewrite(&join.left)?, self.rewrite(&join.right)?);
                let mut names = renamed(&join.left, &left);
                names.extend(renamed(&join.right, &right));
                let pair = |(l, r): &(Expr, Expr)| Ok((in_new_names(l, &names)?, in_new_names(r, &names)?));
                let on = join.on.iter().map(pair).collect::<Result<_>>()?;
                let filter = join.filter.as_ref().map(|f| in_new_names(f, &names)).transpose()?;
                LogicalPlan::Join(Join::try_new(
                    Arc::new(left),
                    Arc::new(right),
                    on,
                    filter,
                    join.join_type,
                    join.join_constraint,
                    join.null_equality,
                    join.null_aware,
                )?)
            }
            LogicalPlan::Union(union) => {
                let shared: Vec<String> = union.schema.fields().iter().map(|f| self.fresh(f.name())).collect();
                let mut legs = Vec::with_capacity(union.inputs.len());
                for leg in &union.inputs {
                    let leg = self.rewrite(leg)?;
                    let columns = leg.schema().columns().into_iter().zip(&shared);
                    let columns = columns.map(|(column, name)| Expr::Column(column).alias(name)).collect();
                    legs.push(Arc::new(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(leg))?)));
                }
                LogicalPlan::Union(Union::try_new(legs)?)
            }
            LogicalPlan::Extension(extension) => {
                let old = extension.node.inputs();
                let inputs = old.iter().map(|i| self.rewrite(i)).collect::<Result<Vec<_>>>()?;
                // A node of several inputs reads them by position and has no expressions.
                let names: Renamed = old.iter().zip(&inputs).flat_map(|(old, new)| renamed(old, new)).collect();
                let expressions =
                    extension.node.expressions().iter().map(|e| in_new_names(e, &names)).collect::<Result<_>>()?;
                let kept: HashSet<Column> = inputs.iter().flat_map(|i| i.schema().columns()).collect();
                let node = extension.node.with_exprs_and_inputs(expressions, inputs)?;
                self.added(LogicalPlan::Extension(Extension { node }), &kept)?
            }
            other => return internal_err!("a node that the planner does not make: {}", other.display()),
        })
    }

    /// A node's own columns, under other names where theirs are used.
    fn added(&mut self, plan: LogicalPlan, kept: &HashSet<Column>) -> Result<LogicalPlan> {
        let mut taken = false;
        let columns = plan.schema().columns().into_iter().map(|column| {
            if kept.contains(&column) || self.used.insert(column.name.clone()) {
                return Expr::Column(column);
            }
            taken = true;
            let name = self.fresh(&column.name);
            Expr::Column(column).alias(name)
        });
        let columns: Vec<Expr> = columns.collect();
        if !taken {
            return Ok(plan);
        }
        Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(plan))?))
    }

    fn projection(&mut self, projection: &Projection) -> Result<LogicalPlan> {
        let input = self.rewrite(&projection.input)?;
        let names = renamed(&projection.input, &input);
        let mut shown: HashSet<Column> = HashSet::new();
        let mut columns = Vec::with_capacity(projection.expr.len());
        for (expr, field) in projection.expr.iter().zip(projection.schema.fields()) {
            let inner = match expr {
                Expr::Alias(Alias { expr, .. }) => expr,
                other => other,
            };
            let inner = in_new_names(inner, &names)?;
            columns.push(match inner {
                // A column that is only renamed keeps its unique name.
                Expr::Column(column) if column.relation.is_none() && shown.insert(column.clone()) => {
                    Expr::Column(column)
                }
                other => other.alias(self.fresh(field.name())),
            });
        }
        Ok(LogicalPlan::Projection(Projection::try_new(columns, Arc::new(input))?))
    }
}
