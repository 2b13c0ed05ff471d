//! Encodings of text and bytes: URLs, Base64, compression, punycode.

use crate::ScalarFunction;

mod base64;
mod compression;
mod punycode;
mod url;

/// The functions of this family.
pub static FUNCTIONS: &[&ScalarFunction] = &[
    &base64::DECODE_TOSTRING,
    &base64::ENCODE_TOSTRING,
    &base64::DECODE_TOARRAY,
    &base64::ENCODE_FROMARRAY,
    &base64::DECODE_TOGUID,
    &base64::ENCODE_FROMGUID,
    &url::URL_ENCODE,
    &url::URL_ENCODE_COMPONENT,
    &url::URL_DECODE,
    &compression::GZIP_COMPRESS,
    &compression::GZIP_DECOMPRESS,
    &compression::ZLIB_COMPRESS,
    &compression::ZLIB_DECOMPRESS,
    &punycode::FROM_STRING,
    &punycode::TO_STRING,
    &punycode::DOMAIN_FROM_STRING,
    &punycode::DOMAIN_TO_STRING,
];
