//! Functions the binder writes out or types itself: what no signature line can say.

mod columns;
mod conditional;
mod conversion;
mod model;
mod series;
mod time;

use crate::binder::Binder;
use crate::bound::Expr;
use crate::expression::Arg;
use crate::overload::Chosen;
use kql_syntax::ast;
use kql_types::function::FunctionSpec;

impl<'s> Binder<'s> {
    /// A call of a function that is bound otherwise than by its signature; `None` for all others.
    pub(crate) fn special(&mut self, call: &'s ast::Call) -> Option<Expr> {
        Some(match call.name.text.as_str() {
            "iff" | "iif" => self.iff(call),
            "case" => self.case(call),
            "not" => self.not(call),
            "now" => self.now(call),
            "ago" => self.ago(call),
            "ingestion_time" => self.ingestion_time(call)?,
            "column_ifexists" | "columnifexists" => self.column_if_exists(call),
            "iscolumnexists" => self.is_column_exists(call),
            "pack_all" => self.pack_all(call)?,
            "bag_pack_columns" => self.bag_pack_columns(call)?,
            "column_names_of" => self.column_names_of(call),
            "bin_auto" => self.bin_auto(call)?,
            "current_database" => self.current_database(call),
            name => {
                if let Some(value) = self.graph_function(call) {
                    return Some(value);
                }
                let to = conversion::target(name)?;
                self.conversion(call, to)
            }
        })
    }

    /// The result of a function whose signature says `custom`, or that the binder types more exactly than its signature.
    pub(crate) fn special_result(
        &mut self,
        spec: &'static FunctionSpec,
        chosen: &Chosen,
        args: &[Arg<'s>],
        call: &'s ast::Call,
    ) -> Option<Expr> {
        match spec.name {
            "array_sort_asc" | "array_sort_desc" => Some(self.array_sort(spec, chosen, args, call)),
            _ => None,
        }
    }
}
