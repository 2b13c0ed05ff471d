//! Searching text: the rules of `contains`, `startswith`, `endswith`, `has`, `hasprefix`, `hassuffix` and `=~`, and the
//! machines that apply them to many rows.
//!
//! A *term* is a maximal run of Unicode letters and digits. `has` finds its needle where no term is cut: at an end of the
//! needle that is itself a letter or digit the text may not go on with one. At other ends anything may follow, so a
//! needle of delimiters alone is found like a plain substring, and the empty needle everywhere.
//!
//! Case is ignored by [`fold::fold`].

mod any_needle;
pub(crate) mod fold;
mod heads;
mod list;
mod matcher;
mod memo;
mod pair;
mod simd;

pub(crate) use heads::Heads;
pub(crate) use list::{AnyTerm, FoldedSet};
pub(crate) use matcher::{Matcher, Mode, matcher, same_folded};
pub(crate) use memo::match_rows;

/// True when the character that ends at byte `at` is a letter or digit.
#[inline]
pub(crate) fn term_before(text: &str, at: usize) -> bool {
    match at.checked_sub(1).map(|i| text.as_bytes()[i]) {
        None => false,
        Some(b) if b.is_ascii() => b.is_ascii_alphanumeric(),
        Some(_) => text[..at].chars().next_back().is_some_and(char::is_alphanumeric),
    }
}

/// True when the character that starts at byte `at` is a letter or digit.
#[inline]
pub(crate) fn term_after(text: &str, at: usize) -> bool {
    match text.as_bytes().get(at) {
        None => false,
        Some(b) if b.is_ascii() => b.is_ascii_alphanumeric(),
        Some(_) => text[at..].chars().next().is_some_and(char::is_alphanumeric),
    }
}
