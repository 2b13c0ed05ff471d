//! `guid`: 16 bytes in the order of their hex digits.

/// Reads a guid as `toguid` does: the first 32 hexadecimal digits count, hyphens are ignored wherever they stand, and what
/// follows the 32nd digit is ignored. Blanks in front do not matter. `None` when any other character comes before it.
///
/// Source: <https://learn.microsoft.com/kusto/query/toguid-function>.
pub fn parse(text: &str) -> Option<[u8; 16]> {
    let mut guid = [0u8; 16];
    let mut count = 0;
    for b in text.trim_start().bytes() {
        let digit = match b {
            b'0'..=b'9' => b - b'0',
            b'a'..=b'f' => b - b'a' + 10,
            b'A'..=b'F' => b - b'A' + 10,
            b'-' => continue,
            _ => return None,
        };
        guid[count / 2] = guid[count / 2] << 4 | digit;
        count += 1;
        if count == 32 {
            return Some(guid);
        }
    }
    None
}

/// Appends the text form: lower-case digits in groups of 8-4-4-4-12.
pub fn write(out: &mut String, guid: &[u8; 16]) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let mut text = [b'-'; 36];
    let mut at = 0;
    for (i, b) in guid.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            at += 1;
        }
        text[at] = DIGITS[usize::from(b >> 4)];
        text[at + 1] = DIGITS[usize::from(b & 15)];
        at += 2;
    }
    out.push_str(std::str::from_utf8(&text).unwrap_or_default());
}

/// The text form: `74be27de-1e4e-49d9-b579-fe0b331d3642`.
pub fn format(guid: &[u8; 16]) -> String {
    let mut out = String::with_capacity(36);
    write(&mut out, guid);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn hyphens_are_ignored_and_the_rest_too() {
        let canonical = "01234567-89ab-cdef-0123-456789abcdef";
        for text in [
            "0123456789abcdef0123456789abcdef",
            "0123456789ab-cdef-0123-456789abcdef",
            "0123456789ABCDEF0123456789ABCDEFzz",
            canonical,
        ] {
            assert_eq!(parse(text).map(|g| format(&g)).as_deref(), Some(canonical), "{text}");
        }
        for text in ["", "xyz", "a string that is not a guid", "0123456789abcdef0123456789abcde", "日本"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn text_round_trips(guid: [u8; 16]) {
            prop_assert_eq!(parse(&format(&guid)), Some(guid));
        }
    }
}
