//! `hash_md5`, `hash_sha1`, `hash_sha256`.

use crate::ScalarFunction;
use crate::kernel::string_map;
use crate::text_form::text_forms;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use kql_types::function::{Example, FunctionKind, FunctionSpec, example};
use sha2::Digest;

/// Appends the hexadecimal digest of the text form of each row; nothing for an empty text, as the engine does.
fn digests<D: Digest>(call: &crate::Call, args: &[ColumnarValue]) -> Result<ColumnarValue> {
    const HEX: &[u8; 16] = b"0123456789abcdef";
    let values = text_forms(call, args, 0)?;
    string_map(args, |row, out| {
        let text = values.text(row);
        if !text.is_empty() {
            for byte in D::digest(text.as_bytes()) {
                out.push(char::from(HEX[usize::from(byte >> 4)]));
                out.push(char::from(HEX[usize::from(byte & 15)]));
            }
        }
    })
}

const fn digest(
    name: &'static str,
    doc: &'static str,
    examples: &'static [Example],
    kernel: crate::Kernel,
) -> ScalarFunction {
    ScalarFunction {
        spec: FunctionSpec::new(name, FunctionKind::Scalar, &["(source:scalar) -> string"], doc).examples(examples),
        kernel,
    }
}

pub(crate) static HASH_MD5: ScalarFunction = digest(
    "hash_md5",
    "The MD5 digest of the text form of a value in lower-case hexadecimal digits; `''` of an empty text. \
     <https://learn.microsoft.com/kusto/query/hash-md5-function>",
    &[
        example("hash_md5('World')", "\"f5a7924e621e84c9280a9a27e1bcb7f6\""),
        example("hash_md5(datetime(2020-01-01))", "\"786c530672d1f8db31fee25ea8a9390b\""),
        example("hash_md5('')", "\"\""),
    ],
    digests::<md5::Md5>,
);

pub(crate) static HASH_SHA1: ScalarFunction = digest(
    "hash_sha1",
    "The SHA-1 digest of the text form of a value in lower-case hexadecimal digits; `''` of an empty text. \
     <https://learn.microsoft.com/kusto/query/hash-sha1-function>",
    &[
        example("hash_sha1('World')", "\"70c07ec18ef89c5309bbb0937f3a6342411e1fdd\""),
        example("hash_sha1(datetime(2020-01-01))", "\"e903e533f4d636b4fc0dcf3cf81e7b7f330de776\""),
    ],
    digests::<sha1::Sha1>,
);

pub(crate) static HASH_SHA256: ScalarFunction = digest(
    "hash_sha256",
    "The SHA-256 digest of the text form of a value in lower-case hexadecimal digits; `''` of an empty text. \
     <https://learn.microsoft.com/kusto/query/hash-sha256-function>",
    &[
        example("hash_sha256('World')", "\"78ae647dc5544d227130a0682a51e30bc7777fbb6d8a8f17007463a3ecd1d524\""),
        example("hash_sha256(long(null))", "\"\""),
    ],
    digests::<sha2::Sha256>,
);
