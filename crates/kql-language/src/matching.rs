//! How well a label fits the letters typed so far.

/// How a label matches a word; less is better. `None`: not at all.
///
/// In this order: nothing typed, the start in the same case, the start, the starts of its words, a
/// part of the label, the letters in their order with the first of a word first.
pub(crate) fn score(word: &str, label: &str) -> Option<u8> {
    if word.is_empty() || label.starts_with(word) {
        return Some(0);
    }
    // Thousands of labels are scored at each keystroke: nothing is allocated, and cases are told apart as in ASCII.
    let (word, label) = (word.as_bytes(), label.as_bytes());
    if word.len() > label.len() {
        return None;
    }
    if label[..word.len()].eq_ignore_ascii_case(word) {
        return Some(1);
    }
    if word.len() < 2 {
        return None;
    }
    if humps(word, label) {
        return Some(2);
    }
    if label.windows(word.len()).any(|part| part.eq_ignore_ascii_case(word)) {
        return Some(3);
    }
    let first = label.iter().find(|b| b.is_ascii_alphanumeric());
    if !first.is_some_and(|b| b.eq_ignore_ascii_case(&word[0])) {
        return None;
    }
    let mut letters = word.iter();
    let mut wanted = letters.next();
    for byte in label {
        if wanted.is_some_and(|w| w.eq_ignore_ascii_case(byte)) {
            wanted = letters.next();
        }
    }
    wanted.is_none().then_some(4)
}

/// Whether the letters are starts of the label's words, in order: `dpe` and `devpe` of `DeviceProcessEvents`, `mve` of
/// `mv-expand`. The first word takes part.
fn humps(typed: &[u8], label: &[u8]) -> bool {
    if typed.len() > 60 {
        return false;
    }
    // Bit n: the first n letters are matched by the words so far.
    let mut reached: u64 = 1;
    let mut first = true;
    let mut at = 0;
    while at < label.len() && reached != 0 {
        if !starts_word(label, at) {
            at += 1;
            continue;
        }
        let length = 1 + (at + 1..label.len()).take_while(|n| !ends_word(label, *n)).count();
        let word = &label[at..at + length];
        let mut next = if first { 0 } else { reached };
        for from in 0..typed.len() {
            if reached & (1 << from) != 0 {
                let same = typed[from..].iter().zip(word).take_while(|(a, b)| a.eq_ignore_ascii_case(b)).count();
                for to in from + 1..=from + same {
                    next |= 1 << to;
                }
            }
        }
        reached = next | (reached & (1 << typed.len()));
        first = false;
        at += length;
    }
    reached & (1 << typed.len()) != 0
}

/// Whether a word starts at this byte: after something that is no letter, or with a capital after a small letter.
fn starts_word(label: &[u8], at: usize) -> bool {
    is_letter(label[at]) && (at == 0 || ends_word(label, at) || !is_letter(label[at - 1]))
}

/// Whether the word before this byte ends here.
fn ends_word(label: &[u8], at: usize) -> bool {
    !is_letter(label[at]) || (label[at].is_ascii_uppercase() && !label[at - 1].is_ascii_uppercase())
}

fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || !byte.is_ascii()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn better_matches_come_first() {
        let order = ["has", "Hash", "HiddenAsset", "SHash", "hidden_ra_set"];
        let scores: Vec<_> = order.iter().map(|l| score("has", l)).collect();
        assert_eq!(scores[0], Some(0));
        assert_eq!(scores[1], Some(1));
        assert_eq!(scores[3], Some(3));
        assert_eq!(score("dpe", "DeviceProcessEvents"), Some(2));
        assert_eq!(score("mve", "mv-expand"), Some(2));
        assert_eq!(score("tmstmp", "Timestamp"), Some(4));
        assert_eq!(score("x", "FileX"), None);
        assert_eq!(score("zz", "FileX"), None);
    }
}
