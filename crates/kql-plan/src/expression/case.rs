//! `iff` and `case`.

use super::Position;
use crate::error::Result;
use crate::planner::Planner;
use datafusion::logical_expr::Expr as DfExpr;
use datafusion::logical_expr::expr::Case;
use kql_bind::bound::Expr;
use kql_types::ScalarType;

impl Planner<'_> {
    /// The first condition that is true decides, as in SQL; a null condition counts as false.
    pub(super) fn case(&self, branches: &[(Expr, Expr)], otherwise: &Expr, position: Position) -> Result<DfExpr> {
        let result = if otherwise.ty == ScalarType::Bool { position } else { Position::Value };
        let branch =
            |(when, then): &(Expr, Expr)| Ok((Box::new(self.condition(when)?), Box::new(self.lower(then, result)?)));
        let branches = branches.iter().map(branch).collect::<Result<Vec<_>>>()?;
        Ok(DfExpr::Case(Case::new(None, branches, Some(Box::new(self.lower(otherwise, result)?)))))
    }
}
