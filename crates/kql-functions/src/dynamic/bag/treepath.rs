//! `treepath`: the paths of everything in a value.

use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use kql_types::dynamic::{self, Kind};
use kql_types::function::{FunctionKind, FunctionSpec, ResultName, example};
use std::collections::HashSet;

/// The longest result; values nested deep with long keys could make far more than they are.
const MAX_BYTES: usize = 32 << 20;

pub(crate) static TREEPATH: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "treepath",
        FunctionKind::Scalar,
        &["(object:bag) -> dynamic"],
        "The paths of all keys of a bag, nested ones too, as an array of strings. The elements of an array share the path \
         with the index 0. Null for null, and when the paths would take more than 32 MB. \
         <https://learn.microsoft.com/kusto/query/treepath-function>",
    )
    .named(ResultName::Prefix("tree"))
    .examples(&[
        example(r#"treepath(parse_json('{"a":"b", "c":123}'))"#, r#"["['a']","['c']"]"#),
        example(
            r#"treepath(parse_json('{"prop1":[1,2,3,4], "prop2":"value2"}'))"#,
            r#"["['prop1']","['prop1'][0]","['prop2']"]"#,
        ),
    ]),
    kernel: |_, args| {
        let object = texts(&args[0])?;
        dynamic_map(args, |row, out| {
            let Some(object) = object.get(row) else { return false };
            let mut paths = Paths { found: Vec::new(), seen: HashSet::new(), bytes: 0 };
            paths.collect(object, &mut String::new());
            if paths.bytes > MAX_BYTES {
                return false;
            }
            out.push('[');
            for (at, path) in paths.found.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                dynamic::write_quoted(out, path);
            }
            out.push(']');
            true
        })
    },
};

struct Paths {
    found: Vec<String>,
    seen: HashSet<String>,
    bytes: usize,
}

impl Paths {
    /// Collects the paths below a value whose own path is `path`. Values are no deeper than dynamic values can be.
    fn collect(&mut self, value: &str, path: &mut String) {
        let length = path.len();
        if self.bytes > MAX_BYTES {
            return;
        }
        match dynamic::kind(value) {
            Kind::Bag => {
                for (key, item) in dynamic::bag_entries(value) {
                    path.push_str("['");
                    for c in key.chars() {
                        if matches!(c, '\'' | '\\') {
                            path.push('\\');
                        }
                        path.push(c);
                    }
                    path.push_str("']");
                    self.add(path);
                    self.collect(item, path);
                    path.truncate(length);
                }
            }
            Kind::Array => {
                for item in dynamic::array_items(value) {
                    path.push_str("[0]");
                    self.add(path);
                    self.collect(item, path);
                    path.truncate(length);
                }
            }
            _ => {}
        }
    }

    fn add(&mut self, path: &str) {
        if self.bytes <= MAX_BYTES && !self.seen.contains(path) {
            self.bytes += path.len();
            self.seen.insert(path.to_owned());
            self.found.push(path.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::testing::{call_once, check, d};

    #[test]
    fn paths_of_values() {
        #[rustfmt::skip]
        check(&[
            ("treepath", &[d(r#"{"a":{"b":{"c":1}},"x":{"y":2}}"#)], r#"["['a']","['a']['b']","['a']['b']['c']","['x']","['x']['y']"]"#),
            ("treepath", &[d(r#"{"l":[100,"abcde",{"x":"y"},{"x":1,"z":[2]}]}"#)],
                r#"["['l']","['l'][0]","['l'][0]['x']","['l'][0]['z']","['l'][0]['z'][0]"]"#),
            ("treepath", &[d(r#"{"it's":1}"#)], r#"["['it\\'s']"]"#),
            ("treepath", &[d("{}")], "[]"),
            ("treepath", &[d("5")], "[]"),
            ("treepath", &[d("null")], "null"),
        ]);
    }

    #[test]
    fn too_many_paths_are_null() {
        let key = "k".repeat(1200);
        let deep = format!("{}1{}", format!("{{\"{key}\":").repeat(240), "}".repeat(240));
        assert_eq!(call_once("treepath", &[d(&deep)]), "null");
    }
}
