//! String functions, one file per small family.

use crate::ScalarFunction;

mod case;
mod concat;
mod format_bytes;
pub(crate) mod indexof;
mod length;
mod replace;
mod split;
mod substring;
mod unicode;
mod whole;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &length::STRLEN,
    &length::STRING_SIZE,
    &case::TOLOWER,
    &case::TOUPPER,
    &concat::STRCAT,
    &concat::STRCAT_DELIM,
    &concat::STRCAT_ARRAY,
    &split::SPLIT,
    &substring::SUBSTRING,
    &indexof::INDEXOF,
    &replace::REPLACE_STRING,
    &replace::REPLACE_STRINGS,
    &replace::TRANSLATE,
    &whole::STRCMP,
    &whole::STRREP,
    &whole::REVERSE,
    &unicode::FROM_STRING,
    &unicode::TO_STRING,
    &unicode::ISASCII,
    &unicode::ISUTF8,
    &format_bytes::FORMAT_BYTES,
];
