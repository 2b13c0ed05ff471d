//! How well a label fits the letters typed so far.

/// How a label matches a word; less is better. `None`: not at all.
///
/// In this order: nothing typed, the start in the same case, the start, the starts of its words, a
/// part of the label, the letters in their order with the first of a word first.
pub(crate) fn score(word: &str, label: &str) -> Option<u8> {
    if word.is_empty() || label.starts_with(word) {
        return Some(0);
    }
    let (lower, label_lower) = (word.to_lowercase(), label.to_lowercase());
    if label_lower.starts_with(&lower) {
        return Some(1);
    }
    if lower.chars().count() < 2 {
        return None;
    }
    if humps(&lower, label) {
        return Some(2);
    }
    if label_lower.contains(&lower) {
        return Some(3);
    }
    let mut letters = lower.chars().peekable();
    let same_start = label_lower.chars().find(|c| c.is_alphanumeric()) == lower.chars().next();
    for c in label_lower.chars() {
        if letters.peek() == Some(&c) {
            letters.next();
        }
    }
    (same_start && letters.peek().is_none()).then_some(4)
}

/// Whether the letters are starts of the label's words, in order: `dpe` and `devpe` of `DeviceProcessEvents`, `mve` of
/// `mv-expand`. The first word takes part.
fn humps(typed: &str, label: &str) -> bool {
    let typed: Vec<char> = typed.chars().collect();
    if typed.len() > 60 {
        return false;
    }
    // Bit n: the first n letters are matched by the words so far.
    let mut reached: u64 = 1;
    for (at, word) in words(label).iter().enumerate() {
        let mut next = if at == 0 { 0 } else { reached };
        for from in 0..=typed.len() {
            if reached & (1 << from) == 0 {
                continue;
            }
            let same = typed[from..].iter().zip(word).take_while(|(a, b)| a == b).count();
            for to in from + 1..=from + same {
                next |= 1 << to;
            }
        }
        reached = next;
    }
    reached & (1 << typed.len()) != 0
}

/// The words of a name in lower case: `Device`, `Process`, `Events`.
fn words(label: &str) -> Vec<Vec<char>> {
    let mut out: Vec<Vec<char>> = Vec::new();
    let mut before = '_';
    for c in label.chars() {
        if c.is_alphanumeric() {
            let starts = !before.is_alphanumeric() || (c.is_uppercase() && !before.is_uppercase());
            match out.last_mut() {
                Some(word) if !starts => word.extend(c.to_lowercase()),
                _ => out.push(c.to_lowercase().collect()),
            }
        }
        before = c;
    }
    out
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
