//! Base64 of text, byte arrays and guids.

use crate::ScalarFunction;
use crate::kernel::{dynamic_map, finish, guids, rows, string_map, texts};
use ::base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use ::base64::{Engine, alphabet};
use arrow::array::FixedSizeBinaryBuilder;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use kql_types::{dynamic, number};
use std::sync::Arc;

/// The standard alphabet with padding; unused bits of the last digit may be set.
pub(super) const ENGINE: GeneralPurpose =
    GeneralPurpose::new(&alphabet::STANDARD, GeneralPurposeConfig::new().with_decode_allow_trailing_bits(true));

pub(crate) static DECODE_TOSTRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_decode_tostring",
        FunctionKind::Scalar,
        &["(base64_string:string) -> string"],
        "The UTF-8 text that a Base64 text stands for; `''` when it is no padded Base64 or its bytes are no UTF-8. Text in \
         UTF-16, as in PowerShell's encoded commands, comes with a NUL after each ASCII character: take them out with \
         `replace_string(s, '\\0', '')`. \
         <https://learn.microsoft.com/kusto/query/base64-decode-tostring-function>",
    )
    .aliases(&["base64_decodestring"])
    .examples(&[example("base64_decode_tostring('S3VzdG8=')", "\"Kusto\"")]),
    kernel: |_, args| {
        let text = texts(&args[0])?;
        let mut bytes = Vec::new();
        string_map(args, |row, out| {
            bytes.clear();
            if ENGINE.decode_vec(text.text(row), &mut bytes).is_ok() {
                out.push_str(std::str::from_utf8(&bytes).unwrap_or(""));
            }
        })
    },
};

pub(crate) static ENCODE_TOSTRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_encode_tostring",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "Base64 of the UTF-8 bytes of a text. \
         <https://learn.microsoft.com/kusto/query/base64-encode-tostring-function>",
    )
    .aliases(&["base64_encodestring"])
    .examples(&[example("base64_encode_tostring('Kusto')", "\"S3VzdG8=\"")]),
    kernel: |_, args| {
        let text = texts(&args[0])?;
        string_map(args, |row, out| ENGINE.encode_string(text.text(row), out))
    },
};

pub(crate) static DECODE_TOARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_decode_toarray",
        FunctionKind::Scalar,
        &["(base64_string:string) -> dynamic"],
        "The bytes that a Base64 text stands for, as an array of numbers; null when it is no padded Base64. \
         <https://learn.microsoft.com/kusto/query/base64-decode-toarray-function>",
    )
    .examples(&[example("base64_decode_toarray('S3VzdG8=')", "[75,117,115,116,111]")]),
    kernel: |_, args| {
        let text = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Ok(bytes) = ENGINE.decode(text.text(row)) else { return false };
            out.push('[');
            for (i, byte) in bytes.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                number::write_long(out, i64::from(*byte));
            }
            out.push(']');
            true
        })
    },
};

pub(crate) static ENCODE_FROMARRAY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_encode_fromarray",
        FunctionKind::Scalar,
        &["(base64_string_decoded_as_array:array) -> string"],
        "Base64 of bytes, given as an array of numbers from 0 to 255; `''` for anything else. \
         <https://learn.microsoft.com/kusto/query/base64-encode-fromarray-function>",
    )
    .examples(&[example("base64_encode_fromarray(dynamic([75, 117, 115, 116, 111]))", "\"S3VzdG8=\"")]),
    kernel: |_, args| {
        let array = texts(&args[0])?;
        string_map(args, |row, out| {
            let Some(json) = array.get(row).filter(|j| j.starts_with('[')) else { return };
            let bytes: Option<Vec<u8>> = dynamic::array_items(json).map(|item| item.parse().ok()).collect();
            if let Some(bytes) = bytes {
                ENGINE.encode_string(bytes, out);
            }
        })
    },
};

/// Between the order of the digits and the order of the bytes in .NET and in Base64, which starts with three numbers in
/// little-endian.
fn swap(mut guid: [u8; 16]) -> [u8; 16] {
    guid[..4].reverse();
    guid[4..6].reverse();
    guid[6..8].reverse();
    guid
}

pub(crate) static DECODE_TOGUID: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_decode_toguid",
        FunctionKind::Scalar,
        &["(base64_string:string) -> guid"],
        "The guid whose 16 bytes a Base64 text stands for; null when it is no Base64 of 16 bytes. \
         <https://learn.microsoft.com/kusto/query/base64-decode-toguid-function>",
    )
    .examples(&[
        example("base64_decode_toguid('JpbpECu8dUy7Pv5gbeJXAA==')", "\"10e99626-bc2b-4c75-bb3e-fe606de25700\""),
        example("base64_decode_toguid('abcd1231')", "null"),
    ]),
    kernel: |_, args| {
        let (text, n) = (texts(&args[0])?, rows(args));
        let mut out = FixedSizeBinaryBuilder::with_capacity(n, 16);
        for row in 0..n {
            let bytes = ENGINE.decode(text.text(row)).ok().and_then(|b| <[u8; 16]>::try_from(b).ok());
            match bytes {
                Some(bytes) => out.append_value(swap(bytes))?,
                None => out.append_null(),
            }
        }
        finish(args, Arc::new(out.finish()))
    },
};

pub(crate) static ENCODE_FROMGUID: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "base64_encode_fromguid",
        FunctionKind::Scalar,
        &["(guid:guid) -> string"],
        "Base64 of the 16 bytes of a guid; `''` for null. \
         <https://learn.microsoft.com/kusto/query/base64-encode-fromguid-function>",
    )
    .examples(&[example(
        "base64_encode_fromguid(toguid('ae3133f2-6e22-49ae-b06a-16e6a9b212eb'))",
        "\"8jMxriJurkmwahbmqbIS6w==\"",
    )]),
    kernel: |_, args| {
        let guid = guids(&args[0])?;
        string_map(args, |row, out| {
            if let Some(bytes) = guid.get(row).and_then(|b| <[u8; 16]>::try_from(b).ok()) {
                ENGINE.encode_string(swap(bytes), out);
            }
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};
    use kql_types::{Value, guid};

    #[test]
    fn text() {
        for (text, base64) in [("Kusto", "S3VzdG8="), ("", ""), ("é😀", "w6nwn5iA"), ("a\0b\0", "YQBiAA==")] {
            check("base64_encode_tostring", &[string(text)], string(base64));
            check("base64_encodestring", &[string(text)], string(base64));
            check("base64_decode_tostring", &[string(base64)], string(text));
            check("base64_decodestring", &[string(base64)], string(text));
        }
        for bad in ["S3VzdG8", "S3Vz dG8=", "****", "U3RyaW5n0KHR0tGA0L7Rh9C60LA=", "/w=="] {
            check("base64_decode_tostring", &[string(bad)], string(""));
        }
        check("base64_decode_tostring", &[string("YR==")], string("a"));
    }

    #[test]
    fn arrays() {
        for (base64, array) in [("S3VzdG8=", "[75,117,115,116,111]"), ("/wA=", "[255,0]"), ("", "[]")] {
            check("base64_decode_toarray", &[string(base64)], dynamic(array));
            check("base64_encode_fromarray", &[dynamic(array)], string(base64));
        }
        check("base64_decode_toarray", &[string("U3RyaW5n0KHR0tGA0L7Rh9C60LA")], dynamic("null"));
        for bad in ["[256]", "[-1]", "[1.5]", "[\"a\"]", "null", "{}", "7"] {
            check("base64_encode_fromarray", &[dynamic(bad)], string(""));
        }
    }

    #[test]
    fn guids() {
        let id = Value::Guid(guid::parse("ae3133f2-6e22-49ae-b06a-16e6a9b212eb"));
        check("base64_encode_fromguid", std::slice::from_ref(&id), string("8jMxriJurkmwahbmqbIS6w=="));
        check("base64_decode_toguid", &[string("8jMxriJurkmwahbmqbIS6w==")], id);
        check("base64_decode_toguid", &[string("abcd1231")], Value::Guid(None));
        check("base64_encode_fromguid", &[Value::Guid(None)], string(""));
    }
}
