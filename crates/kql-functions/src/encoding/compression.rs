//! gzip and zlib, each as Base64.

use super::base64::ENGINE;
use crate::ScalarFunction;
use crate::kernel::{refuse, string_map, texts};
use ::base64::Engine;
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use flate2::{Compression, Crc, read};
use kql_diagnostic::code;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::io::Read;

/// The largest text that is decompressed, in bytes: a few kilobytes can stand for gigabytes.
const MAX_SIZE: usize = 64 << 20;

/// What a compressed text must save to be worth the code tables in front of it. Shorter texts are stored as they are, as
/// the real engine does.
const TABLES: usize = 80;

pub(crate) static GZIP_COMPRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "gzip_compress_to_base64_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "A text compressed with gzip, as Base64. The bytes for long texts differ from the real engine's, what they \
         decompress to does not. <https://learn.microsoft.com/kusto/query/gzip-base64-compress>",
    )
    .examples(&[example(
        "gzip_compress_to_base64_string('1234567890qwertyuiop')",
        "\"H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==\"",
    )]),
    kernel: |_, args| {
        compress(args, |text, body| {
            let mut crc = Crc::new();
            crc.update(text);
            // Deflate, no flags, no time, unknown system.
            [&[0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff], body, &crc.sum().to_le_bytes(), &crc.amount().to_le_bytes()]
                .concat()
        })
    },
};

pub(crate) static ZLIB_COMPRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "zlib_compress_to_base64_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "A text compressed with zlib, as Base64. The bytes for long texts differ from the real engine's, what they \
         decompress to does not. <https://learn.microsoft.com/kusto/query/zlib-base64-compress-function>",
    )
    .examples(&[example(
        "zlib_compress_to_base64_string('1234567890qwertyuiop')",
        "\"eAEBFADr/zEyMzQ1Njc4OTBxd2VydHl1aW9wOAkGdw==\"",
    )]),
    kernel: |_, args| compress(args, |text, body| [&[0x78, 0x01], body, &adler32(text).to_be_bytes()].concat()),
};

pub(crate) static GZIP_DECOMPRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "gzip_decompress_from_base64_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "The text that Base64 of gzip stands for; `''` when it is none or no UTF-8. \
         <https://learn.microsoft.com/kusto/query/gzip-base64-decompress>",
    )
    .examples(&[
        example(
            "gzip_decompress_from_base64_string('H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==')",
            "\"1234567890qwertyuiop\"",
        ),
        example("gzip_decompress_from_base64_string('x0x0x0')", "\"\""),
    ]),
    kernel: |_, args| decompress("gzip_decompress_from_base64_string", args, read::MultiGzDecoder::new),
};

pub(crate) static ZLIB_DECOMPRESS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "zlib_decompress_from_base64_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "The text that Base64 of zlib data stands for; `''` when it is none or no UTF-8. \
         <https://learn.microsoft.com/kusto/query/zlib-base64-decompress-function>",
    )
    .examples(&[example(
        "zlib_decompress_from_base64_string('eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=')",
        "\"Test string 123\"",
    )]),
    kernel: |_, args| decompress("zlib_decompress_from_base64_string", args, read::ZlibDecoder::new),
};

fn compress(args: &[ColumnarValue], frame: impl Fn(&[u8], &[u8]) -> Vec<u8>) -> Result<ColumnarValue> {
    let text = texts(&args[0])?;
    string_map(args, |row, out| {
        let text = text.text(row).as_bytes();
        let mut body = Vec::new();
        let deflated = read::DeflateEncoder::new(text, Compression::fast()).read_to_end(&mut body);
        if deflated.is_err() || body.len() + TABLES >= text.len() {
            body = stored(text);
        }
        ENGINE.encode_string(frame(text, &body), out);
    })
}

/// Deflate blocks that hold the bytes as they are.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 5);
    let chunks: Vec<&[u8]> = if bytes.is_empty() { vec![bytes] } else { bytes.chunks(0xffff).collect() };
    for (i, chunk) in chunks.iter().enumerate() {
        let length = chunk.len() as u16;
        out.push(u8::from(i + 1 == chunks.len()));
        out.extend(length.to_le_bytes());
        out.extend((!length).to_le_bytes());
        out.extend(*chunk);
    }
    out
}

/// The checksum at the end of zlib data (RFC 1950).
fn adler32(bytes: &[u8]) -> u32 {
    let (mut a, mut b) = (1u32, 0u32);
    // 5552 additions cannot overflow 32 bits.
    for chunk in bytes.chunks(5552) {
        for byte in chunk {
            a += u32::from(*byte);
            b += a;
        }
        a %= 65521;
        b %= 65521;
    }
    b << 16 | a
}

fn decompress<R: Read>(
    name: &str,
    args: &[ColumnarValue],
    reader: impl Fn(std::io::Cursor<Vec<u8>>) -> R,
) -> Result<ColumnarValue> {
    let text = texts(&args[0])?;
    let mut too_big = false;
    let result = string_map(args, |row, out| {
        let Ok(bytes) = ENGINE.decode(text.text(row)) else { return };
        let mut plain = Vec::new();
        let read = reader(std::io::Cursor::new(bytes)).take(MAX_SIZE as u64 + 1).read_to_end(&mut plain);
        too_big |= plain.len() > MAX_SIZE;
        if read.is_ok() && plain.len() <= MAX_SIZE {
            out.push_str(std::str::from_utf8(&plain).unwrap_or(""));
        }
    })?;
    if too_big {
        return Err(refuse(code::LIMIT, format!("{name}() would make a text of more than {} MiB", MAX_SIZE >> 20)));
    }
    Ok(result)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Call;
    use crate::testing::{check, error, string};
    use kql_types::ScalarType;

    #[test]
    fn short_texts_are_stored() {
        let plain = string("1234567890qwertyuiop");
        let gzip = string("H4sIAAAAAAAA/wEUAOv/MTIzNDU2Nzg5MHF3ZXJ0eXVpb3A6m7f2FAAAAA==");
        let zlib = string("eAEBFADr/zEyMzQ1Njc4OTBxd2VydHl1aW9wOAkGdw==");
        check("gzip_compress_to_base64_string", std::slice::from_ref(&plain), gzip.clone());
        check("gzip_decompress_from_base64_string", &[gzip], plain.clone());
        check("zlib_compress_to_base64_string", std::slice::from_ref(&plain), zlib.clone());
        check("zlib_decompress_from_base64_string", &[zlib], plain);
        check(
            "zlib_decompress_from_base64_string",
            &[string("eJwLSS0uUSguKcrMS1cwNDIGACxqBQ4=")],
            string("Test string 123"),
        );
    }

    #[test]
    fn every_text_comes_back() {
        let noise: String =
            (0..100_000u32).filter_map(|i| char::from_u32(i.wrapping_mul(2_654_435_761) >> 15)).collect();
        for text in ["", "é", &"the same again ".repeat(10_000), &noise] {
            for (frame, compress, decompress) in
                [("gzip", &GZIP_COMPRESS, &GZIP_DECOMPRESS), ("zlib", &ZLIB_COMPRESS, &ZLIB_DECOMPRESS)]
            {
                let types = [ScalarType::String];
                let call = Call { arguments: &types, result: ScalarType::String, results: &[], rows: 1 };
                let one = ColumnarValue::Scalar(datafusion_common::ScalarValue::Utf8View(Some(text.to_owned())));
                let packed = (compress.kernel)(&call, std::slice::from_ref(&one)).unwrap();
                let ColumnarValue::Scalar(back) = (decompress.kernel)(&call, &[packed]).unwrap() else { panic!() };
                assert!(
                    back == datafusion_common::ScalarValue::Utf8View(Some(text.to_owned())),
                    "{frame} {}",
                    text.len()
                );
            }
        }
    }

    #[test]
    fn bad_and_huge_data() {
        for bad in ["x0x0x0", "", "AAAA", "H4sIAAAAAAAA/wEUAOv/MTIz"] {
            check("gzip_decompress_from_base64_string", &[string(bad)], string(""));
            check("zlib_decompress_from_base64_string", &[string(bad)], string(""));
        }
        let zeros = vec![b'0'; MAX_SIZE + 1];
        let mut bomb = Vec::new();
        read::ZlibEncoder::new(&zeros[..], Compression::fast()).read_to_end(&mut bomb).unwrap();
        let why = error("zlib_decompress_from_base64_string", &[string(&ENGINE.encode(bomb))], ScalarType::String);
        assert!(why.contains("64 MiB"), "{why}");
    }
}
