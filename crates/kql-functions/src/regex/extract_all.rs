//! `extract_all`: capture groups of every match.

use super::pattern::{Patterns, check_groups, check_with};
use crate::ScalarFunction;
use crate::kernel::{dynamic_map, texts};
use ::regex::{Captures, Regex};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};

pub(crate) static EXTRACT_ALL: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "extract_all",
        FunctionKind::Scalar,
        &[
            "(regex:const string, source:string) -> dynamic",
            "(regex:const string, captureGroups:array, source:string) -> dynamic",
        ],
        "What the capture groups of every match hold: an array of texts for one group, an array of arrays for several; \
         groups that took no part in a match are `''`. `captureGroups` chooses groups by number or name, in that order; \
         numbers out of range are dropped, an empty choice is all of them. Null without a match. \
         <https://learn.microsoft.com/kusto/query/extract-all-function>",
    )
    .aliases(&["extractall"])
    .checked(|arguments| check_with(arguments, 0, |pattern| check_groups(pattern, 1)))
    .examples(&[
        example("extract_all(@'(\\d+)', 'a set of numbers: 123, 567')", "[\"123\",\"567\"]"),
        example("extract_all(@'(\\w)(\\d)', dynamic([2]), 'a1 b2')", "[\"1\",\"2\"]"),
    ]),
    kernel: |call, args| {
        let pattern = Patterns::new(call, args, 0, str::to_owned)?;
        let (chosen, source) = match args {
            [_, source] => (None, texts(source)?),
            [_, chosen, source, ..] => (Some(texts(chosen)?), texts(source)?),
            _ => return datafusion_common::internal_err!("extract_all takes two or three arguments"),
        };
        // One choice for all rows, unless it comes from a column.
        let constant = match &chosen {
            None => Some(None),
            Some(rows) => rows.is_constant().then(|| rows.constant().map(str::to_owned)),
        };
        let mut known: Option<(usize, Vec<usize>)> = None;
        dynamic_map(args, |row, out| {
            let Some(regex) = pattern.at(row) else { return false };
            let groups = match (&constant, &mut known) {
                (Some(_), Some((of, groups))) if *of == regex.captures_len() => groups.clone(),
                (Some(choice), known) => {
                    let groups = choose(&regex, choice.as_deref());
                    *known = Some((regex.captures_len(), groups.clone()));
                    groups
                }
                (None, _) => choose(&regex, chosen.as_ref().and_then(|c| c.get(row))),
            };
            let mut any = false;
            for captures in regex.captures_iter(source.text(row)) {
                out.push(if any { ',' } else { '[' });
                any = true;
                write_match(out, &captures, &groups);
            }
            if any {
                out.push(']');
            }
            any
        })
    },
};

fn write_match(out: &mut String, captures: &Captures, groups: &[usize]) {
    let text = |group: usize| captures.get(group).map_or("", |m| m.as_str());
    if let [only] = groups {
        return dynamic::write_quoted(out, text(*only));
    }
    out.push('[');
    for (i, group) in groups.iter().enumerate() {
        if i > 0 {
            out.push(',');
        }
        dynamic::write_quoted(out, text(*group));
    }
    out.push(']');
}

/// The numbers of the chosen groups.
fn choose(regex: &Regex, choice: Option<&str>) -> Vec<usize> {
    let number = |item: &str| {
        let by_name = |name: &str| regex.capture_names().position(|n| n == Some(name));
        let group = match dynamic::unquote(item) {
            Some(name) => by_name(&name)?,
            None => item.parse().ok()?,
        };
        (1..regex.captures_len()).contains(&group).then_some(group)
    };
    let chosen: Vec<usize> = choice.map(|c| dynamic::array_items(c).filter_map(number).collect()).unwrap_or_default();
    if chosen.is_empty() { (1..regex.captures_len()).collect() } else { chosen }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn all_groups() {
        for (regex, source, want) in [
            (r"(\d+)", "a set of numbers: 123, 567 and 789", r#"["123","567","789"]"#),
            (r"(\w)(\w+)(\w)", "82b8be2d-dfa7", r#"[["8","2b8be2","d"],["d","fa","7"]]"#),
            (r"x(y)", "abc", "null"),
            (r"([a-z])(\d)?", "a1b", r#"[["a","1"],["b",""]]"#),
            (r#"("[^"]*")"#, r#"say "hi""#, r#"["\"hi\""]"#),
            (r"(é)", "éaé", r#"["é","é"]"#),
        ] {
            check("extract_all", &[string(regex), string(source)], dynamic(want));
            check("extractall", &[string(regex), string(source)], dynamic(want));
        }
    }

    #[test]
    fn chosen_groups() {
        for (regex, groups, source, want) in [
            (r"(\w)(\w+)(\w)", "[1,3]", "82b8be2d-dfa7", r#"[["8","d"],["d","7"]]"#),
            (r"(\w)(\w+)(\w)", "[3,1,3]", "abc", r#"[["c","a","c"]]"#),
            (r"(?P<f>\w)(?<m>\w+)(\w)", r#"["f",2,9]"#, "abc", r#"[["a","b"]]"#),
            (r"(\w)(\d)", "[2]", "a1 b2", r#"["1","2"]"#),
            (r"(\w)(\d)", "[]", "a1", r#"[["a","1"]]"#),
            (r"(\w)(\d)", "[7]", "a1", r#"[["a","1"]]"#),
            (r"(\w)(\d)", "null", "a1", r#"[["a","1"]]"#),
            (r"(\w)(\d)", "[1]", "--", "null"),
        ] {
            check("extract_all", &[string(regex), dynamic(groups), string(source)], dynamic(want));
        }
    }
}
