//! The groups of `reduce`: texts that share words at the same places.
//!
//! What Kusto's documentation says (<https://learn.microsoft.com/kusto/query/reduce-operator>, and the paper it names:
//! Vaarandi, A Data Clustering Algorithm for Mining Patterns From Event Logs) leaves details open. Here:
//!
//! 1. A text is cut into words: runs of ASCII letters and digits. A letter or digit among `characters` separates words; any
//!    other character among them belongs to words.
//! 2. A word at its place is frequent when more than `threshold` of all texts have it there. A text without a frequent word
//!    belongs to `others`.
//! 3. In the order in which they come first, each different text joins the group with which it shares most words, when these
//!    are at least `threshold` of its words (and of the group's); else it starts a group.
//! 4. A group's pattern is its first text, with `*` for words that are not frequent or not those of all its texts. Characters
//!    that `characters` made separators go into the `*` beside them.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// The pattern of texts that share nothing.
pub(super) const OTHERS: &str = "others";
/// Comparisons of a text with a group that are made at most.
const MAX_COMPARISONS: usize = 200_000_000;

/// What the operator's properties say.
#[derive(Clone, Debug)]
pub(crate) struct Rules {
    /// A share between 0 and 1.
    pub(crate) threshold: f64,
    /// Characters that change sides.
    pub(crate) characters: String,
}

/// A group.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Group {
    pub(super) pattern: String,
    pub(super) count: i64,
    pub(super) representative: String,
}

/// The groups, and which one each text belongs to.
#[derive(Debug)]
pub(super) struct Groups {
    pub(super) groups: Vec<Group>,
    pub(super) of_text: Vec<u32>,
}

/// A group while texts join it.
struct Growing {
    /// The words all its texts have, by place.
    words: Vec<Option<u32>>,
    first: usize,
    count: i64,
    /// Some of its texts have more words than these.
    longer: bool,
}

impl Rules {
    fn is_word(&self, c: char) -> bool {
        c.is_ascii_alphanumeric() != self.characters.contains(c)
    }

    /// The places of the words of a text.
    fn words<'t>(&self, text: &'t str) -> Vec<(usize, &'t str)> {
        let mut words = Vec::new();
        let mut start = None;
        for (at, c) in text.char_indices() {
            match (start, self.is_word(c)) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    words.push((from, &text[from..at]));
                    start = None;
                }
                _ => {}
            }
        }
        words.extend(start.map(|from| (from, &text[from..])));
        words
    }

    /// Groups texts, each with how often it came. `None` when that would take too long.
    pub(super) fn groups(&self, texts: &[(Box<str>, i64)]) -> Option<Groups> {
        let cut: Vec<Vec<(usize, &str)>> = texts.iter().map(|(text, _)| self.words(text)).collect();
        // Words at their places, numbered.
        let mut numbers: HashMap<(usize, &str), u32> = HashMap::new();
        let mut counts: Vec<i64> = Vec::new();
        let mut numbered: Vec<Vec<u32>> = Vec::with_capacity(cut.len());
        for (words, (_, count)) in cut.iter().zip(texts) {
            let mut own = Vec::with_capacity(words.len());
            for (place, (_, word)) in words.iter().enumerate() {
                let next = u32::try_from(counts.len()).ok()?;
                let number = match numbers.entry((place, word)) {
                    Entry::Occupied(known) => *known.get(),
                    Entry::Vacant(new) => {
                        counts.push(0);
                        *new.insert(next)
                    }
                };
                if let Some(sum) = counts.get_mut(number as usize) {
                    *sum += count;
                }
                own.push(number);
            }
            numbered.push(own);
        }
        let total: i64 = texts.iter().map(|(_, count)| count).sum();
        #[allow(clippy::cast_precision_loss)] // a share of rows
        let support = self.threshold * total as f64;
        #[allow(clippy::cast_precision_loss)] // as above
        let frequent: Vec<bool> = counts.iter().map(|n| *n as f64 > support).collect();
        let is_frequent = |word: u32| frequent.get(word as usize).copied().unwrap_or(false);

        let mut growing: Vec<Growing> = Vec::new();
        // Groups that have a word.
        let mut with_word: HashMap<u32, Vec<u32>> = HashMap::new();
        let mut of_text: Vec<Option<u32>> = vec![None; texts.len()];
        let mut shared: Vec<u32> = Vec::new();
        let mut comparisons = 0usize;
        for (at, words) in numbered.iter().enumerate() {
            if !words.iter().any(|w| is_frequent(*w)) {
                continue;
            }
            let mut met: Vec<u32> = Vec::new();
            for word in words {
                for group in with_word.get(word).into_iter().flatten() {
                    let Some(times) = shared.get_mut(*group as usize) else { continue };
                    if *times == 0 {
                        met.push(*group);
                    }
                    *times += 1;
                    comparisons += 1;
                }
            }
            if comparisons > MAX_COMPARISONS {
                return None;
            }
            // The most similar group, the first of several.
            let mut best: Option<(f64, u32)> = None;
            for group in &met {
                let Some(times) = shared.get_mut(*group as usize).map(std::mem::take) else { continue };
                let length = growing.get(*group as usize).map_or(0, |g| g.words.len()).max(words.len());
                #[allow(clippy::cast_precision_loss)] // few words
                let similarity = f64::from(times) / length as f64;
                let better = best.is_none_or(|(s, g)| similarity > s || (similarity == s && *group < g));
                if similarity >= self.threshold && better {
                    best = Some((similarity, *group));
                }
            }
            let count = texts.get(at).map_or(0, |t| t.1);
            let group = match best.and_then(|(_, number)| Some((number, growing.get_mut(number as usize)?))) {
                Some((number, group)) => {
                    group.count += count;
                    group.longer |= group.words.len() != words.len();
                    for (place, common) in group.words.iter_mut().enumerate() {
                        let Some(word) = *common else { continue };
                        if words.get(place) != Some(&word) {
                            *common = None;
                            if let Some(groups) = with_word.get_mut(&word) {
                                groups.retain(|g| *g != number);
                            }
                        }
                    }
                    number
                }
                None => {
                    let number = u32::try_from(growing.len()).ok()?;
                    words.iter().for_each(|w| with_word.entry(*w).or_default().push(number));
                    let words = words.iter().copied().map(Some).collect();
                    growing.push(Growing { words, first: at, count, longer: false });
                    shared.push(0);
                    number
                }
            };
            if let Some(slot) = of_text.get_mut(at) {
                *slot = Some(group);
            }
        }

        let others = u32::try_from(growing.len()).ok()?;
        let mut groups: Vec<Group> = growing
            .iter()
            .map(|g| {
                let text: &str = texts.get(g.first).map_or("", |t| &t.0);
                let words = cut.get(g.first).map_or(&[][..], Vec::as_slice);
                let kept = |place: usize| g.words.get(place).copied().flatten().is_some_and(is_frequent);
                let pattern = self.pattern(text, words, kept, g.longer);
                Group { pattern, count: g.count, representative: text.to_owned() }
            })
            .collect();
        let left: i64 =
            of_text.iter().zip(texts).filter(|(group, _)| group.is_none()).map(|(_, (_, count))| count).sum();
        if left > 0 {
            groups.push(Group { pattern: OTHERS.to_owned(), count: left, representative: String::new() });
        }
        Some(Groups { groups, of_text: of_text.into_iter().map(|g| g.unwrap_or(others)).collect() })
    }

    /// The text with `*` for the words that are not kept, and at its end when there are longer ones.
    fn pattern(&self, text: &str, words: &[(usize, &str)], kept: impl Fn(usize) -> bool, longer: bool) -> String {
        let mut pattern = String::with_capacity(text.len());
        let mut end = 0;
        let mut after_star = false;
        for (place, (start, word)) in words.iter().enumerate() {
            let between = text.get(end..*start).unwrap_or("");
            let keep = kept(place);
            let own = |c: &char| !(c.is_ascii_alphanumeric() && self.characters.contains(*c));
            if keep && !after_star {
                pattern.push_str(between);
            } else {
                // What `characters` made separators is no part of the texts beside a `*`.
                pattern.extend(between.chars().filter(own));
            }
            if keep {
                pattern.push_str(word);
            } else if !pattern.ends_with('*') {
                pattern.push('*');
            }
            after_star = !keep;
            end = start + word.len();
        }
        pattern.push_str(text.get(end..).unwrap_or(""));
        if longer && !pattern.ends_with('*') {
            pattern.push('*');
        }
        pattern
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn groups(threshold: f64, characters: &str, texts: &[(&str, i64)]) -> Vec<(String, i64, String)> {
        let rules = Rules { threshold, characters: characters.to_owned() };
        let texts: Vec<(Box<str>, i64)> = texts.iter().map(|(t, n)| (Box::from(*t), *n)).collect();
        let made = rules.groups(&texts).map(|g| g.groups).unwrap_or_default();
        made.into_iter().map(|g| (g.pattern, g.count, g.representative)).collect()
    }

    #[test]
    fn patterns() {
        type Case<'c> = (f64, &'c str, &'c [(&'c str, i64)], &'c [(&'c str, i64, &'c str)]);
        let cases: &[Case<'_>] = &[
            // A small threshold unites what shares little, a great one keeps apart what differs.
            (0.001, "X", &[("AX1", 500), ("AX2", 500)], &[("A*", 1000, "AX1")]),
            (0.9, "X", &[("AX1", 500), ("AX2", 500)], &[("A*", 500, "AX1"), ("A*", 500, "AX2")]),
            // Without a word that is there often enough.
            (
                0.1,
                "",
                &[
                    ("a1", 1),
                    ("a2", 1),
                    ("a3", 1),
                    ("a4", 1),
                    ("a5", 1),
                    ("a6", 1),
                    ("a7", 1),
                    ("a8", 1),
                    ("a9", 1),
                    ("a10", 1),
                ],
                &[("others", 10, "")],
            ),
            (
                0.1,
                "",
                &[("San Diego", 3), ("Paris", 2), ("San Jose", 3)],
                &[("San *", 6, "San Diego"), ("Paris", 2, "Paris")],
            ),
            (0.3, "", &[("One -on- One", 5), ("Five -on- Two", 5)], &[("* -on- *", 10, "One -on- One")]),
            // A character that does not separate any more.
            (0.4, "-", &[("a-b x", 5), ("c-d x", 5)], &[("* x", 10, "a-b x")]),
            (0.1, "", &[("go on", 5), ("go on now", 5)], &[("go on*", 10, "go on")]),
            (0.1, "", &[("", 5), ("---", 5)], &[("others", 10, "")]),
            (0.1, "", &[], &[]),
        ];
        for (threshold, characters, texts, expected) in cases {
            let expected: Vec<_> = expected.iter().map(|(p, n, r)| ((*p).to_owned(), *n, (*r).to_owned())).collect();
            assert_eq!(groups(*threshold, characters, texts), expected, "{texts:?}");
        }
    }
}
