//! `replace_string`, `replace_strings`, `translate`: plain replacements.

use crate::ScalarFunction;
use crate::kernel::{Rows, string_map, texts};
use arrow::array::StringViewArray;
use datafusion_common::HashMap;
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use memchr::memmem;

pub(crate) static REPLACE_STRING: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "replace_string",
        FunctionKind::Scalar,
        &["(text:string, lookup:string, rewrite:string) -> string"],
        "The text with every occurrence of a text replaced, case counting, without overlaps. An empty `lookup` replaces \
         nothing. <https://learn.microsoft.com/kusto/query/replace-string-function>",
    )
    .examples(&[example("replace_string('turn a cat', 'cat', 'hamster')", "\"turn a hamster\"")]),
    kernel: |_, args| {
        let (text, lookup, rewrite) = (texts(&args[0])?, texts(&args[1])?, texts(&args[2])?);
        let constant = lookup.constant().map(memmem::Finder::new);
        string_map(args, |row, out| {
            let (text, lookup) = (text.text(row), lookup.text(row));
            let own;
            let finder = match &constant {
                _ if lookup.is_empty() => return out.push_str(text),
                Some(finder) => finder,
                None => {
                    own = memmem::Finder::new(lookup);
                    &own
                }
            };
            let mut last = 0;
            for at in finder.find_iter(text.as_bytes()) {
                out.push_str(&text[last..at]);
                out.push_str(rewrite.text(row));
                last = at + lookup.len();
            }
            out.push_str(&text[last..]);
        })
    },
};

pub(crate) static REPLACE_STRINGS: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "replace_strings",
        FunctionKind::Scalar,
        &["(text:string, lookups:array, rewrites:array) -> string"],
        "The text with occurrences of several texts replaced by the elements of `rewrites` at the same index. Matches are \
         those in the original text and do not overlap; an earlier element of `lookups` takes its matches before a later \
         one. Where the rewrite is missing or no string the match stays as it is. Elements of `lookups` that are no \
         strings are left out. \
         <https://learn.microsoft.com/kusto/query/replace-strings-function>",
    )
    .examples(&[
        example("replace_strings('a cat, a dog', dynamic(['cat', 'dog']), dynamic(['dog', 'pigeon']))", "\"a dog, a pigeon\""),
        example("replace_strings('This is', dynamic(['is', 'This']), dynamic(['was', 'This']))", "\"Thwas was\""),
    ]),
    kernel: |_, args| {
        let (text, lookups, rewrites) = (texts(&args[0])?, texts(&args[1])?, texts(&args[2])?);
        let table = |row| Replacements::new(&lookups, &rewrites, row);
        let constant = (lookups.is_constant() && rewrites.is_constant()).then(|| table(0));
        string_map(args, |row, out| match &constant {
            Some(table) => table.apply(text.text(row), out),
            None => table(row).apply(text.text(row), out),
        })
    },
};

/// What to look for and what to put there, in order; `None` keeps the text.
struct Replacements(Vec<(memmem::Finder<'static>, Option<String>)>);

impl Replacements {
    fn new(lookups: &Rows<StringViewArray>, rewrites: &Rows<StringViewArray>, row: usize) -> Self {
        let strings = |rows: &Rows<StringViewArray>| -> Vec<Option<String>> {
            let json = rows.get(row).unwrap_or("");
            dynamic::array_items(json).map(|item| dynamic::unquote(item).map(|t| t.into_owned())).collect()
        };
        let mut rewrites = strings(rewrites).into_iter();
        let pairs = strings(lookups).into_iter().map(|lookup| (lookup, rewrites.next().flatten()));
        let wanted = pairs.filter_map(|(lookup, rewrite)| {
            let lookup = lookup.filter(|l| !l.is_empty())?;
            Some((memmem::Finder::new(&lookup).into_owned(), rewrite))
        });
        Replacements(wanted.collect())
    }

    fn apply(&self, text: &str, out: &mut String) {
        // Parts of the text, and which rewrite each one was taken for; an earlier lookup takes its matches first.
        let mut parts: Vec<(std::ops::Range<usize>, Option<usize>)> = vec![(0..text.len(), None)];
        for (i, (lookup, _)) in self.0.iter().enumerate() {
            if lookup.find(text.as_bytes()).is_none() {
                continue;
            }
            let mut next = Vec::with_capacity(parts.len() + 2);
            for (part, taken) in parts {
                let mut last = part.start;
                if taken.is_none() {
                    for at in lookup.find_iter(&text.as_bytes()[part.clone()]) {
                        let at = part.start + at;
                        next.push((last..at, None));
                        last = at + lookup.needle().len();
                        next.push((at..last, Some(i)));
                    }
                }
                next.push((last..part.end, taken));
            }
            parts = next;
        }
        for (part, taken) in parts {
            let rewrite = taken.and_then(|i| self.0[i].1.as_deref());
            out.push_str(rewrite.unwrap_or(&text[part]));
        }
    }
}

pub(crate) static TRANSLATE: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "translate",
        FunctionKind::Scalar,
        &["(searchList:string, replacementList:string, source:string) -> string"],
        "The text with each character of the search list replaced by the one at the same place of the replacement list. A \
         shorter replacement list goes on with its last character; an empty one takes characters out. \
         <https://learn.microsoft.com/kusto/query/translate-function>",
    )
    .examples(&[
        example("translate('krasp', 'otsku', 'spark')", "\"kusto\""),
        example("translate('abc', 'x', 'abc')", "\"xxx\""),
        example("translate('abc', '', 'ab')", "\"\""),
    ]),
    kernel: |_, args| {
        let (search, replacement, source) = (texts(&args[0])?, texts(&args[1])?, texts(&args[2])?);
        let table = |row| translation(search.text(row), replacement.text(row));
        let constant = (search.is_constant() && replacement.is_constant()).then(|| table(0));
        string_map(args, |row, out| {
            let own;
            let table = match &constant {
                Some(table) => table,
                None => {
                    own = table(row);
                    &own
                }
            };
            out.extend(source.text(row).chars().filter_map(|c| table.get(&c).copied().unwrap_or(Some(c))));
        })
    },
};

/// What each character of the search list becomes; the first mention of a character counts.
fn translation(search: &str, replacement: &str) -> HashMap<char, Option<char>> {
    let mut table = HashMap::new();
    let mut last = None;
    let mut replacements = replacement.chars();
    for c in search.chars() {
        last = replacements.next().or(last);
        table.entry(c).or_insert(last);
    }
    table
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    #[test]
    fn one_text() {
        for (text, lookup, rewrite, want) in [
            ("one two three", " ", "_", "one_two_three"),
            ("aaa", "a", "", ""),
            ("aaa", "aa", "b", "ba"),
            ("xyz", "", "X", "xyz"),
            ("Abc", "a", "x", "Abc"),
            ("é😀é", "😀", "\\0", "é\\0é"),
            ("", "a", "b", ""),
        ] {
            check("replace_string", &[string(text), string(lookup), string(rewrite)], string(want));
        }
    }

    #[test]
    fn several_texts() {
        for (text, lookups, rewrites, want) in [
            ("This is", r#"["This","is"]"#, r#"["This","was"]"#, "This was"),
            ("This is", r#"["is","This"]"#, r#"["was","This"]"#, "Thwas was"),
            ("This is", r#"["This","is"]"#, r#"[12345,"was"]"#, "This was"),
            ("This is", r#"["This","is"]"#, r#"["That"]"#, "That is"),
            ("abcabc", r#"["bc","ab"]"#, r#"["X","Y"]"#, "aXaX"),
            ("a cat, a dog", r#"["cat","dog"]"#, r#"["dog","cat"]"#, "a dog, a cat"),
            ("a cat", r#"["cat"," "]"#, r#"["","-"]"#, "a-"),
            ("ab1", r#"[1,"b",""]"#, r#"["x","y","z"]"#, "ay1"),
            ("abc", "[]", "[]", "abc"),
            ("abc", "null", r#"["x"]"#, "abc"),
            ("abc", r#"["b"]"#, "null", "abc"),
        ] {
            check("replace_strings", &[string(text), dynamic(lookups), dynamic(rewrites)], string(want));
        }
    }

    #[test]
    fn characters() {
        for (search, replacement, source, want) in [
            ("krasp", "otsku", "spark", "kusto"),
            ("abc", "x", "abcd", "xxxd"),
            ("abc", "", "abcd", "d"),
            ("aa", "xy", "aa", "xx"),
            ("é", "e", "café", "cafe"),
            ("", "x", "abc", "abc"),
            ("\0", "", "s\0t\0", "st"),
        ] {
            check("translate", &[string(search), string(replacement), string(source)], string(want));
        }
    }
}
