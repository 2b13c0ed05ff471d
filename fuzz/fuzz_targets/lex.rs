//! Tokens with blanks and comments cover the text, and end on character boundaries.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let (tokens, _) = kql_syntax::lex_with_trivia(text);
    let mut end = 0;
    for token in &tokens {
        assert_eq!(token.span.start, end);
        assert!(text.is_char_boundary(token.span.end as usize));
        end = token.span.end;
    }
    assert_eq!(end as usize, text.len());
});
