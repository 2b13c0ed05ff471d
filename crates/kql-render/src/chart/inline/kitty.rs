//! A picture by Kitty's graphics protocol: a PNG in base64, in pieces, each an application program command.
//! <https://sw.kovidgoyal.net/kitty/graphics-protocol/>

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// Characters of a piece at most.
const PIECE: usize = 4096;

/// Shows the PNG at the cursor, as wide as these columns, and goes to the next line. The terminal does not answer (`q=2`):
/// an answer would be read as keys.
pub(super) fn encode(png: &[u8], columns: u16) -> String {
    let text = STANDARD.encode(png);
    let mut out = String::with_capacity(text.len() + text.len() / 128 + 100);
    let mut head = format!("a=T,f=100,t=d,q=2,c={columns},");
    let mut rest = text.as_str();
    loop {
        let (piece, left) = rest.split_at(rest.len().min(PIECE));
        let more = u8::from(!left.is_empty());
        out.push_str(&format!("\x1b_G{head}m={more};{piece}\x1b\\"));
        if more == 0 {
            break;
        }
        head.clear();
        rest = left;
    }
    out.push('\n');
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a terminal puts together again: the keys of the first piece, and the file.
    fn decode(text: &str) -> (String, Vec<u8>) {
        let mut keys = String::new();
        let mut data = String::new();
        let pieces: Vec<&str> = text.trim_end().split_terminator("\x1b\\").collect();
        for (at, piece) in pieces.iter().enumerate() {
            let (head, payload) = piece.strip_prefix("\x1b_G").unwrap().split_once(';').unwrap();
            assert!(payload.len() <= PIECE && (payload.len() % 4 == 0));
            assert_eq!(head.ends_with("m=1"), at + 1 < pieces.len());
            if at == 0 {
                keys = head.to_owned();
            } else {
                assert!(head.starts_with("m="), "keys stand in the first piece alone");
            }
            data.push_str(payload);
        }
        (keys, STANDARD.decode(data).unwrap())
    }

    #[test]
    fn pieces_make_the_file_again() {
        for length in [1, 3071, 3072, 3073, 10_000] {
            let file: Vec<u8> = (0..length).map(|i| (i * 7 % 251) as u8).collect();
            let text = encode(&file, 80);
            let (keys, decoded) = decode(&text);
            assert_eq!(decoded, file, "{length}");
            assert!(keys.starts_with("a=T,f=100,t=d,q=2,c=80,"));
        }
    }
}
