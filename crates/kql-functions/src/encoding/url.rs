//! `url_encode`, `url_encode_component`, `url_decode`.

use crate::ScalarFunction;
use crate::kernel::{string_map, texts};
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static URL_ENCODE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "url_encode",
        FunctionKind::Scalar,
        &["(url:string) -> string"],
        "The text as a form sends it: blanks as `+`, other characters but letters, digits and `-_.!*()` as `%` and two small \
         hex digits for each byte. <https://learn.microsoft.com/kusto/query/url-encode-function>",
    )
    .examples(&[example(
        "url_encode('https://www.bing.com/hello world')",
        "\"https%3a%2f%2fwww.bing.com%2fhello+world\"",
    )]),
    kernel: |_, args| {
        let url = texts(&args[0])?;
        string_map(args, |row, out| encode(url.text(row), "+", out))
    },
};

pub(crate) static URL_ENCODE_COMPONENT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "url_encode_component",
        FunctionKind::Scalar,
        &["(url:string) -> string"],
        "As `url_encode()`, with `%20` for a blank. \
         <https://learn.microsoft.com/kusto/query/url-encode-component-function>",
    )
    .examples(&[example("url_encode_component('a b/é')", "\"a%20b%2f%c3%a9\"")]),
    kernel: |_, args| {
        let url = texts(&args[0])?;
        string_map(args, |row, out| encode(url.text(row), "%20", out))
    },
};

fn encode(text: &str, blank: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push_str(blank),
            b'-' | b'_' | b'.' | b'!' | b'*' | b'(' | b')' => out.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => out.push(char::from(byte)),
            _ => {
                let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
                out.extend(['%', digit(byte >> 4), digit(byte & 15)]);
            }
        }
    }
}

pub(crate) static URL_DECODE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "url_decode",
        FunctionKind::Scalar,
        &["(encoded_url:string) -> string"],
        "The text with `%` and two hex digits read as bytes of UTF-8 and `+` as a blank. A `%` without digits stays; bytes \
         that are no UTF-8 give U+FFFD. <https://learn.microsoft.com/kusto/query/url-decode-function>",
    )
    .examples(&[example("url_decode('https%3a%2f%2fwww.bing.com%2f')", "\"https://www.bing.com/\"")]),
    kernel: |_, args| {
        let url = texts(&args[0])?;
        string_map(args, |row, out| {
            let blanks = url.text(row).replace('+', " ");
            out.push_str(&percent_encoding::percent_decode_str(&blanks).decode_utf8_lossy());
        })
    },
};

#[cfg(test)]
mod tests {
    use crate::testing::{check, string};

    #[test]
    fn encoded_and_back() {
        for (text, form, component) in [
            ("https://h/hello world/", "https%3a%2f%2fh%2fhello+world%2f", "https%3a%2f%2fh%2fhello%20world%2f"),
            ("a-_.!*()b", "a-_.!*()b", "a-_.!*()b"),
            ("~'+%&=é", "%7e%27%2b%25%26%3d%c3%a9", "%7e%27%2b%25%26%3d%c3%a9"),
            ("", "", ""),
        ] {
            check("url_encode", &[string(text)], string(form));
            check("url_encode_component", &[string(text)], string(component));
            check("url_decode", &[string(form)], string(text));
            check("url_decode", &[string(component)], string(text));
        }
        for (text, want) in [("100%", "100%"), ("%zz%4", "%zz%4"), ("%C3%A9", "é"), ("%ff", "\u{fffd}")] {
            check("url_decode", &[string(text)], string(want));
        }
    }
}
