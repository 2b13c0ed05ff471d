//! `let` statements that stay in the session.

use kql_syntax::ast::{Script, StatementKind};

/// Definitions in the order they were made. A text that consists of `let` statements alone is kept; every later query sees
/// it, as if written before it. A new definition of a name takes the place of the old one.
#[derive(Debug, Default)]
pub(crate) struct Lets {
    kept: Vec<(String, String)>,
}

impl Lets {
    /// The definitions a script makes, each with its text; `None` when it does something else too.
    pub(crate) fn definitions(script: &Script, text: &str) -> Option<Vec<(String, String)>> {
        if script.statements.is_empty() {
            return None;
        }
        let one = |s: &kql_syntax::ast::Statement| match &s.kind {
            StatementKind::Let { name, .. } => {
                let text = s.span.text(text).trim().trim_end_matches(';').to_owned();
                Some((name.text.clone(), text))
            }
            _ => None,
        };
        script.statements.iter().map(one).collect()
    }

    /// Keeps definitions.
    pub(crate) fn keep(&mut self, definitions: Vec<(String, String)>) {
        for (name, text) in definitions {
            match self.kept.iter_mut().find(|(n, _)| *n == name) {
                Some(old) => old.1 = text,
                None => self.kept.push((name, text)),
            }
        }
    }

    /// Forgets one definition, or all. Tells how many went.
    pub(crate) fn forget(&mut self, name: Option<&str>) -> usize {
        let before = self.kept.len();
        self.kept.retain(|(n, _)| name.is_some_and(|name| n != name));
        before - self.kept.len()
    }

    /// The text that goes before a query, which may define names again itself.
    pub(crate) fn prelude(&self, script: Option<&Script>) -> String {
        let own = |name: &str| {
            script.is_some_and(|script| {
                let defines = |s: &kql_syntax::ast::Statement| match &s.kind {
                    StatementKind::Let { name: defined, .. } => defined.text == name,
                    _ => false,
                };
                script.statements.iter().any(defines)
            })
        };
        self.kept.iter().filter(|(name, _)| !own(name)).map(|(_, text)| format!("{text};\n")).collect()
    }

    /// The definitions as text.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|(_, text)| text.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn definitions(text: &str) -> Option<Vec<(String, String)>> {
        Lets::definitions(&kql_syntax::parse(text).script, text)
    }

    #[test]
    fn only_texts_of_lets_are_kept() {
        assert_eq!(definitions("let a = 1; let f = (x:long) { x + a };").map(|d| d.len()), Some(2));
        assert_eq!(definitions("let a = 1; print a"), None);
        assert_eq!(definitions(""), None);
    }

    #[test]
    fn a_name_defined_again_takes_the_old_place() {
        let mut lets = Lets::default();
        lets.keep(definitions("let a = 1; let b = a;").unwrap_or_default());
        lets.keep(definitions("let a = 2").unwrap_or_default());
        assert_eq!(lets.prelude(None), "let a = 2;\nlet b = a;\n");
        assert_eq!(lets.prelude(Some(&kql_syntax::parse("let b = 5; print b").script)), "let a = 2;\n");
        assert_eq!(lets.forget(Some("a")), 1);
        assert_eq!(lets.forget(None), 1);
    }
}
