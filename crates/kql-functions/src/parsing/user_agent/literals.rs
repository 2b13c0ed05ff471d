//! Texts without which a regular expression cannot match.

use regex_syntax::hir::{Hir, HirKind};

/// Texts of which every match of the pattern has at least one, but for case; `None` when there are none of two or more
/// characters.
pub(super) fn required(pattern: &str) -> Option<Vec<String>> {
    let hir = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(pattern).ok()?;
    any_of(&hir).filter(|texts| worth(texts) >= 2)
}

/// How much a set helps: the length of its shortest text.
fn worth(texts: &[String]) -> usize {
    texts.iter().map(String::len).min().unwrap_or(0)
}

/// The most texts for one pattern.
const MOST: usize = 24;

fn any_of(hir: &Hir) -> Option<Vec<String>> {
    match hir.kind() {
        HirKind::Literal(literal) => Some(vec![std::str::from_utf8(&literal.0).ok()?.to_owned()]),
        HirKind::Capture(capture) => any_of(&capture.sub),
        HirKind::Repetition(repetition) if repetition.min > 0 => any_of(&repetition.sub),
        HirKind::Alternation(branches) => {
            let mut all = Vec::new();
            for branch in branches {
                all.extend(any_of(branch)?);
            }
            (all.len() <= MOST).then_some(all)
        }
        HirKind::Concat(parts) => parts.iter().filter_map(any_of).max_by_key(|texts| worth(texts)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::required;

    #[test]
    fn texts_of_patterns() {
        for (pattern, want) in [
            ("abc", Some(vec!["abc"])),
            (r"(Chrome)/(\d+)", Some(vec!["Chrome"])),
            (r"x (?:Foo|Bar+z)/\d", Some(vec!["Foo", "Ba"])),
            (r"(Fire)?fox \d{2,}", Some(vec!["fox "])),
            (r"a|b\d", None),
            (r"\d+", None),
            (r"(ab)*", None),
        ] {
            assert_eq!(required(pattern), want.map(|w| w.into_iter().map(str::to_owned).collect()), "{pattern}");
        }
    }
}
