//! Infix operators, those first that the operand left of them can have.

use super::Completion;
use super::collect::{Collector, Parts};
use crate::item::ItemKind;
use crate::words::{INFIX, Operands};
use kql_types::ScalarType;

impl Completion<'_> {
    pub(super) fn infix(&self, out: &mut Collector<'_>) {
        use ScalarType as T;
        let left = self.scope.left.unwrap_or(T::Unknown);
        for (word, operands, meaning) in INFIX {
            let fits = match operands {
                Operands::Any => true,
                Operands::Text => matches!(left, T::String | T::Dynamic | T::Unknown),
                Operands::Ordered => !matches!(left, T::Bool | T::Guid | T::Dynamic),
                Operands::Number => !matches!(left, T::Bool | T::Guid | T::Dynamic | T::String),
                Operands::Bool => matches!(left, T::Bool | T::Unknown),
            };
            if !fits {
                continue;
            }
            out.rank = match (operands, left) {
                (Operands::Bool, T::Bool) => 20,
                (Operands::Ordered, T::String) => 32,
                _ => 30,
            };
            let list = matches!(*word, "in" | "!in" | "in~" | "!in~" | "has_any" | "has_all");
            let insert = if list && !out.follows('(') { format!("{word} (") } else { out.spaced(word) };
            out.add(word, ItemKind::Infix, || Parts::new(insert, "", *meaning));
        }
        out.rank = 50;
    }
}
