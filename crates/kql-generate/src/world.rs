//! The company: devices, people, programs. Sizes grow with the number of events, as they do in real tenants.

use rand::Rng;
use rand_chacha::ChaCha8Rng;

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
    pub file: &'static str,
    /// Folder.
    pub folder: &'static str,
    /// Company of the version information.
    pub company: &'static str,
    /// Product of the version information.
    pub product: &'static str,
    /// Command line; `{u}` is the user, `{n}` a number, `{h}` a host.
    pub command: &'static str,
    /// Who starts it.
    pub parent: &'static str,
    /// Bytes.
    pub size: i64,
    /// Hex digest.
    pub sha1: String,
    /// Hex digest.
    pub sha256: String,
    /// Hex digest.
    pub md5: String,
}

/// All of it.
#[derive(Clone, Debug)]
pub struct World {
    /// Devices; the first are those of the story.
    pub devices: Vec<Device>,
    /// People; the first are those of the story.
    pub users: Vec<User>,
    /// Programs of everyday work.
    pub programs: Vec<Program>,
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

impl World {
    /// A company sized for this many events: about one device for 400 events, at least 24.
    pub(crate) fn new(random: &mut ChaCha8Rng, events: u64) -> World {
        let count = usize::try_from(events / 400).unwrap_or(usize::MAX).clamp(24, 5_000);
        let users = (0..count)
            .map(|i| {
                let turn = i / (FIRST.len() * LAST.len());
                let suffix = if turn == 0 { String::new() } else { turn.to_string() };
                let name = format!("{}.{}{suffix}", FIRST[i % FIRST.len()], LAST[(i + i / FIRST.len()) % LAST.len()]);
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
        let programs = FILES
            .iter()
            .map(|(file, folder, company, product, command, parent)| Program {
                file,
                folder,
                company,
                product,
                command,
                parent,
                size: random.random_range(30_000..5_000_000),
                sha1: hex(random, 40),
                sha256: hex(random, 64),
                md5: hex(random, 32),
            })
            .collect();
        World { devices, users, programs }
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
