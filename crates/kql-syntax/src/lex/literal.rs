//! Words, numbers and strings: one nom parser each over the bytes of the query.

use super::keyword::{self, Keyword};
use super::token::TokenKind;
use kql_types::ScalarType;
use nom::bytes::complete::{tag, take, take_till, take_while, take_while1};

/// Parsers of tokens read bytes and cannot explain a failure: the dispatcher only calls one that fits.
pub(super) type Scan<'a> = nom::IResult<&'a [u8], TokenKind, ()>;

/// Letters, digits and `_`.
pub(super) fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}

/// A word that starts with a letter, `_` or `$`: a name, a keyword, a typed literal or the `h` of a string.
pub(super) fn word(i: &[u8]) -> Scan<'_> {
    let (_, head) = take(1usize)(i)?;
    let (rest, _) = take_while(is_word)(&i[head.len()..])?;
    let text = &i[..i.len() - rest.len()];
    match rest.first() {
        Some(b'(') => {
            if let Some(ty) = typed(text)
                && let Some(rest) = raw_content(rest)
            {
                return Ok((rest, TokenKind::Typed(ty)));
            }
        }
        Some(b'-') => {
            if let Some(end) = hyphenated(i, text) {
                return Ok(end);
            }
            if let Some(rest) = guid(i, text) {
                return Ok((rest, TokenKind::Guid));
            }
        }
        Some(b'~') if text == b"in" && !rest.starts_with(b"~~~") => {
            return Ok((&rest[1..], TokenKind::Keyword(Keyword::InTilde)));
        }
        Some(b'"' | b'\'' | b'@' | b'`' | b'~') if matches!(text, b"h" | b"H") => {
            if let Ok(found) = string(rest) {
                return Ok(found);
            }
        }
        _ => {}
    }
    let kind = match keyword::lookup(text) {
        Some(word) => TokenKind::Keyword(word),
        None if is_bool(text) => TokenKind::Bool,
        None => TokenKind::Name,
    };
    Ok((rest, kind))
}

fn is_bool(word: &[u8]) -> bool {
    matches!(word, b"true" | b"false" | b"True" | b"False" | b"TRUE" | b"FALSE")
}

/// The types whose literals hold raw text. `dynamic(…)` is not among them: its content is tokens.
fn typed(word: &[u8]) -> Option<ScalarType> {
    Some(match word {
        b"bool" | b"boolean" => ScalarType::Bool,
        b"int" | b"int32" => ScalarType::Int,
        b"long" | b"int64" => ScalarType::Long,
        b"real" | b"double" => ScalarType::Real,
        b"decimal" => ScalarType::Decimal,
        b"datetime" | b"date" => ScalarType::Datetime,
        b"timespan" | b"time" => ScalarType::Timespan,
        b"guid" | b"uuid" | b"uniqueid" => ScalarType::Guid,
        b"string" => ScalarType::String,
        _ => return None,
    })
}

/// `( … )` without nesting. Fails at a `|` or `;` before the `)` and on long texts: then a bracket is missing and the rest is
/// worth reading.
fn raw_content(i: &[u8]) -> Option<&[u8]> {
    const LONGEST: usize = 400;
    let end = i.iter().take(LONGEST).position(|b| matches!(b, b')' | b'|' | b';'))?;
    (i[end] == b')').then(|| &i[end + 1..])
}

/// The longest keyword with hyphens that starts with this word: `project-away`, `graph-to-table`.
fn hyphenated<'a>(i: &'a [u8], head: &[u8]) -> Option<(&'a [u8], TokenKind)> {
    if !matches!(
        head,
        b"assert"
            | b"graph"
            | b"granny"
            | b"macro"
            | b"make"
            | b"mv"
            | b"parse"
            | b"partitioned"
            | b"project"
            | b"sample"
            | b"top"
    ) {
        return None;
    }
    let mut end = head.len();
    let mut found = None;
    while i.get(end) == Some(&b'-') && end < keyword::LONGEST {
        let tail = i[end + 1..].iter().take_while(|b| is_word(**b)).count();
        if tail == 0 {
            break;
        }
        end += 1 + tail;
        if let Some(keyword) = keyword::lookup(&i[..end]) {
            found = Some((&i[end..], TokenKind::Keyword(keyword)));
        }
    }
    found
}

/// A guid written bare; `head` is what stands before the first hyphen.
fn guid<'a>(i: &'a [u8], head: &[u8]) -> Option<&'a [u8]> {
    if head.len() != 8 || i.len() < 36 {
        return None;
    }
    let fits = i[..36].iter().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => *byte == b'-',
        _ => byte.is_ascii_hexdigit(),
    });
    let ends = i.get(36).is_none_or(|b| !is_word(*b));
    (fits && ends).then(|| &i[36..])
}

/// Something that starts with a digit: a number, a timespan, or a name such as `5h_avg`.
pub(super) fn number(i: &[u8]) -> Scan<'_> {
    let (rest, text) = take_while1(is_word)(i)?;
    let digits = text.iter().take_while(|b| b.is_ascii_digit()).count();
    let tail = &text[digits..];
    if tail.is_empty() {
        return match rest {
            [b'.', b'.', ..] => Ok((rest, TokenKind::Long)),
            [b'.', next, ..] if next.is_ascii_digit() => fraction(&rest[1..]),
            [b'.', b'e' | b'E', ..] if exponent(&rest[1..]).is_some() => {
                Ok((exponent(&rest[1..]).unwrap_or(rest), TokenKind::Real))
            }
            [b'.', next, ..] if is_word(*next) || *next == b'[' => Ok((rest, TokenKind::Long)),
            [b'.', ..] => Ok((&rest[1..], TokenKind::Real)),
            [b'-', ..] => match guid(i, text) {
                Some(rest) => Ok((rest, TokenKind::Guid)),
                None => Ok((rest, TokenKind::Long)),
            },
            _ => Ok((rest, TokenKind::Long)),
        };
    }
    if is_unit(tail) {
        return Ok((rest, TokenKind::Timespan));
    }
    if digits == 1 && text[0] == b'0' && matches!(tail[0], b'x' | b'X') {
        let hex = &tail[1..];
        if !hex.is_empty() && hex.iter().all(u8::is_ascii_hexdigit) {
            return Ok((rest, TokenKind::Long));
        }
    }
    // An exponent may carry a sign, which is no part of the word: `1e-5`.
    if let Some(after) = exponent(&i[digits..])
        && after.first().is_none_or(|b| !is_word(*b))
    {
        return Ok((after, TokenKind::Real));
    }
    if let (Some(b'-'), Some(rest)) = (rest.first(), guid(i, text)) {
        return Ok((rest, TokenKind::Guid));
    }
    Ok((rest, TokenKind::Name))
}

/// What follows the point of a number: digits, then an exponent or the unit of a timespan.
fn fraction(i: &[u8]) -> Scan<'_> {
    let (rest, _) = take_while1(|b: u8| b.is_ascii_digit())(i)?;
    if let Some(after) = exponent(rest) {
        return Ok((after, TokenKind::Real));
    }
    let (after, tail) = take_while(is_word)(rest)?;
    if is_unit(tail) { Ok((after, TokenKind::Timespan)) } else { Ok((rest, TokenKind::Real)) }
}

/// What follows an exponent `e5`, `E-3`.
fn exponent(i: &[u8]) -> Option<&[u8]> {
    let i = i.strip_prefix(b"e").or_else(|| i.strip_prefix(b"E"))?;
    let i = i.strip_prefix(b"+").or_else(|| i.strip_prefix(b"-")).unwrap_or(i);
    let digits = i.iter().take_while(|b| b.is_ascii_digit()).count();
    (digits > 0).then(|| &i[digits..])
}

/// The units of timespan literals.
fn is_unit(word: &[u8]) -> bool {
    matches!(
        word,
        b"d" | b"day"
            | b"days"
            | b"h"
            | b"hr"
            | b"hrs"
            | b"hour"
            | b"hours"
            | b"m"
            | b"min"
            | b"minute"
            | b"minutes"
            | b"s"
            | b"sec"
            | b"second"
            | b"seconds"
            | b"ms"
            | b"milli"
            | b"millis"
            | b"millisec"
            | b"millisecond"
            | b"milliseconds"
            | b"micro"
            | b"micros"
            | b"microsec"
            | b"microsecond"
            | b"microseconds"
            | b"nano"
            | b"nanos"
            | b"nanosec"
            | b"nanosecond"
            | b"nanoseconds"
            | b"tick"
            | b"ticks"
    )
}

/// A string without its `h`: plain, verbatim or fenced.
pub(super) fn string(i: &[u8]) -> Scan<'_> {
    match i {
        [b'@', quote @ (b'"' | b'\''), ..] => verbatim(&i[2..], *quote),
        [b'`', b'`', b'`', ..] => fenced(&i[3..], b"```"),
        [b'~', b'~', b'~', ..] => fenced(&i[3..], b"~~~"),
        [quote @ (b'"' | b'\''), ..] => plain(&i[1..], *quote),
        _ => Err(nom::Err::Error(())),
    }
}

/// After the opening quote of a string with escapes. It ends at the quote; at the end of the line it is unclosed.
fn plain(mut i: &[u8], quote: u8) -> Scan<'_> {
    loop {
        let (rest, _) = take_till(|b| b == quote || matches!(b, b'\\' | b'\r' | b'\n'))(i)?;
        match rest {
            [b'\\', b'\r' | b'\n', ..] | [b'\\'] => return Ok((&rest[1..], TokenKind::UnclosedString)),
            // The escaped byte may start a long character: its other bytes are no delimiters.
            [b'\\', _, ..] => i = &rest[2..],
            [b'\r' | b'\n', ..] | [] => return Ok((rest, TokenKind::UnclosedString)),
            _ => return Ok((&rest[1..], TokenKind::String)),
        }
    }
}

/// After the opening quote of `@"…"`: a doubled quote stands for one.
fn verbatim(mut i: &[u8], quote: u8) -> Scan<'_> {
    loop {
        let (rest, _) = take_till(|b| b == quote || matches!(b, b'\r' | b'\n'))(i)?;
        match rest {
            [a, b, ..] if *a == quote && *b == quote => i = &rest[2..],
            [a, ..] if *a == quote => return Ok((&rest[1..], TokenKind::String)),
            _ => return Ok((rest, TokenKind::UnclosedString)),
        }
    }
}

/// After an opening fence: everything up to the same fence, lines included.
fn fenced<'a>(mut i: &'a [u8], fence: &'static [u8]) -> Scan<'a> {
    loop {
        let (rest, _) = take_till(|b| b == fence[0])(i)?;
        if rest.is_empty() {
            return Ok((rest, TokenKind::UnclosedString));
        }
        match tag::<_, _, ()>(fence)(rest) {
            Ok((rest, _)) => return Ok((rest, TokenKind::String)),
            Err(_) => i = &rest[1..],
        }
    }
}
