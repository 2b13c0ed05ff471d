//! `parse_xml`.

use crate::ScalarFunction;
use crate::kernel::dynamic_map;
use crate::text_form::text_forms;
use datafusion_common::HashMap;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use roxmltree::{Document, Node, ParsingOptions};

/// Longer documents give null, as in the real engine.
const MAX_SIZE: usize = 1 << 20;

pub(crate) static PARSE_XML: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_xml",
        FunctionKind::Scalar,
        &["(xml_text:text) -> dynamic"],
        "An XML document as a bag with its root element. An element becomes its text, a string; with attributes or child \
         elements a bag of `@name` members, `#text` and one member for each child's name, an array where a name is repeated; \
         an empty element null. Null when the text is no XML, has a document type, is longer than 1 MB, nests deeper than a \
         dynamic value may, or has more than 4096 attributes in an element or 256 namespaces. <https://learn.microsoft.com/kusto/query/parse-xml-function>",
    )
    .named(ResultName::FirstArgument)
    .examples(&[
        example("parse_xml('<e name=\"v\"><a>1</a><a>2</a></e>')", "{\"e\":{\"@name\":\"v\",\"a\":[\"1\",\"2\"]}}"),
        example("parse_xml('no xml')", "null"),
    ]),
    kernel: |call, args| {
        let text = text_forms(call, args, 0)?;
        dynamic_map(args, |row, out| {
            let text = text.text(row);
            if text.len() > MAX_SIZE || !is_modest(text) {
                return false;
            }
            let Ok(document) = Document::parse_with_options(text, ParsingOptions::default()) else { return false };
            let root = document.root_element();
            out.push('{');
            dynamic::write_quoted(out, name(root));
            out.push(':');
            write_element(out, root);
            out.push('}');
            true
        })
    },
};

/// The bag around the root takes one level.
const MAX_DEPTH: usize = dynamic::MAX_DEPTH - 1;
/// The most attributes of an element, and namespaces of a document: the work in the parser grows with the square.
const MAX_ATTRIBUTES: usize = 4096;
const MAX_NAMESPACES: usize = 256;

/// A look at the tags before anything walks them: false for what would cost too much. Malformed text may pass.
fn is_modest(text: &str) -> bool {
    let bytes = text.as_bytes();
    let (mut at, mut depth, mut namespaces) = (0, 0usize, 0);
    let after = |from: usize, end: &str| {
        memchr::memmem::find(&bytes[from..], end.as_bytes()).map_or(bytes.len(), |i| from + i + end.len())
    };
    while let Some(found) = memchr::memchr(b'<', &bytes[at..]) {
        let tag = at + found;
        at = match &bytes[tag + 1..] {
            [b'!', b'-', b'-', ..] => after(tag, "-->"),
            [b'!', b'[', ..] => after(tag, "]]>"),
            [b'?', ..] => after(tag, "?>"),
            [b'/', ..] => {
                depth = depth.saturating_sub(1);
                after(tag, ">")
            }
            rest => {
                let (mut quote, mut attributes, mut end) = (None, 0, rest.len());
                for (i, byte) in rest.iter().enumerate() {
                    match (quote, byte) {
                        (None, b'>') => {
                            end = i;
                            break;
                        }
                        (None, b'"' | b'\'') => quote = Some(*byte),
                        (None, b'=') => attributes += 1,
                        (Some(q), b) if q == *b => quote = None,
                        _ => {}
                    }
                }
                let tag_text = &rest[..end];
                if !tag_text.ends_with(b"/") {
                    depth += 1;
                }
                namespaces += memchr::memmem::find_iter(tag_text, "xmlns").count();
                if depth > MAX_DEPTH || attributes > MAX_ATTRIBUTES || namespaces > MAX_NAMESPACES {
                    return false;
                }
                tag + 1 + end
            }
        };
    }
    true
}

/// The name as it is written, with its prefix.
fn name<'a>(node: Node<'a, '_>) -> &'a str {
    let tag = node.document().input_text().get(node.range()).unwrap_or("").trim_start_matches('<');
    let end = tag.find(|c: char| c.is_whitespace() || c == '/' || c == '>').unwrap_or(tag.len());
    &tag[..end]
}

fn write_element(out: &mut String, node: Node) {
    let source = node.document().input_text();
    let mut attributes: Vec<(String, &str)> = Vec::new();
    for namespace in node.namespaces() {
        // Those of the parents count as this element's too.
        let inherited = node.parent().is_some_and(|p| p.namespaces().any(|n| n == namespace));
        if !inherited && namespace.name() != Some("xml") {
            let prefix = namespace.name().map_or(String::new(), |n| format!(":{n}"));
            attributes.push((format!("@xmlns{prefix}"), namespace.uri()));
        }
    }
    for attribute in node.attributes() {
        let name = source.get(attribute.range_qname()).unwrap_or(attribute.name());
        attributes.push((format!("@{name}"), attribute.value()));
    }
    let mut text = String::new();
    let mut children: Vec<(&str, Vec<Node>)> = Vec::new();
    let mut by_name: HashMap<&str, usize> = HashMap::new();
    // Where the text stands among the children.
    let mut text_at = None;
    for child in node.children() {
        if child.is_element() {
            let name = name(child);
            let place = *by_name.entry(name).or_insert(children.len());
            match children.get_mut(place) {
                Some((_, same)) => same.push(child),
                None => children.push((name, vec![child])),
            }
        } else if let Some(part) = child.text().filter(|t| child.is_text() && !t.trim().is_empty()) {
            text_at.get_or_insert(children.len());
            text.push_str(part);
        }
    }
    let text = text.trim();
    if attributes.is_empty() && children.is_empty() {
        return if text_at.is_some() { dynamic::write_quoted(out, text) } else { out.push_str("null") };
    }
    let mut separator = '{';
    let mut key = |out: &mut String, name: &str| {
        out.push(std::mem::replace(&mut separator, ','));
        dynamic::write_quoted(out, name);
        out.push(':');
    };
    for (name, value) in &attributes {
        key(out, name);
        dynamic::write_quoted(out, value);
    }
    for (i, (name, same)) in children.iter().enumerate() {
        if text_at == Some(i) {
            key(out, "#text");
            dynamic::write_quoted(out, text);
        }
        key(out, name);
        if let [only] = same.as_slice() {
            write_element(out, *only);
            continue;
        }
        for (i, child) in same.iter().enumerate() {
            out.push(if i == 0 { '[' } else { ',' });
            write_element(out, *child);
        }
        out.push(']');
    }
    if text_at == Some(children.len()) {
        key(out, "#text");
        dynamic::write_quoted(out, text);
    }
    out.push('}');
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn elements_become_bags() {
        for (xml, want) in [
            ("<e/>", r#"{"e":null}"#),
            ("<e></e>", r#"{"e":null}"#),
            ("<e>text</e>", r#"{"e":"text"}"#),
            (r#"<e name="value" />"#, r#"{"e":{"@name":"value"}}"#),
            (r#"<e name="value">text</e>"#, r##"{"e":{"@name":"value","#text":"text"}}"##),
            ("<e> <a>text</a> <b>text</b> </e>", r#"{"e":{"a":"text","b":"text"}}"#),
            ("<e> <a>1</a> <b/> <a>2</a> </e>", r#"{"e":{"a":["1","2"],"b":null}}"#),
            ("<e> text <a>text</a> </e>", r##"{"e":{"#text":"text","a":"text"}}"##),
            ("<e><a/>text</e>", r##"{"e":{"a":null,"#text":"text"}}"##),
            ("<?xml version=\"1.0\"?>\n<d><v>118.0</v></d>", r#"{"d":{"v":"118.0"}}"#),
            ("<e><![CDATA[a<b]]>&amp;&#233;</e>", r#"{"e":"a<b&é"}"#),
            ("<!-- c --><e><!-- c --></e>", r#"{"e":null}"#),
            (
                r#"<n:E xmlns:n="u" xmlns="v" n:a="1"><Data Name="x">y</Data></n:E>"#,
                r##"{"n:E":{"@xmlns:n":"u","@xmlns":"v","@n:a":"1","Data":{"@Name":"x","#text":"y"}}}"##,
            ),
            ("", "null"),
            ("text", "null"),
            ("<a><b></a>", "null"),
            ("<!DOCTYPE e [<!ENTITY x \"y\">]><e>&x;</e>", "null"),
        ] {
            check("parse_xml", &[string(xml)], dynamic(want));
        }
        check("parse_xml", &[dynamic("null")], dynamic("null"));
    }

    #[test]
    fn hostile_documents() {
        let deep = |n: usize| format!("{}{}", "<a>".repeat(n), "</a>".repeat(n));
        check("parse_xml", &[string(&deep(100_000))], dynamic("null"));
        let want = format!("{}null{}", r#"{"a":"#.repeat(200), "}".repeat(200));
        check("parse_xml", &[string(&deep(200))], dynamic(&want));
        check("parse_xml", &[string(&format!("<a>{}</a>", "x".repeat(1 << 20)))], dynamic("null"));
        let many = |each: &dyn Fn(usize) -> String| (0..20_000).map(each).collect::<String>();
        check("parse_xml", &[string(&format!("<a{}/>", many(&|i| format!(" b{i}='>'"))))], dynamic("null"));
        check(
            "parse_xml",
            &[string(&format!("<a>{}</a>", many(&|i| format!("<b xmlns:n{i}='u'/>"))))],
            dynamic("null"),
        );
        let names = many(&|i| format!("<b{i}/>"));
        let want = many(&|i| format!("{}\"b{i}\":null", if i == 0 { "" } else { "," }));
        check("parse_xml", &[string(&format!("<a>{names}</a>"))], dynamic(&format!("{{\"a\":{{{want}}}}}")));
    }
}
