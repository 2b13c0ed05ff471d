//! Reading never panics; what was read without errors prints as text that reads as the same tree.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| {
    let parsed = kql_syntax::parse(text);
    let printed = kql_syntax::print(&parsed.script);
    if parsed.diagnostics.iter().any(|d| d.is_error()) {
        return;
    }
    let again = kql_syntax::parse(&printed);
    assert!(!again.diagnostics.iter().any(|d| d.is_error()), "{printed}");
    assert_eq!(parsed.script.outline(), again.script.outline(), "{printed}");
});
