//! Window functions in `project` and `extend`: `row_number`, `prev`, `next`, `row_cumsum`, `row_rank_*`,
//! `row_window_session`.
//!
//! Calls may stand inside other calls (`row_cumsum(x, id != prev(id))`). Those without calls inside are computed first, all
//! in one pass over the ordered rows, then those over their results, and so on.

mod spec;

pub use spec::{window_function, window_functions};

use crate::error::{At, PlanError, Result};
use crate::expression::{convert, runs};
use crate::nodes::OperationNode;
use crate::nodes::window::{Function, Window, WindowColumn};
use crate::planner::{Order, Planner};
use crate::rows::Rows;
use crate::walk;
use datafusion::common::ScalarValue;
use datafusion::logical_expr::Expr as DfExpr;
use kql_bind::bound::{Expr, ExprKind, NamedExpr, Table};
use kql_diagnostic::Span;
use kql_functions::arrow_type;
use kql_types::ScalarType;
use kql_types::function::FunctionKind;
use std::sync::Arc;

/// True when a window function is called somewhere in the expression.
pub(crate) fn has_window_call(expr: &Expr) -> bool {
    let mut found = false;
    walk::each_expression(expr, &mut |e| found |= is_window_call(e));
    found
}

fn is_window_call(expr: &Expr) -> bool {
    matches!(&expr.kind, ExprKind::Call { function, .. } if function.kind == FunctionKind::Window)
}

impl Planner<'_> {
    pub(crate) fn windowed_project(&self, input: &Arc<Table>, columns: &[NamedExpr], span: Span) -> Result<Rows> {
        let mut rows = self.rows(input, Order::Matters)?;
        let mut columns = columns.to_vec();
        while columns.iter().any(|c| has_window_call(&c.value)) {
            let mut pass = Pass::default();
            for column in &mut columns {
                self.extract(&mut column.value, &mut pass)?;
            }
            let groups: Vec<DfExpr> = rows.carried.groups().collect();
            let window = Window { groups: groups.len(), columns: pass.columns };
            let expressions = groups.into_iter().chain(pass.arguments).collect();
            rows.plan = OperationNode::plan(window, expressions, rows.plan).at(span)?;
        }
        let lowered = columns.iter().map(|c| Ok((c.name.to_string(), self.value(&c.value)?))).collect::<Result<_>>()?;
        rows.project(lowered, span)
    }

    /// Takes the innermost window calls out of an expression, leaving columns in their place.
    fn extract(&self, expr: &mut Expr, pass: &mut Pass) -> Result<()> {
        if is_window_call(expr) {
            let ExprKind::Call { arguments, .. } = &expr.kind else { return Ok(()) };
            if !arguments.iter().any(has_window_call) {
                let name = self.window_call(expr, pass)?;
                expr.kind = ExprKind::Column(name.into());
                return Ok(());
            }
        }
        let mut result = Ok(());
        walk::each_child_mut(expr, &mut |child| {
            if result.is_ok() {
                result = self.extract(child, pass);
            }
        });
        result
    }

    fn window_call(&self, expr: &Expr, pass: &mut Pass) -> Result<String> {
        let ExprKind::Call { function: spec, arguments, .. } = &expr.kind else {
            return Err(PlanError::internal(expr.span, "no call"));
        };
        runs(spec, expr.span)?;
        let result = expr.ty;
        let mut argument = |index: usize| -> Result<Option<usize>> {
            let Some(argument) = arguments.get(index) else { return Ok(None) };
            let mut value = self.value(argument)?;
            if argument.ty == ScalarType::Int && result == ScalarType::Long && spec.name == "row_cumsum" {
                value = datafusion::logical_expr::cast(value, arrow_type(result));
            }
            if index == 2
                && matches!(spec.name, "prev" | "next")
                && let Some(default) = arguments.get(index)
                && default.ty != result
            {
                value = convert(value, default.ty, result, default.span)?;
            }
            pass.arguments.push(value);
            Ok(Some(pass.arguments.len() - 1))
        };
        let needed = |found: Option<usize>| {
            found.ok_or_else(|| PlanError::internal(expr.span, format!("'{}' lacks an argument", spec.name)))
        };
        let constant = |index: usize, default: i64| -> Result<i64> {
            match arguments.get(index) {
                Some(argument) => Ok(self.constant_long(argument)?.unwrap_or(default)),
                None => Ok(default),
            }
        };
        let function = match spec.name {
            "row_number" => Function::RowNumber { start: constant(0, 1)?, restart: argument(1)? },
            "row_cumsum" => Function::CumSum { value: needed(argument(0)?)?, restart: argument(1)? },
            "row_rank_dense" => Function::Rank { dense: true, value: needed(argument(0)?)?, restart: argument(1)? },
            "row_rank_min" => Function::Rank { dense: false, value: needed(argument(0)?)?, restart: argument(1)? },
            "row_rank" => {
                let dense = match arguments.get(1) {
                    Some(dense) => self.constant(dense)? != ScalarValue::Boolean(Some(false)),
                    None => true,
                };
                Function::Rank { dense, value: needed(argument(0)?)?, restart: None }
            }
            "row_window_session" => Function::Session {
                value: needed(argument(0)?)?,
                from_first: constant(1, i64::MAX)?,
                between: constant(2, i64::MAX)?,
                restart: argument(3)?,
            },
            "prev" | "next" => {
                let offset = match arguments.get(1) {
                    Some(n) => match self.constant(n)? {
                        ScalarValue::Int32(v) => v.map_or(1, i64::from),
                        ScalarValue::Int64(v) => v.unwrap_or(1),
                        ScalarValue::Float64(v) => v.unwrap_or(1.0) as i64,
                        _ => return Err(PlanError::internal(n.span, "an offset that is no number")),
                    },
                    None => 1,
                };
                let offset = if spec.name == "prev" { offset.saturating_neg() } else { offset };
                Function::Shift { value: needed(argument(0)?)?, offset, default: argument(2)? }
            }
            other => return Err(PlanError::unsupported(expr.span, format!("'{other}' cannot be run yet"))),
        };
        let name = self.fresh("window");
        pass.columns.push(WindowColumn { name: name.clone(), ty: result, function });
        Ok(name)
    }
}

/// The calls computed in one pass, and their arguments.
#[derive(Default)]
struct Pass {
    columns: Vec<WindowColumn>,
    arguments: Vec<DfExpr>,
}
