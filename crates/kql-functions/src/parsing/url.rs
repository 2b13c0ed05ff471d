//! `parse_url`, `parse_urlquery`.

use super::write_members;
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use std::collections::BTreeMap;

pub(crate) static PARSE_URL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_url",
        FunctionKind::Scalar,
        &["(url:string) -> dynamic"],
        "The parts of an absolute URL, all of them strings and none decoded: Scheme, Host, Port, Path (with its leading \
         `/`, but `''` when the URL ends there), Username and Password (only when both are there, else they stay in the \
         host), Query Parameters (a bag with sorted keys; a repeated key holds an array, pairs without key or value are \
         left out), Fragment. All are `''` when the text is no absolute URL. \
         <https://learn.microsoft.com/kusto/query/parse-url-function>",
    )
    .aliases(&["parseurl"])
    .examples(&[example(
        "parse_url('scheme://user:pw@host:1234/this/path?k1=v1&k2=v2#fragment')",
        "{\"Scheme\":\"scheme\",\"Host\":\"host\",\"Port\":\"1234\",\"Path\":\"/this/path\",\"Username\":\"user\",\
         \"Password\":\"pw\",\"Query Parameters\":{\"k1\":\"v1\",\"k2\":\"v2\"},\"Fragment\":\"fragment\"}",
    )]),
    kernel: |_, args| {
        let url = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let parts = Parts::of(url.text(row)).unwrap_or_default();
            out.push('{');
            write_members(
                out,
                &[
                    ("Scheme", parts.scheme),
                    ("Host", parts.host),
                    ("Port", parts.port),
                    ("Path", parts.path),
                    ("Username", parts.username),
                    ("Password", parts.password),
                ],
            );
            out.push(',');
            write_query(out, parts.query);
            out.push(',');
            write_members(out, &[("Fragment", parts.fragment)]);
            out.push('}');
            true
        })
    },
};

pub(crate) static PARSE_URLQUERY: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_urlquery",
        FunctionKind::Scalar,
        &["(query:string) -> dynamic"],
        "The parameters in the query part of a URL, as in `parse_url()`. \
         <https://learn.microsoft.com/kusto/query/parse-url-query-function>",
    )
    .aliases(&["parseurlquery"])
    .examples(&[example("parse_urlquery('k1=v1&k2=v2')", "{\"Query Parameters\":{\"k1\":\"v1\",\"k2\":\"v2\"}}")]),
    kernel: |_, args| {
        let query = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            out.push('{');
            write_query(out, query.text(row));
            out.push('}');
            true
        })
    },
};

#[derive(Debug, Default)]
struct Parts<'a> {
    scheme: &'a str,
    host: &'a str,
    port: &'a str,
    path: &'a str,
    username: &'a str,
    password: &'a str,
    query: &'a str,
    fragment: &'a str,
}

impl<'a> Parts<'a> {
    fn of(url: &'a str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
        if !scheme.starts_with(|c: char| c.is_ascii_alphabetic()) || !scheme.chars().all(word) {
            return None;
        }
        let (rest, fragment) = rest.split_once('#').unwrap_or((rest, ""));
        let (rest, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (username, password, address) = authority
            .rsplit_once('@')
            .and_then(|(user, address)| user.split_once(':').map(|(name, password)| (name, password, address)))
            .unwrap_or(("", "", authority));
        let (host, port) = address
            .rsplit_once(':')
            .filter(|(_, port)| port.bytes().all(|b| b.is_ascii_digit()))
            .unwrap_or((address, ""));
        let path = if path == "/" && url.ends_with('/') { "" } else { path };
        Some(Parts { scheme, host, port, path, username, password, query, fragment })
    }
}

fn write_query(out: &mut String, query: &str) {
    let mut parameters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for pair in query.split('&') {
        if let Some((key, value)) = pair.split_once('=').filter(|(k, v)| !k.is_empty() && !v.is_empty()) {
            parameters.entry(key).or_default().push(value);
        }
    }
    out.push_str("\"Query Parameters\":{");
    for (i, (key, values)) in parameters.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        dynamic::write_quoted(out, key);
        out.push(':');
        if let [only] = values.as_slice() {
            dynamic::write_quoted(out, only);
            continue;
        }
        for (i, value) in values.iter().enumerate() {
            out.push(if i == 0 { '[' } else { ',' });
            dynamic::write_quoted(out, value);
        }
        out.push(']');
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    /// Scheme, host, port, path, username, password, query, fragment.
    fn url(parts: [&str; 8]) -> String {
        let [scheme, host, port, path, username, password, query, fragment] = parts;
        format!(
            r#"{{"Scheme":"{scheme}","Host":"{host}","Port":"{port}","Path":"{path}","Username":"{username}","Password":"{password}","Query Parameters":{{{query}}},"Fragment":"{fragment}"}}"#
        )
    }

    #[test]
    fn parts_of_a_url() {
        for (text, parts) in [
            (
                "scheme://username:password@host:1234/this/is/a/path?k1=v1&k2=v2#fragment",
                [
                    "scheme",
                    "host",
                    "1234",
                    "/this/is/a/path",
                    "username",
                    "password",
                    r#""k1":"v1","k2":"v2""#,
                    "fragment",
                ],
            ),
            ("https://h", ["https", "h", "", "", "", "", "", ""]),
            ("https://h/", ["https", "h", "", "", "", "", "", ""]),
            ("https://h/?x=1", ["https", "h", "", "/", "", "", r#""x":"1""#, ""]),
            ("HTTP://Host.COM/A%20b", ["HTTP", "Host.COM", "", "/A%20b", "", "", "", ""]),
            ("ftp://user@h/p", ["ftp", "user@h", "", "/p", "", "", "", ""]),
            ("http://[::1]:80/x", ["http", "[::1]", "80", "/x", "", "", "", ""]),
            ("http://[::1]/x", ["http", "[::1]", "", "/x", "", "", "", ""]),
            ("http://h?b=2&a=1&b=3", ["http", "h", "", "", "", "", r#""a":"1","b":["2","3"]"#, ""]),
            ("http://h/p?=v&k=&k2&k3=v3=w", ["http", "h", "", "/p", "", "", r#""k3":"v3=w""#, ""]),
            ("http://h/p#f?x=1", ["http", "h", "", "/p", "", "", "", "f?x=1"]),
            ("bing.com", [""; 8]),
            ("", [""; 8]),
            ("://h", [""; 8]),
            ("1a://h", [""; 8]),
        ] {
            check("parse_url", &[string(text)], dynamic(&url(parts)));
            check("parseurl", &[string(text)], dynamic(&url(parts)));
        }
    }

    #[test]
    fn query_alone() {
        for (query, want) in [
            ("k1=v1&k2=v2&k3=v3", r#"{"k1":"v1","k2":"v2","k3":"v3"}"#),
            ("view=vs-2019&preserve-view=true", r#"{"preserve-view":"true","view":"vs-2019"}"#),
            ("", "{}"),
            ("a=\"x\"", r#"{"a":"\"x\""}"#),
        ] {
            check("parse_urlquery", &[string(query)], dynamic(&format!("{{\"Query Parameters\":{want}}}")));
        }
    }
}
