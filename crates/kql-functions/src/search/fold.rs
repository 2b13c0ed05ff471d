//! Ignoring case.

/// The representative of all characters that are equal when case is ignored: simple case folding, one character to one.
///
/// Characters outside ASCII are never equal to ASCII ones, so the Kelvin sign is no `k` and the long s no `s`: the real
/// engine was measured only on letters where the question does not arise (`É`/`é`, Cyrillic, `ß` is not `ss`, full-width
/// letters are not ASCII), and this keeps the search for ASCII needles a search of bytes.
#[inline]
pub(crate) fn fold(c: char) -> char {
    if c.is_ascii() { c.to_ascii_lowercase() } else { fold_unicode(c) }
}

fn fold_unicode(c: char) -> char {
    // Upper case first: it joins letters with several lower forms, such as the two sigmas.
    let upper = single(c.to_uppercase()).unwrap_or(c);
    single(upper.to_lowercase()).unwrap_or(upper)
}

/// The only character of a case mapping, if it is one character outside ASCII.
fn single(mut mapping: impl ExactSizeIterator<Item = char>) -> Option<char> {
    if mapping.len() == 1 { mapping.next().filter(|c| !c.is_ascii()) } else { None }
}

#[cfg(test)]
mod tests {
    use super::fold;
    use regex_syntax::hir::{ClassUnicode, ClassUnicodeRange};

    /// Every character against the simple case folding table of the Unicode Character Database, as regex-syntax has it.
    #[test]
    fn agrees_with_simple_case_folding_outside_ascii() {
        let mut wrong = Vec::new();
        for c in (0x80..=0x0010_FFFF).filter_map(char::from_u32) {
            let mut class = ClassUnicode::new([ClassUnicodeRange::new(c, c)]);
            class.try_case_fold_simple().unwrap();
            for other in class.iter().flat_map(|r| r.start()..=r.end()).filter(|o| !o.is_ascii()) {
                if fold(other) != fold(c) {
                    wrong.push((c, other));
                }
            }
        }
        // Two code points for one letter each, with the same lower-case glyph; no file or host name has them.
        let known = [('\u{390}', '\u{1FD3}'), ('\u{3B0}', '\u{1FE3}'), ('\u{FB05}', '\u{FB06}')];
        wrong.retain(|(a, b)| !known.contains(&(*a, *b)) && !known.contains(&(*b, *a)));
        assert_eq!(wrong, []);
    }

    #[test]
    fn joins_cases_but_not_ascii_with_others() {
        for (a, b) in [('É', 'é'), ('Σ', 'ς'), ('σ', 'ς'), ('Я', 'я'), ('ẞ', 'ß'), ('A', 'a'), ('Ａ', 'ａ'), ('Ⱥ', 'ⱥ')]
        {
            assert_eq!(fold(a), fold(b), "{a} {b}");
        }
        for (a, b) in [('\u{212A}', 'k'), ('ſ', 's'), ('İ', 'i'), ('ı', 'i'), ('é', 'e'), ('Ａ', 'a')] {
            assert_ne!(fold(a), fold(b), "{a} {b}");
        }
    }
}
