//! The rules of uap-core: for each kind of information a list of regular expressions, of which the first that matches
//! counts (<https://github.com/ua-parser/uap-core/blob/master/docs/specification.md>).

use super::literals::required;
use ::regex::bytes::{Captures, Regex, RegexBuilder};
use aho_corasick::AhoCorasick;
use std::sync::{LazyLock, OnceLock};

/// All rules.
pub(super) static RULES: LazyLock<Rules> =
    LazyLock::new(|| Rules::read(include_str!("../../../data/uap-core/regexes.yaml")));

/// The three lists.
#[derive(Debug)]
pub(super) struct Rules {
    pub(super) browsers: Section,
    pub(super) systems: Section,
    pub(super) devices: Section,
}

/// One list.
#[derive(Debug)]
pub(super) struct Section {
    kind: Kind,
    rules: Vec<Rule>,
    /// Texts of which a rule's match must have one: most rules need not be tried.
    literals: Option<AhoCorasick>,
    /// The rule of each of those texts.
    rule_of: Vec<usize>,
    /// Rules without such a text.
    always: Vec<usize>,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    /// Group 1 is the family, 2 to 5 are versions.
    Versions,
    /// Group 1 is the family and the model.
    Device,
}

#[derive(Debug, Default)]
struct Rule {
    pattern: &'static str,
    ignore_case: bool,
    /// For each value what to say instead of the group; `$1` to `$9` are groups.
    replacements: [Option<&'static str>; 5],
    /// Compiled when first tried.
    regex: OnceLock<Option<Regex>>,
}

impl Rules {
    /// Reads the subset of YAML that the file uses: lists of maps whose values are in single quotes.
    fn read(yaml: &'static str) -> Self {
        let mut lists: [Vec<Rule>; 3] = Default::default();
        let mut list = 0;
        for line in yaml.lines() {
            let (line, starts_rule) = match line.trim().strip_prefix("- ") {
                Some(rest) => (rest.trim_start(), true),
                None => (line.trim(), false),
            };
            let Some((key, value)) = line.split_once(':').filter(|_| !line.starts_with('#')) else { continue };
            let value = value.trim().trim_start_matches('\'');
            let value = value.rfind('\'').map_or(value, |end| &value[..end]);
            match key {
                "user_agent_parsers" => list = 0,
                "os_parsers" => list = 1,
                "device_parsers" => list = 2,
                _ => {
                    if starts_rule {
                        lists[list].push(Rule::default());
                    }
                    if let Some(rule) = lists[list].last_mut() {
                        rule.set(key, value);
                    }
                }
            }
        }
        let [browsers, systems, devices] = lists;
        Rules {
            browsers: Section::new(Kind::Versions, browsers),
            systems: Section::new(Kind::Versions, systems),
            devices: Section::new(Kind::Device, devices),
        }
    }
}

impl Rule {
    fn set(&mut self, key: &str, value: &'static str) {
        let place = match key {
            "regex" => return self.pattern = value,
            "regex_flag" => return self.ignore_case = value == "i",
            "family_replacement" | "os_replacement" | "device_replacement" => 0,
            "v1_replacement" | "os_v1_replacement" | "brand_replacement" => 1,
            "v2_replacement" | "os_v2_replacement" | "model_replacement" => 2,
            "v3_replacement" | "os_v3_replacement" => 3,
            "os_v4_replacement" => 4,
            _ => return,
        };
        self.replacements[place] = Some(value);
    }

    fn regex(&self) -> Option<&Regex> {
        let compile = || {
            RegexBuilder::new(self.pattern)
                .unicode(false)
                .case_insensitive(self.ignore_case)
                .size_limit(64 << 20)
                .build()
        };
        self.regex.get_or_init(|| compile().ok()).as_ref()
    }

    fn values(&self, kind: Kind, captures: &Captures) -> [String; 5] {
        let group = |n: usize| captures.get(n).map(|m| String::from_utf8_lossy(m.as_bytes()).into_owned());
        std::array::from_fn(|place| {
            let own = match (kind, place) {
                (Kind::Versions, place) => place + 1,
                // Family and model are the first group; the brand is never one.
                (Kind::Device, 0 | 2) => 1,
                (Kind::Device, _) => return self.replacements[place].map_or_else(String::new, |r| fill(r, group)),
            };
            match self.replacements[place] {
                Some(replacement) => fill(replacement, group),
                None => group(own).unwrap_or_default(),
            }
        })
    }
}

/// A replacement with its groups put in.
fn fill(replacement: &str, group: impl Fn(usize) -> Option<String>) -> String {
    let mut out = String::new();
    let mut chars = replacement.chars().peekable();
    while let Some(c) = chars.next() {
        let digit = if c == '$' { chars.peek().and_then(|d| d.to_digit(10)) } else { None };
        match digit {
            Some(n) => {
                chars.next();
                out.push_str(&group(n as usize).unwrap_or_default());
            }
            None => out.push(c),
        }
    }
    out.trim().to_owned()
}

impl Section {
    fn new(kind: Kind, rules: Vec<Rule>) -> Self {
        let (mut texts, mut rule_of, mut always) = (Vec::new(), Vec::new(), Vec::new());
        for (i, rule) in rules.iter().enumerate() {
            match required(rule.pattern) {
                Some(any_of) => {
                    rule_of.extend(any_of.iter().map(|_| i));
                    texts.extend(any_of);
                }
                None => always.push(i),
            }
        }
        let literals = AhoCorasick::builder().ascii_case_insensitive(true).build(texts).ok();
        if literals.is_none() {
            always = (0..rules.len()).collect();
        }
        Section { kind, rules, literals, rule_of, always }
    }

    /// The values of the first rule that matches: family and versions, or family, brand and model.
    pub(super) fn find(&self, agent: &str) -> [String; 5] {
        let found = self.literals.iter().flat_map(|l| l.find_overlapping_iter(agent));
        let mut candidates: Vec<usize> = found.map(|m| self.rule_of[m.pattern().as_usize()]).collect();
        candidates.extend(&self.always);
        candidates.sort_unstable();
        candidates.dedup();
        for rule in candidates.into_iter().map(|i| &self.rules[i]) {
            if let Some(captures) = rule.regex().and_then(|r| r.captures(agent.as_bytes())) {
                return rule.values(self.kind, &captures);
            }
        }
        let mut none: [String; 5] = Default::default();
        none[0] = "Other".to_owned();
        none
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_and_most_have_a_literal() {
        for (section, least) in [(&RULES.browsers, 300), (&RULES.systems, 150), (&RULES.devices, 600)] {
            assert!(section.rules.len() >= least, "{}", section.rules.len());
            assert!(section.always.len() * 20 < section.rules.len(), "{}", section.always.len());
            for rule in &section.rules {
                let parsed = regex_syntax::ParserBuilder::new().unicode(false).utf8(false).build().parse(rule.pattern);
                assert!(parsed.is_ok(), "{}", rule.pattern);
            }
        }
        assert_eq!(fill("a $1-$9$ $x", |n| (n == 1).then(|| "é".to_owned())), "a é-$ $x");
    }
}
