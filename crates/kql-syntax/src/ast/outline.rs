//! The tree as indented text, for people: `kql explain --stage parse`, and the expected trees of the tests.
//!
//! It is made from the derived `Debug` text, so that no field can be forgotten: spans, empty lists and absent parts are left
//! out, wrappers such as `Expr { kind: … }` are unwrapped, and what fits on a line stays on one.

use super::Script;

/// Lines are broken beyond this width.
const WIDTH: usize = 110;

/// A node of the `Debug` text.
enum Node {
    /// A word, number or string as written.
    Atom(String),
    /// `Name { field: … }` or `Name(…)`; labels are empty in the second form.
    Branch(String, Vec<(String, Node)>),
    /// `[…]`
    List(Vec<Node>),
}

impl Script {
    /// The statements as indented text without spans, one part a line where a line is too short.
    pub fn outline(&self) -> String {
        let text = format!("{:?}", self.statements);
        let mut out = String::new();
        if let Some(Node::List(statements)) = (Reader { rest: &text }).node() {
            for statement in statements.into_iter().filter_map(simplify) {
                write(&statement, "", 0, &mut out);
            }
        }
        out
    }
}

/// Reads the text that `derive(Debug)` writes. Anything else ends the reading.
struct Reader<'a> {
    rest: &'a str,
}

impl Reader<'_> {
    fn eat(&mut self, text: &str) -> bool {
        match self.rest.strip_prefix(text) {
            Some(rest) => {
                self.rest = rest;
                true
            }
            None => false,
        }
    }

    fn until(&mut self, stop: impl Fn(char) -> bool) -> String {
        let end = self.rest.find(stop).unwrap_or(self.rest.len());
        let (word, rest) = self.rest.split_at(end);
        self.rest = rest;
        word.to_owned()
    }

    fn node(&mut self) -> Option<Node> {
        if self.eat("[") {
            return Some(Node::List(self.items("]")?.into_iter().map(|(_, item)| item).collect()));
        }
        if self.eat("(") {
            return Some(Node::Branch(String::new(), self.items(")")?));
        }
        if self.rest.starts_with('"') {
            return Some(Node::Atom(self.string()));
        }
        let word = self.until(|c| matches!(c, ' ' | '(' | ',' | ')' | ']' | '}'));
        if self.eat("(") {
            return Some(Node::Branch(word, self.items(")")?));
        }
        if self.eat(" { ") {
            let mut fields = Vec::new();
            while !self.eat("}") {
                let label = self.until(|c| c == ':');
                if !self.eat(": ") {
                    return None;
                }
                fields.push((label, self.node()?));
                self.eat(", ");
                self.eat(" ");
            }
            return Some(Node::Branch(word, fields));
        }
        (!word.is_empty()).then_some(Node::Atom(word))
    }

    fn items(&mut self, close: &str) -> Option<Vec<(String, Node)>> {
        let mut items = Vec::new();
        while !self.eat(close) {
            items.push((String::new(), self.node()?));
            self.eat(", ");
        }
        Some(items)
    }

    fn string(&mut self) -> String {
        let mut escaped = false;
        let end = self.rest.char_indices().skip(1).find(|(_, c)| {
            let ends = *c == '"' && !escaped;
            escaped = *c == '\\' && !escaped;
            ends
        });
        let (text, rest) = self.rest.split_at(end.map_or(self.rest.len(), |(at, _)| at + 1));
        self.rest = rest;
        text.to_owned()
    }
}

/// Leaves out what says nothing; `None` for a part that is not there.
fn simplify(node: Node) -> Option<Node> {
    match node {
        Node::Atom(text) if text == "None" || text == "false" => None,
        Node::Atom(text) => Some(Node::Atom(text)),
        Node::List(items) => {
            let items: Vec<Node> = items.into_iter().map(|n| simplify(n).unwrap_or(Node::Atom("-".into()))).collect();
            (!items.is_empty()).then_some(Node::List(items))
        }
        Node::Branch(name, parts) => branch(name, parts),
    }
}

fn branch(name: String, mut parts: Vec<(String, Node)>) -> Option<Node> {
    match name.as_str() {
        "Span" => return None,
        "Name" if parts.iter().any(|(label, _)| label == "text") => return Some(Node::Atom(written_name(&parts))),
        // Values keep their `false` and `None`.
        "Bool" | "Int" | "Long" | "Real" | "Decimal" | "Datetime" | "Timespan" | "Guid" | "Dynamic" => {
            let inner = parts.pop().map(|(_, node)| flat(&node)).unwrap_or_default();
            let inner = inner.strip_prefix("Some(").and_then(|t| t.strip_suffix(')')).unwrap_or(&inner);
            return Some(Node::Atom(format!("{name} {inner}")));
        }
        _ => {}
    }
    let mut kept: Vec<(String, Node)> =
        parts.into_iter().filter_map(|(label, node)| simplify(node).map(|node| (label, node))).collect();
    let unnamed = matches!(name.as_str(), "NamedExpr" | "Argument" | "MvColumn" | "SortKey") && kept.len() == 1;
    if unnamed && kept[0].0 == "value" {
        return kept.pop().map(|(_, node)| node);
    }
    let transparent = matches!(
        name.as_str(),
        "Some"
            | "Expr"
            | "Operator"
            | "Statement"
            | "Literal"
            | "String"
            | "Name"
            | "TypeName"
            | ""
            | "Scalar"
            | "Tabular"
    );
    if transparent && kept.len() == 1 && (name != "Name" || matches!(kept[0].1, Node::Atom(_))) {
        return kept.pop().map(|(_, node)| node);
    }
    // `Call(Call { … })`, `Scan(Scan { … })`
    if kept.len() == 1
        && kept[0].0.is_empty()
        && matches!(&kept[0].1, Node::Branch(inner, parts) if *inner == name && parts.iter().all(|(label, _)| !label.is_empty()))
    {
        return kept.pop().map(|(_, node)| node);
    }
    if kept.is_empty() && !name.is_empty() {
        return Some(Node::Atom(name));
    }
    Some(Node::Branch(name, kept))
}

/// A name as it was written.
fn written_name(parts: &[(String, Node)]) -> String {
    let part =
        |wanted: &str| parts.iter().find(|(label, _)| label == wanted).map(|(_, node)| flat(node)).unwrap_or_default();
    let text = part("text");
    if part("quoted") == "true" { format!("[{text}]") } else { text.trim_matches('"').to_owned() }
}

fn flat(node: &Node) -> String {
    let join = |items: Vec<String>| items.join(", ");
    match node {
        Node::Atom(text) => text.clone(),
        Node::List(items) => format!("[{}]", join(items.iter().map(flat).collect())),
        Node::Branch(name, parts) => {
            let part = |(label, node): &(String, Node)| {
                if label.is_empty() { flat(node) } else { format!("{label}={}", flat(node)) }
            };
            format!("{name}({})", join(parts.iter().map(part).collect()))
        }
    }
}

/// Writes a node on one line where it fits, otherwise its parts on lines of their own.
fn write(node: &Node, label: &str, depth: usize, out: &mut String) {
    let mut start = "  ".repeat(depth);
    if !label.is_empty() {
        start.push_str(label);
        start.push('=');
    }
    let text = flat(node);
    let short = start.len() + text.len() <= WIDTH;
    match node {
        Node::Branch(name, parts) if !short => {
            out.push_str(&format!("{start}{name}\n"));
            parts.iter().for_each(|(label, node)| write(node, label, depth + 1, out));
        }
        Node::List(items) if !short => {
            out.push_str(&format!("{start}[\n"));
            items.iter().for_each(|node| write(node, "", depth + 1, out));
            out.push_str(&format!("{}]\n", "  ".repeat(depth)));
        }
        _ => out.push_str(&format!("{start}{text}\n")),
    }
}
