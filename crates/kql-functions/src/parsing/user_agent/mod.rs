//! `parse_user_agent`.

use super::write_members;
use crate::ScalarFunction;
use crate::cache::Cache;
use crate::kernel::{dynamic_map, texts};
use kql_types::dynamic;
use kql_types::function::{FunctionKind, FunctionSpec, example};
use rules::{RULES, Section};

mod literals;
mod rules;

pub(crate) static PARSE_USER_AGENT: ScalarFunction = ScalarFunction {
    spec: FunctionSpec::new(
        "parse_user_agent",
        FunctionKind::Scalar,
        &["(user_agent:string, look_for?:string|dynamic) -> dynamic"],
        "What a user agent text says about the browser (Family, MajorVersion, MinorVersion, Patch), the operating system \
         (the same and PatchMinor) and the device (Family, Brand, Model), by the rules of the uap-core project; what is \
         not known is `Other` or `''`. `look_for` is `browser`, `os`, `device` or an array of them (all when left out). \
         Null when it is none of them. <https://learn.microsoft.com/kusto/query/parse-user-agent-function>",
    )
    .examples(&[example(
        "parse_user_agent('Mozilla/5.0 (Windows; U; en-US) AppleWebKit/531.9 (KHTML, like Gecko) AdobeAIR/2.5.1', 'browser')",
        "{\"Browser\":{\"Family\":\"AdobeAIR\",\"MajorVersion\":\"2\",\"MinorVersion\":\"5\",\"Patch\":\"1\"}}",
    )]),
    kernel: |call, args| {
        // The same agents come again and again, and a new one takes a hundred expressions.
        static SEEN: Cache<(u8, Box<str>), String> = Cache::new();
        let agent = texts(&args[0])?;
        let look_for = if args.len() > 1 { Some(texts(&args[1])?) } else { None };
        let is_dynamic = call.arguments.get(1) == Some(&kql_types::ScalarType::Dynamic);
        dynamic_map(args, |row, out| {
            let wanted = match &look_for {
                None => ALL,
                Some(look_for) => wanted(look_for.text(row), is_dynamic),
            };
            if wanted == 0 {
                return false;
            }
            let agent = agent.text(row);
            out.push_str(&SEEN.get_or((wanted, agent.into()), |_| describe(agent, wanted)));
            true
        })
    },
};

const BROWSER: u8 = 1;
const SYSTEM: u8 = 2;
const DEVICE: u8 = 4;
const ALL: u8 = BROWSER | SYSTEM | DEVICE;

fn wanted(look_for: &str, is_dynamic: bool) -> u8 {
    let one = |name: &str| match name {
        "browser" => BROWSER,
        "os" => SYSTEM,
        "device" => DEVICE,
        _ => 0,
    };
    match is_dynamic {
        false => one(look_for),
        true if look_for.starts_with('[') => {
            dynamic::array_items(look_for).fold(0, |all, item| all | one(&dynamic::to_text(item)))
        }
        true => one(&dynamic::to_text(look_for)),
    }
}

fn describe(agent: &str, wanted: u8) -> String {
    let mut out = String::new();
    let mut part = |flag: u8, name: &str, section: &Section, keys: &[&str]| {
        if wanted & flag == 0 {
            return;
        }
        out.push(if out.is_empty() { '{' } else { ',' });
        dynamic::write_quoted(&mut out, name);
        out.push_str(":{");
        let values = section.find(agent);
        let members: Vec<(&str, &str)> = keys.iter().zip(&values).map(|(k, v)| (*k, v.as_str())).collect();
        write_members(&mut out, &members);
        out.push('}');
    };
    let versions = ["Family", "MajorVersion", "MinorVersion", "Patch", "PatchMinor"];
    part(BROWSER, "Browser", &RULES.browsers, &versions[..4]);
    part(SYSTEM, "OperatingSystem", &RULES.systems, &versions);
    part(DEVICE, "Device", &RULES.devices, &["Family", "Brand", "Model"]);
    out.push('}');
    out
}

#[cfg(test)]
mod tests {
    use crate::testing::{check, dynamic, string};

    /// All three parts.
    fn json(browser: [&str; 4], system: [&str; 5], device: [&str; 3]) -> String {
        let [f, a, b, c] = browser;
        let [sf, sa, sb, sc, sd] = system;
        let [df, db, dm] = device;
        format!(
            r#"{{"Browser":{{"Family":"{f}","MajorVersion":"{a}","MinorVersion":"{b}","Patch":"{c}"}},"OperatingSystem":{{"Family":"{sf}","MajorVersion":"{sa}","MinorVersion":"{sb}","Patch":"{sc}","PatchMinor":"{sd}"}},"Device":{{"Family":"{df}","Brand":"{db}","Model":"{dm}"}}}}"#
        )
    }

    #[test]
    fn agents() {
        for (agent, browser, system, device) in [
            (
                "Mozilla/5.0 (SymbianOS/9.2; U; Series60/3.1 NokiaN81-3/10.0.032 Profile/MIDP-2.0 Configuration/CLDC-1.1 ) AppleWebKit/413 (KHTML, like Gecko) Safari/4",
                ["Nokia OSS Browser", "3", "1", ""],
                ["Symbian OS", "9", "2", "", ""],
                ["Nokia N81", "Nokia", "N81-3"],
            ),
            (
                "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0.6099.130 Safari/537.36",
                ["Chrome", "120", "0", "6099"],
                ["Windows", "10", "", "", ""],
                ["Other", "", ""],
            ),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 16_3_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/16.3 Mobile/15E148 Safari/604.1",
                ["Mobile Safari", "16", "3", ""],
                ["iOS", "16", "3", "1", ""],
                ["iPhone", "Apple", "iPhone"],
            ),
            (
                "python-requests/2.28.1",
                ["Python Requests", "2", "28", ""],
                ["Other", "", "", "", ""],
                ["Other", "", ""],
            ),
            ("curl/7.68.0", ["curl", "7", "68", "0"], ["Other", "", "", "", ""], ["Other", "", ""]),
            ("", ["Other", "", "", ""], ["Other", "", "", "", ""], ["Other", "", ""]),
            ("é\"😀", ["Other", "", "", ""], ["Other", "", "", "", ""], ["Other", "", ""]),
        ] {
            check("parse_user_agent", &[string(agent)], dynamic(&json(browser, system, device)));
        }
    }

    #[test]
    fn parts() {
        let agent = string("curl/7.68.0");
        let browser = r#""Browser":{"Family":"curl","MajorVersion":"7","MinorVersion":"68","Patch":"0"}"#;
        let device = r#""Device":{"Family":"Other","Brand":"","Model":""}"#;
        for (look_for, want) in [
            (string("browser"), format!("{{{browser}}}")),
            (dynamic(r#""device""#), format!("{{{device}}}")),
            (dynamic(r#"["device","browser","x"]"#), format!("{{{browser},{device}}}")),
            (string("x"), "null".to_owned()),
            (dynamic("[]"), "null".to_owned()),
            (dynamic("null"), "null".to_owned()),
        ] {
            check("parse_user_agent", &[agent.clone(), look_for], dynamic(&want));
        }
    }
}
