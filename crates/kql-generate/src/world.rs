//! The company: devices, people, programs. Sizes grow with the number of events, as they do in real tenants.

use crate::grow::{Growth, tail};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::borrow::Cow;
use std::collections::HashMap;

/// A device.
#[derive(Clone, Debug)]
pub struct Device {
    /// Forty hex digits.
    pub id: String,
    /// Fully qualified.
    pub name: String,
    /// Address in the office network.
    pub ip: String,
    /// Address the world sees.
    pub public_ip: &'static str,
    /// A server rather than a workstation.
    pub server: bool,
    /// `Windows11`, `WindowsServer2022`.
    pub os: &'static str,
    /// Who sits before it: position in [`World::users`].
    pub user: usize,
}

/// A person.
#[derive(Clone, Debug)]
pub struct User {
    /// `j.moreno`
    pub name: String,
    /// `j.moreno@contoso.example`
    pub upn: String,
    /// `S-1-5-21-…`
    pub sid: String,
    /// Guid text.
    pub object_id: String,
}

/// A program file.
#[derive(Clone, Debug)]
pub struct Program {
    /// `chrome.exe`
    pub file: Cow<'static, str>,
    /// Folder.
    pub folder: Cow<'static, str>,
    /// Company of the version information.
    pub company: Cow<'static, str>,
    /// Product of the version information.
    pub product: Cow<'static, str>,
    /// Command line; `{u}` is the user, `{h}` a device, `{n}` a number (the same each time), `{x}` a large one, `{g}` a guid.
    pub command: Cow<'static, str>,
    /// Who starts it.
    pub parent: Cow<'static, str>,
    /// Bytes.
    pub size: i64,
    /// Hex digest.
    pub sha1: String,
    /// Hex digest.
    pub sha256: String,
    /// Hex digest.
    pub md5: String,
}

impl Program {
    /// Whether it runs as the system rather than as the person at the device.
    pub(crate) fn is_of_system(&self) -> bool {
        matches!(&*self.parent, "services.exe" | "svchost.exe")
    }
}

/// A library programs load.
#[derive(Clone, Debug)]
pub struct Library {
    /// `kernel32.dll`
    pub name: String,
    /// With its folder.
    pub path: String,
    /// Bytes.
    pub size: i64,
    /// Hex digest.
    pub sha1: String,
    /// Hex digest.
    pub sha256: String,
}

/// A host programs talk to.
#[derive(Clone, Debug)]
pub struct Host {
    /// `www.bing.com`
    pub url: Cow<'static, str>,
    /// Its address.
    pub ip: Cow<'static, str>,
}

/// Who writes mail.
#[derive(Clone, Debug)]
pub struct Sender {
    /// `orders@shop.example`
    pub address: Cow<'static, str>,
    /// `Shop`
    pub display: Cow<'static, str>,
    /// The address of the server it comes from.
    pub ip: Cow<'static, str>,
    /// How subjects begin; a number follows.
    pub subject: &'static str,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct World {
    /// Devices; the first are those of the story.
    pub devices: Vec<Device>,
    /// People; the first are those of the story.
    pub users: Vec<User>,
    /// Programs of everyday work, the most frequent first.
    pub programs: Vec<Program>,
    /// Libraries with a hash of their own; none in a small company.
    pub libraries: Vec<Library>,
    /// Hosts, the most frequent first.
    pub hosts: Vec<Host>,
    /// Senders of mail, the most frequent first.
    pub senders: Vec<Sender>,
    /// Positions of programs by file, in a large company.
    by_file: HashMap<Cow<'static, str>, usize>,
    /// Whether there is more than a small company knows ([`crate::grow`]).
    pub(crate) large: bool,
}

/// Domain of the company.
pub(crate) const DOMAIN: &str = "contoso.example";

const FIRST: [&str; 20] =
    ["j", "a", "m", "s", "l", "p", "r", "k", "t", "n", "e", "d", "c", "b", "g", "h", "i", "o", "v", "w"];
const LAST: [&str; 24] = [
    "moreno", "okafor", "svensson", "tanaka", "dubois", "novak", "rossi", "haddad", "keller", "silva", "nguyen",
    "kowalski", "petrov", "jensen", "murphy", "costa", "fischer", "yilmaz", "larsen", "bianchi", "santos", "weber",
    "horvat", "lind",
];
const FILES: [(&str, &str, &str, &str, &str, &str); 20] = [
    (
        "chrome.exe",
        r"C:\Program Files\Google\Chrome\Application",
        "Google LLC",
        "Google Chrome",
        r#""chrome.exe" --type=renderer --lang=en-US --renderer-client-id={n} --mojo-platform-channel-handle={n}"#,
        "chrome.exe",
    ),
    (
        "msedge.exe",
        r"C:\Program Files (x86)\Microsoft\Edge\Application",
        "Microsoft Corporation",
        "Microsoft Edge",
        r#""msedge.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --field-trial-handle={n}"#,
        "msedge.exe",
    ),
    (
        "svchost.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r"svchost.exe -k netsvcs -p -s Schedule",
        "services.exe",
    ),
    (
        "powershell.exe",
        r"C:\Windows\System32\WindowsPowerShell\v1.0",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r"powershell.exe -NoProfile -ExecutionPolicy Bypass -File C:\ProgramData\Inventory\collect-{n}.ps1",
        "services.exe",
    ),
    (
        "powershell.exe",
        r"C:\Windows\System32\WindowsPowerShell\v1.0",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r#""powershell.exe" Get-ChildItem C:\Users\{u}\Documents"#,
        "explorer.exe",
    ),
    (
        "cmd.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r#"cmd.exe /c "C:\Scripts\backup.cmd" {n}"#,
        "taskhostw.exe",
    ),
    (
        "teams.exe",
        r"C:\Users\{u}\AppData\Local\Microsoft\Teams\current",
        "Microsoft Corporation",
        "Microsoft Teams",
        r#""Teams.exe" --type=gpu-process --no-sandbox --gpu-preferences={n}"#,
        "explorer.exe",
    ),
    (
        "outlook.exe",
        r"C:\Program Files\Microsoft Office\root\Office16",
        "Microsoft Corporation",
        "Microsoft Outlook",
        r#""OUTLOOK.EXE" /recycle"#,
        "explorer.exe",
    ),
    (
        "winword.exe",
        r"C:\Program Files\Microsoft Office\root\Office16",
        "Microsoft Corporation",
        "Microsoft Word",
        r#""WINWORD.EXE" /n "C:\Users\{u}\Documents\Report {n}.docx" /o """#,
        "explorer.exe",
    ),
    (
        "excel.exe",
        r"C:\Program Files\Microsoft Office\root\Office16",
        "Microsoft Corporation",
        "Microsoft Excel",
        r#""EXCEL.EXE" "C:\Users\{u}\Documents\Budget {n}.xlsx""#,
        "explorer.exe",
    ),
    (
        "msmpeng.exe",
        r"C:\ProgramData\Microsoft\Windows Defender\Platform\4.18.26090.5-0",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r#""MsMpEng.exe""#,
        "services.exe",
    ),
    (
        "conhost.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r"conhost.exe 0xffffffff -ForceV1",
        "cmd.exe",
    ),
    (
        "rundll32.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r"rundll32.exe C:\Windows\System32\shell32.dll,Control_RunDLL",
        "explorer.exe",
    ),
    (
        "schtasks.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r#"schtasks.exe /query /tn "Inventory {n}" /fo csv"#,
        "cmd.exe",
    ),
    (
        "net.exe",
        r"C:\Windows\System32",
        "Microsoft Corporation",
        "Microsoft® Windows® Operating System",
        r"net use \\{h}\share",
        "cmd.exe",
    ),
    (
        "code.exe",
        r"C:\Users\{u}\AppData\Local\Programs\Microsoft VS Code",
        "Microsoft Corporation",
        "Visual Studio Code",
        r#""Code.exe" --ms-enable-electron-run-as-node --stdio {n}"#,
        "explorer.exe",
    ),
    (
        "git.exe",
        r"C:\Program Files\Git\cmd",
        "The Git Development Community",
        "Git",
        r"git.exe fetch --all --prune",
        "code.exe",
    ),
    ("node.exe", r"C:\Program Files\nodejs", "Node.js", "Node.js", r"node.exe server.js --port {n}", "code.exe"),
    (
        "sqlservr.exe",
        r"C:\Program Files\Microsoft SQL Server\MSSQL16\MSSQL\Binn",
        "Microsoft Corporation",
        "Microsoft SQL Server",
        r#""sqlservr.exe" -sMSSQLSERVER"#,
        "services.exe",
    ),
    (
        "update.exe",
        r"C:\ProgramData\Vendor\Updater",
        "Vendor Inc.",
        "Vendor Updater",
        r"update.exe /silent /channel stable /id {n}",
        "svchost.exe",
    ),
];

const HOSTS: [(&str, &str); 10] = [
    ("www.bing.com", "204.79.197.200"),
    ("login.microsoftonline.example", "198.51.100.5"),
    ("outlook.office.example", "198.51.100.6"),
    ("github.example", "198.51.100.20"),
    ("cdn.jsdelivr.example", "198.51.100.21"),
    ("update.vendor.example", "198.51.100.30"),
    ("teams.microsoft.example", "198.51.100.7"),
    ("fonts.gstatic.example", "198.51.100.40"),
    ("news.example", "198.51.100.50"),
    ("intranet.contoso.example", "10.20.0.33"),
];
const SENDERS: [(&str, &str, &str, &str); 6] = [
    ("newsletter@news.example", "Daily News", "198.51.100.50", "Your weekly digest"),
    ("orders@shop.example", "Shop", "198.51.100.60", "Order confirmation"),
    ("noreply@github.example", "GitHub", "198.51.100.20", "Pull request review requested"),
    ("billing@fabrikam.example", "Fabrikam Billing", "198.51.100.70", "Invoice attached"),
    ("partner@tailspin.example", "Tailspin Partner Desk", "198.51.100.71", "Meeting notes"),
    ("hr@contoso.example", "Contoso HR", "10.20.0.33", "Updated policy"),
];

impl World {
    /// A company sized for this many events: about one device for 400 events, at least 24; beyond 5,000 devices they do
    /// more each.
    pub(crate) fn new(random: &mut ChaCha8Rng, events: u64, seed: u64) -> World {
        let count = (events / 400).min(5_000).max(events / 2_000).clamp(24, 50_000) as usize;
        let mut namesakes = HashMap::<_, u32>::new();
        let users: Vec<User> = (0..count)
            .map(|i| {
                let name = format!("{}.{}", FIRST[i % FIRST.len()], LAST[(i + i / FIRST.len()) % LAST.len()]);
                let before = namesakes.entry(name.clone()).or_default();
                *before += 1;
                let name = if *before == 1 { name } else { format!("{name}{before}") };
                User {
                    upn: format!("{name}@{DOMAIN}"),
                    name,
                    sid: format!("S-1-5-21-1644491937-1078145449-682003330-{}", 1104 + i),
                    object_id: guid(random),
                }
            })
            .collect();
        let devices = (0..count)
            .map(|i| {
                let server = i % 8 == 7;
                let role = ["file", "sql", "web", "dc"][i / 8 % 4];
                let name = if server { format!("srv-{role}{:02}", i / 32 + 1) } else { format!("ws-{:03}", i + 1) };
                Device {
                    id: hex(random, 40),
                    name: format!("{name}.{DOMAIN}"),
                    ip: format!("10.{}.{}.{}", if server { 20 } else { 30 }, i / 200, i % 200 + 10),
                    public_ip: ["192.0.2.10", "192.0.2.11"][i % 2],
                    server,
                    os: if server { "WindowsServer2022" } else { ["Windows11", "Windows10"][usize::from(i % 5 == 0)] },
                    user: i,
                }
            })
            .collect();
        let growth = Growth::of(events, seed, &users);
        let programs: Vec<Program> = FILES
            .iter()
            .map(|&(file, folder, company, product, command, parent)| Program {
                file: file.into(),
                folder: folder.into(),
                company: company.into(),
                product: product.into(),
                command: command.into(),
                parent: parent.into(),
                size: random.random_range(30_000..5_000_000),
                sha1: hex(random, 40),
                sha256: hex(random, 64),
                md5: hex(random, 32),
            })
            .chain(growth.programs)
            .collect();
        let hosts =
            HOSTS.iter().map(|(url, ip)| Host { url: (*url).into(), ip: (*ip).into() }).chain(growth.hosts).collect();
        let senders = SENDERS.iter().map(|(address, display, ip, subject)| Sender {
            address: (*address).into(),
            display: (*display).into(),
            ip: (*ip).into(),
            subject,
        });
        let senders = senders.chain(growth.senders).collect();
        let large = !growth.libraries.is_empty();
        let mut by_file = HashMap::new();
        for (at, program) in programs.iter().enumerate().filter(|_| large) {
            by_file.entry(program.file.clone()).or_insert(at);
        }
        World { by_file, devices, users, programs, libraries: growth.libraries, hosts, senders, large }
    }

    /// What starts a program: in a small company it is taken to be the program itself.
    pub(crate) fn parent_of<'a>(&'a self, program: &'a Program) -> &'a Program {
        self.by_file.get(&program.parent).map_or(program, |at| &self.programs[*at])
    }

    /// A host something talks to.
    pub(crate) fn host(&self, random: &mut ChaCha8Rng) -> &Host {
        &self.hosts[self.position(random, self.hosts.len())]
    }

    /// A position among `n` things: all as frequent in a small company, most of them rare in a large one.
    pub(crate) fn position(&self, random: &mut ChaCha8Rng, n: usize) -> usize {
        if self.large { tail(random, n) } else { random.random_range(0..n) }
    }
}

/// Random hex digits.
pub(crate) fn hex(random: &mut ChaCha8Rng, digits: usize) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    (0..digits).map(|_| char::from(DIGITS[random.random_range(0..16)])).collect()
}

/// A random guid as text.
pub(crate) fn guid(random: &mut ChaCha8Rng) -> String {
    let h = hex(random, 32);
    format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
}
