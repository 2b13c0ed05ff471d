//! `project-reorder`.

use crate::binder::{Binder, with_inferred};
use crate::bound::Table;
use crate::operators::project_away::{Choice, picked};
use kql_diagnostic::{Span, code};
use kql_syntax::ast::{self, SortOrder};
use kql_types::{Column, ScalarType};
use std::cmp::Ordering;
use std::collections::HashSet;
use std::sync::Arc;

impl<'s> Binder<'s> {
    /// `project-reorder a, b* asc`: listed columns first, the rest after in input order. What a pattern matches is sorted by
    /// name when asked; `granny` order takes digits as numbers.
    pub(crate) fn project_reorder(
        &mut self,
        input: Arc<Table>,
        columns: &'s [(ast::Expr, Option<SortOrder>)],
        span: Span,
    ) -> Arc<Table> {
        let mut order: Vec<Arc<str>> = Vec::new();
        let mut seen: HashSet<Arc<str>> = HashSet::new();
        let mut inferred = Vec::new();
        let mut after_star = false;
        for (column, sort) in columns {
            let pattern = matches!(column.kind, ast::ExprKind::Star | ast::ExprKind::Wildcard(_));
            let mut names = match self.column_choice(&input.schema, column) {
                Choice::Columns(names) => names,
                Choice::Inferred(name) => {
                    inferred.push(Column { name: Arc::clone(&name), ty: ScalarType::Unknown });
                    vec![name]
                }
                Choice::None => continue,
            };
            match sort {
                None => {}
                Some(SortOrder::Asc) => names.sort(),
                Some(SortOrder::Desc) => names.sort_by(|a, b| b.cmp(a)),
                Some(SortOrder::GrannyAsc) => names.sort_by(|a, b| granny(a, b)),
                Some(SortOrder::GrannyDesc) => names.sort_by(|a, b| granny(b, a)),
            }
            after_star |= is_star(column);
            for name in names {
                if seen.insert(Arc::clone(&name)) {
                    order.push(name);
                } else if !pattern && !after_star {
                    self.error(
                        code::DUPLICATE_COLUMN,
                        column.span,
                        format!("the column '{name}' has its place already"),
                    );
                }
            }
        }
        let input = with_inferred(&input, inferred);
        order.extend(input.schema.columns.iter().filter(|c| !seen.contains(&c.name)).map(|c| Arc::clone(&c.name)));
        let columns = order.iter().filter_map(|n| input.schema.column(n).cloned()).collect();
        picked(input, columns, true, span)
    }
}

fn is_star(e: &ast::Expr) -> bool {
    match &e.kind {
        ast::ExprKind::Star => true,
        ast::ExprKind::Wildcard(name) => name.text == "*",
        _ => false,
    }
}

/// Natural order: runs of digits compare as numbers.
fn granny(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a, b);
    loop {
        let (digits_a, digits_b) = (digits(a), digits(b));
        if digits_a > 0 && digits_b > 0 {
            let (number_a, number_b) = (a[..digits_a].trim_start_matches('0'), b[..digits_b].trim_start_matches('0'));
            let order = number_a.len().cmp(&number_b.len()).then_with(|| number_a.cmp(number_b));
            if order != Ordering::Equal {
                return order;
            }
            (a, b) = (&a[digits_a..], &b[digits_b..]);
            continue;
        }
        let (mut chars_a, mut chars_b) = (a.chars(), b.chars());
        match (chars_a.next(), chars_b.next()) {
            (None, None) => return Ordering::Equal,
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(x), Some(y)) if x != y => return x.cmp(&y),
            _ => (a, b) = (chars_a.as_str(), chars_b.as_str()),
        }
    }
}

fn digits(text: &str) -> usize {
    text.bytes().take_while(u8::is_ascii_digit).count()
}

#[cfg(test)]
mod tests {
    use super::granny;
    use std::cmp::Ordering;

    #[test]
    fn digits_count_as_numbers() {
        assert_eq!(granny("a2", "a10"), Ordering::Less);
        assert_eq!(granny("a10", "a9b"), Ordering::Greater);
        assert_eq!(granny("a02", "a2"), Ordering::Equal);
        assert_eq!(granny("a", "ab"), Ordering::Less);
    }
}
