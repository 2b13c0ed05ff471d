//! What a large company has beyond a small one: the long tail of programs, libraries, hosts and correspondents.
//!
//! The numbers grow with the square root of the events, from [`FROM`] events on: below it nothing is added, and the data is
//! that of the fixtures. Frequencies fall as in real tenants: a few names make most of the rows, and most names are rare.

use crate::world::{Host, Library, Program, Sender, User, hex};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// So many events make a large company.
pub(crate) const FROM: u64 = 100_000;

/// A position among `n` things, the first ones much more frequent than the last.
pub(crate) fn tail(random: &mut ChaCha8Rng, n: usize) -> usize {
    let x: f64 = random.random();
    ((x * x * x * x * n as f64) as usize).min(n.saturating_sub(1))
}

/// Hex digits that follow from a number: the same thing has the same hash wherever it is met.
pub(crate) fn digest(of: u64, digits: usize) -> String {
    let mut state = of ^ 0x6b71_6c20_6469_6765;
    let mut text = String::with_capacity(digits + 15);
    while text.len() < digits {
        // SplitMix64.
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        push_hex(&mut text, z ^ (z >> 31));
    }
    text.truncate(digits);
    text
}

fn push_hex(text: &mut String, word: u64) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for at in 0..16 {
        text.push(char::from(DIGITS[(word >> (60 - 4 * at)) as usize & 15]));
    }
}

/// What is added.
#[derive(Debug, Default)]
pub(crate) struct Growth {
    pub(crate) programs: Vec<Program>,
    pub(crate) libraries: Vec<Library>,
    pub(crate) hosts: Vec<Host>,
    pub(crate) senders: Vec<Sender>,
}

impl Growth {
    /// For this many events; it draws from a sequence of its own, so that what a small company has stays the same.
    pub(crate) fn of(events: u64, seed: u64, users: &[User]) -> Growth {
        if events < FROM {
            return Growth::default();
        }
        let random = &mut ChaCha8Rng::seed_from_u64(seed ^ 0x6772_6f77);
        let root = (events as f64).sqrt();
        let size = |factor: f64| ((root * factor) as usize).min(200_000);
        Growth {
            programs: programs(size(0.4), random),
            libraries: libraries(size(0.6), random),
            hosts: hosts(size(4.0), random),
            senders: senders(size(1.5), users, random),
        }
    }
}

const VENDORS: [&str; 24] = [
    "Adatum",
    "Adventure",
    "Bellows",
    "Consolidated",
    "Datum",
    "Fabrikam",
    "Fourth Coffee",
    "Graphic",
    "Humongous",
    "Lamna",
    "Liberty",
    "Litware",
    "Lucerne",
    "Margie",
    "Munson",
    "Nod",
    "Northwind",
    "Proseware",
    "Relecloud",
    "Tailspin",
    "Trey",
    "Vanarsdel",
    "Wingtip",
    "Woodgrove",
];
const ROLES: [&str; 20] = [
    "Agent",
    "Assistant",
    "Backup",
    "Broker",
    "Client",
    "Connector",
    "Console",
    "Crash Handler",
    "Helper",
    "Host",
    "Launcher",
    "Monitor",
    "Print",
    "Renderer",
    "Scanner",
    "Service",
    "Sync",
    "Tray",
    "Updater",
    "Viewer",
];
/// Command lines of such programs; `{f}` is the file.
const COMMANDS: [&str; 12] = [
    r#""{f}" --type=renderer --field-trial-handle={x},{n} --lang=en-US --device-scale-factor=1 --renderer-client-id={n}"#,
    r#""{f}" --session {g}"#,
    r#""{f}" -Embedding"#,
    r#""{f}" /config "C:\Users\{u}\AppData\Local\Vendor\{x}.json" /quiet"#,
    r#""{f}" --crash-handler --pid={n} --token={g}"#,
    r#""{f}" /server:{h} /port:{n}"#,
    r#""{f}" "C:\Users\{u}\Documents\Project {n}\notes {x}.txt""#,
    r#""{f}""#,
    r#""{f}" --upload \\{h}\share\{u}\{x}"#,
    r#""{f}" -scan -id {n} -log C:\ProgramData\Vendor\Logs\{x}.log"#,
    r#""{f}" --ipc-channel={x}.{x} --parent={n}"#,
    r#""{f}" /u {u} /job {g} /priority normal"#,
];

/// Programs of Windows that most devices run: file, command line, parent.
const WINDOWS: [(&str, &str, &str); 27] = [
    ("RuntimeBroker.exe", "RuntimeBroker.exe -Embedding", "svchost.exe"),
    ("dllhost.exe", "DllHost.exe /Processid:{{g}}", "svchost.exe"),
    ("backgroundTaskHost.exe", "\"backgroundTaskHost.exe\" -ServerName:App.App{x}.mca", "svchost.exe"),
    (
        "SearchProtocolHost.exe",
        "\"SearchProtocolHost.exe\" Global\\UsGthrFltPipeMssGthrPipe{n} 1 -{n} \"Software\"",
        "searchindexer.exe",
    ),
    ("SearchFilterHost.exe", "\"SearchFilterHost.exe\" 0 {n} {n} {n} 8192 {n}", "searchindexer.exe"),
    ("taskhostw.exe", "taskhostw.exe {{g}}", "svchost.exe"),
    ("WmiPrvSE.exe", "wmiprvse.exe -secured -Embedding", "svchost.exe"),
    ("svchost.exe", "svchost.exe -k LocalSystemNetworkRestricted -p -s WdiSystemHost", "services.exe"),
    ("svchost.exe", "svchost.exe -k ClipboardSvcGroup -p -s cbdhsvc_{x}", "services.exe"),
    (
        "msedgewebview2.exe",
        "\"msedgewebview2.exe\" --type=gpu-process --noerrdialogs --user-data-dir=\"C:\\Users\\{u}\\AppData\\Local\\EBWebView\" --mojo-platform-channel-handle={n} /prefetch:{x}",
        "teams.exe",
    ),
    (
        "chrome.exe",
        "\"chrome.exe\" --type=renderer --origin-trial-disabled-features={x} --lang=en-US --time-ticks-at-unix-epoch=-{x} --launch-time-ticks={x} --renderer-client-id={n}",
        "chrome.exe",
    ),
    (
        "msedge.exe",
        "\"msedge.exe\" --type=renderer --instant-process --lang=en-US --js-flags=--ms-user-locale= --field-trial-handle={n},i,{x} --variations-seed-version",
        "msedge.exe",
    ),
    ("OneDrive.exe", "\"OneDrive.exe\" /background /setautostart", "explorer.exe"),
    ("explorer.exe", "explorer.exe", "userinit.exe"),
    ("consent.exe", "consent.exe {n} {n} {x}", "svchost.exe"),
    ("MpCmdRun.exe", "\"MpCmdRun.exe\" SignatureUpdate -ScheduleJob -RestrictPrivileges -Reinvoke", "svchost.exe"),
    ("services.exe", "services.exe", "wininit.exe"),
    ("sihost.exe", "sihost.exe", "svchost.exe"),
    ("smartscreen.exe", "smartscreen.exe -Embedding", "svchost.exe"),
    ("ctfmon.exe", "\"ctfmon.exe\"", "svchost.exe"),
    ("gpupdate.exe", "gpupdate.exe /target:computer /wait:{n}", "svchost.exe"),
    ("notepad.exe", "\"notepad.exe\" C:\\Users\\{u}\\Desktop\\todo {n}.txt", "explorer.exe"),
    ("msiexec.exe", "msiexec.exe /V", "services.exe"),
    ("wevtutil.exe", "wevtutil.exe qe Application /c:{n} /rd:true /f:text", "cmd.exe"),
    ("certutil.exe", "certutil.exe -hashfile C:\\Users\\{u}\\Downloads\\setup {n}.exe SHA256", "cmd.exe"),
    ("tiworker.exe", "TiWorker.exe -Embedding", "svchost.exe"),
    ("ping.exe", "ping.exe -n 2 {h}", "cmd.exe"),
];

/// Rare and harmless, and near to what hunts look for: each a few times in a million rows.
const NEAR_MISSES: [(&str, &str, &str); 8] = [
    ("powershell.exe", "powershell.exe -NoProfile -EncodedCommand RwBlAHQALQBTAGUAcgB2AGkAYwBlAA==", "ccmexec.exe"),
    (
        "powershell.exe",
        "powershell.exe -NonInteractive -enc RwBlAHQALQBIAG8AdABGAGkAeAAgAHwAIABFAHgAcABvAHIAdAAtAEMAcwB2ACAAQwA6AFwAUAByAG8AZwByAGEAbQBEAGEAdABhAFwASQBuAHYAZQBuAHQAbwByAHkAXABoAG8AdABmAGkAeAAuAGMAcwB2AA==",
        "monitoringhost.exe",
    ),
    ("net.exe", "net.exe group /domain", "cmd.exe"),
    ("whoami.exe", "whoami.exe", "powershell.exe"),
    ("vssadmin.exe", "vssadmin.exe list shadows", "backupagent.exe"),
    (
        "schtasks.exe",
        "schtasks.exe /create /sc daily /tn \"Vendor\\Inventory {n}\" /tr C:\\ProgramData\\Vendor\\inventory.exe /f",
        "msiexec.exe",
    ),
    ("rundll32.exe", "rundll32.exe C:\\Windows\\System32\\comsvcs.dll,ComSvcsInstall", "msiexec.exe"),
    ("rclone.exe", "rclone.exe sync D:\\Backup archive:{u} --transfers 4", "taskeng.exe"),
];

/// Programs in the order of their frequency.
fn programs(count: usize, random: &mut ChaCha8Rng) -> Vec<Program> {
    const SYSTEM: &str = r"C:\Windows\System32";
    let windows = |(file, command, parent): &(&'static str, &'static str, &'static str)| {
        (
            file.to_string(),
            SYSTEM.to_owned(),
            "Microsoft Corporation".to_owned(),
            "Microsoft® Windows® Operating System".to_owned(),
            command.to_string(),
            parent.to_string(),
        )
    };
    let mut all: Vec<_> = WINDOWS.iter().map(windows).collect();
    while all.len() + NEAR_MISSES.len() < count {
        let vendor = VENDORS[random.random_range(0..VENDORS.len())];
        let role = ROLES[random.random_range(0..ROLES.len())];
        let number = random.random_range(0..40);
        let suite = if number == 0 { String::new() } else { number.to_string() };
        let file = format!("{}{}{suite}.exe", vendor.replace(' ', ""), role.replace(' ', ""));
        let per_user = random.random_bool(0.4);
        let folder = match per_user {
            true => format!(r"C:\Users\{{u}}\AppData\Local\{vendor}\{role}"),
            false => format!(
                r"C:\Program Files\{vendor}\{role} {}.{}",
                random.random_range(1..9),
                random.random_range(0..30)
            ),
        };
        let command = COMMANDS[random.random_range(0..COMMANDS.len())].replace("{f}", &file);
        let parent = match per_user {
            true => "explorer.exe",
            false => ["services.exe", "svchost.exe", "taskhostw.exe", "cmd.exe"][random.random_range(0..4)],
        };
        let entry = (file, folder, format!("{vendor} Inc."), format!("{vendor} {role}"), command, parent.to_owned());
        // Devices have not all the newest version.
        for _ in 0..random.random_range(1..=3) {
            all.push(entry.clone());
        }
    }
    all.extend(NEAR_MISSES.iter().map(windows));
    let program =
        |(file, folder, company, product, command, parent): (String, String, String, String, String, String)| Program {
            file: file.into(),
            folder: folder.into(),
            company: company.into(),
            product: product.into(),
            command: command.into(),
            parent: parent.into(),
            size: random.random_range(30_000..25_000_000),
            sha1: hex(random, 40),
            sha256: hex(random, 64),
            md5: hex(random, 32),
        };
    all.into_iter().map(program).collect()
}

fn libraries(count: usize, random: &mut ChaCha8Rng) -> Vec<Library> {
    const SYSTEM: [&str; 24] = [
        "kernel32",
        "ntdll",
        "kernelbase",
        "advapi32",
        "user32",
        "rpcrt4",
        "sechost",
        "ole32",
        "combase",
        "bcrypt",
        "crypt32",
        "wininet",
        "winhttp",
        "ws2_32",
        "amsi",
        "clr",
        "mscoree",
        "vaultcli",
        "dbghelp",
        "taskschd",
        "wldp",
        "propsys",
        "shell32",
        "samlib",
    ];
    let mut all = Vec::with_capacity(count);
    while all.len() < count {
        let at = all.len();
        let (name, folder) = match SYSTEM.get(at) {
            Some(name) => (format!("{name}.dll"), r"C:\Windows\System32".to_owned()),
            None => {
                let vendor = VENDORS[random.random_range(0..VENDORS.len())];
                let role = ROLES[random.random_range(0..ROLES.len())];
                let name =
                    format!("{}{}{}.dll", vendor.replace(' ', ""), role.replace(' ', ""), random.random_range(0..20));
                (name, format!(r"C:\Program Files\{vendor}\{role}"))
            }
        };
        all.push(Library {
            path: format!("{folder}\\{name}"),
            name,
            size: random.random_range(30_000..6_000_000),
            sha1: hex(random, 40),
            sha256: hex(random, 64),
        });
    }
    all
}

fn hosts(count: usize, random: &mut ChaCha8Rng) -> Vec<Host> {
    const KINDS: [&str; 12] =
        ["api", "assets", "cdn", "edge", "events", "img", "login", "mail", "push", "static", "telemetry", "www"];
    let host = |at: usize| {
        let vendor = VENDORS[random.random_range(0..VENDORS.len())].to_lowercase().replace(' ', "");
        let kind = KINDS[random.random_range(0..KINDS.len())];
        let inside = at % 40 == 39;
        let url = match inside {
            true => format!("app-{at}.contoso.example"),
            false => format!("{kind}-{at}.{vendor}{}.example", random.random_range(1..400)),
        };
        // 198.18.0.0/15 is for benchmarks (RFC 2544): no one's address.
        let ip = match inside {
            true => format!("10.21.{}.{}", random.random_range(0..200), random.random_range(1..255)),
            false => format!(
                "198.{}.{}.{}",
                random.random_range(18..20),
                random.random_range(0..256),
                random.random_range(1..255)
            ),
        };
        Host { url: url.into(), ip: ip.into() }
    };
    (0..count).map(host).collect()
}

fn senders(count: usize, users: &[User], random: &mut ChaCha8Rng) -> Vec<Sender> {
    const NAMES: [&str; 12] = [
        "billing",
        "careers",
        "events",
        "hello",
        "info",
        "news",
        "no-reply",
        "notifications",
        "office",
        "sales",
        "support",
        "team",
    ];
    const SUBJECTS: [&str; 16] = [
        "Agenda for",
        "Delivery update",
        "Follow-up",
        "Invitation:",
        "Invoice",
        "Monthly report",
        "New comment on",
        "Offer",
        "Password expires in",
        "Payment received",
        "Question about",
        "Re: contract",
        "Reminder",
        "Statement",
        "Ticket",
        "Webinar",
    ];
    let sender = |_: usize| {
        let subject = SUBJECTS[random.random_range(0..SUBJECTS.len())];
        if random.random_bool(0.3) && !users.is_empty() {
            let user = &users[random.random_range(0..users.len())];
            return Sender {
                address: user.upn.clone().into(),
                display: user.name.clone().into(),
                ip: "10.20.0.33".into(),
                subject,
            };
        }
        let vendor = VENDORS[random.random_range(0..VENDORS.len())];
        let domain = format!("{}{}.example", vendor.to_lowercase().replace(' ', ""), random.random_range(1..400));
        Sender {
            address: format!("{}@{domain}", NAMES[random.random_range(0..NAMES.len())]).into(),
            display: format!("{vendor} {}", ROLES[random.random_range(0..ROLES.len())]).into(),
            ip: format!(
                "198.{}.{}.{}",
                random.random_range(18..20),
                random.random_range(0..256),
                random.random_range(1..255)
            )
            .into(),
            subject,
        }
    };
    (0..count).map(sender).collect()
}

/// The name of a file people and programs work with, and a number that says which one it is.
pub(crate) fn file_name(random: &mut ChaCha8Rng) -> (String, u64) {
    const STEMS: [(&str, &str); 24] = [
        ("Report", "docx"),
        ("Budget", "xlsx"),
        ("Minutes", "pdf"),
        ("cache", "tmp"),
        ("setup", "exe"),
        ("archive", "zip"),
        ("Contract", "docx"),
        ("Forecast", "xlsx"),
        ("Slides", "pptx"),
        ("scan", "pdf"),
        ("IMG", "jpg"),
        ("data", "json"),
        ("index", "js"),
        ("main", "py"),
        ("settings", "xml"),
        ("trace", "etl"),
        ("app", "log"),
        ("update", "msi"),
        ("module", "dll"),
        ("thumb", "db"),
        ("session", "dat"),
        ("recording", "mp4"),
        ("export", "csv"),
        ("deploy", "ps1"),
    ];
    let stem = random.random_range(0..STEMS.len());
    let number = tail(random, 20_000) as u64;
    let (name, kind) = STEMS[stem];
    (format!("{name} {number}.{kind}"), (number << 8) | stem as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_of_one_thing() {
        assert_eq!(digest(7, 64), digest(7, 64));
        assert_ne!(digest(7, 64), digest(8, 64));
        assert_eq!(digest(7, 40).len(), 40);
        assert!(digest(7, 64).starts_with(&digest(7, 40)));
    }

    #[test]
    fn a_small_company_does_not_grow() {
        assert!(Growth::of(FROM - 1, 1, &[]).hosts.is_empty());
        let (one, ten) = (Growth::of(1_000_000, 1, &[]), Growth::of(10_000_000, 1, &[]));
        assert!(ten.programs.len() > 1_000 && one.programs.len() < ten.programs.len());
        assert!(ten.hosts.len() > 10_000);
    }
}
