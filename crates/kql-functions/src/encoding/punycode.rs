//! Punycode (RFC 3492) of labels and of domain names.

use crate::ScalarFunction;
use crate::kernel::{string_map, texts};
use datafusion_common::Result;
use datafusion_expr::ColumnarValue;
use idna::punycode;
use kql_types::function::{FunctionKind, FunctionSpec, example};

/// Longer labels are not tried: a label of a domain name has at most 63 characters, and the work grows with the square.
const MAX_LABEL: usize = 4096;

pub(crate) static FROM_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "punycode_from_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "A text in punycode, without the prefix `xn--`; `''` when that fails, as for more than 4096 bytes. \
         <https://learn.microsoft.com/kusto/query/punycode-from-string-function>",
    )
    .examples(&[example("punycode_from_string('académie-française')", "\"acadmie-franaise-npb1a\"")]),
    kernel: |_, args| convert(args, encode),
};

pub(crate) static TO_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "punycode_to_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "The text that punycode without the prefix `xn--` stands for; `''` when that fails. \
         <https://learn.microsoft.com/kusto/query/punycode-to-string-function>",
    )
    .examples(&[example("punycode_to_string('acadmie-franaise-npb1a')", "\"académie-française\"")]),
    kernel: |_, args| convert(args, decode),
};

pub(crate) static DOMAIN_FROM_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "punycode_domain_from_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "A domain name with its `xn--` labels decoded; `''` when one of them cannot be. \
         <https://learn.microsoft.com/kusto/query/punycode-domain-from-string-function>",
    )
    .examples(&[example("punycode_domain_from_string('xn--Lin-8na.Celtchair.org')", "\"Lúin.Celtchair.org\"")]),
    kernel: |_, args| {
        convert(args, |domain| {
            labels(domain, &['.'], |label| match label.get(..4) {
                Some(prefix) if prefix.eq_ignore_ascii_case("xn--") => decode(&label[4..]),
                _ => Some(label.to_owned()),
            })
        })
    },
};

pub(crate) static DOMAIN_TO_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "punycode_domain_to_string",
        FunctionKind::Scalar,
        &["(string:string) -> string"],
        "A domain name with its labels outside ASCII in punycode, after `xn--`. The three other full stops of domain names \
         (`。`, `．`, `｡`) become dots; case stays. `''` when a label cannot be encoded. \
         <https://learn.microsoft.com/kusto/query/punycode-domain-to-string-function>",
    )
    .examples(&[example("punycode_domain_to_string('艺术.com')", "\"xn--cqv902d.com\"")]),
    kernel: |_, args| {
        convert(args, |domain| {
            labels(domain, &['.', '\u{3002}', '\u{FF0E}', '\u{FF61}'], |label| {
                if label.is_ascii() { Some(label.to_owned()) } else { Some(format!("xn--{}", encode(label)?)) }
            })
        })
    },
};

fn convert(args: &[ColumnarValue], f: impl Fn(&str) -> Option<String>) -> Result<ColumnarValue> {
    let text = texts(&args[0])?;
    string_map(args, |row, out| out.push_str(&f(text.text(row)).unwrap_or_default()))
}

fn encode(text: &str) -> Option<String> {
    if text.len() > MAX_LABEL { None } else { punycode::encode_str(text) }
}

fn decode(text: &str) -> Option<String> {
    if text.len() > MAX_LABEL { None } else { punycode::decode_to_string(text) }
}

fn labels(domain: &str, dots: &[char], f: impl Fn(&str) -> Option<String>) -> Option<String> {
    Some(domain.split(dots).map(f).collect::<Option<Vec<_>>>()?.join("."))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, string};

    #[test]
    fn labels() {
        for (text, code) in [("académie-française", "acadmie-franaise-npb1a"), ("艺术", "cqv902d"), ("", "")] {
            check("punycode_from_string", &[string(text)], string(code));
            check("punycode_to_string", &[string(code)], string(text));
        }
        for bad in ["é", "a-é", "99999999", &"a".repeat(5000)] {
            check("punycode_to_string", &[string(bad)], string(""));
        }
    }

    #[test]
    fn domains() {
        for (code, domain) in [
            ("xn--Ge-mia.Bulg.edu", "Gáe.Bulg.edu"),
            ("xn--Ry-lja8c.xn--Jng-uta63a.xn--Bng-9ka.com", "Rúyì.Jīngū.Bàng.com"),
            ("xn--cqv902d.com", "艺术.com"),
            ("plain.com.", "plain.com."),
            ("", ""),
        ] {
            check("punycode_domain_from_string", &[string(code)], string(domain));
            check("punycode_domain_to_string", &[string(domain)], string(code));
        }
        check("punycode_domain_from_string", &[string("XN--Lin-8na.org")], string("Lúin.org"));
        check("punycode_domain_from_string", &[string("a.xn--99999999")], string(""));
        check(
            "punycode_domain_to_string",
            &[string("Lê Lợi。Thuận Thiên。com")],
            string("xn--L Li-gpa4517b.xn--Thun Thin-s4a7194f.com"),
        );
    }
}
