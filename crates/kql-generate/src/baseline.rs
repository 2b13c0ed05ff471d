//! Everyday work on devices.

use crate::grow::{digest, file_name, tail};
use crate::story::Story;
use crate::times::instants;
use crate::world::{Device, Program, hex};
use crate::{Options, Record, Sink, World};
use kql_types::datetime::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io;

/// Shares of the events, in thousandths.
const TABLES: [(&str, u64); 10] = [
    ("DeviceProcessEvents", 260),
    ("DeviceNetworkEvents", 240),
    ("DeviceFileEvents", 150),
    ("DeviceEvents", 120),
    ("DeviceImageLoadEvents", 60),
    ("DeviceRegistryEvents", 50),
    ("DeviceLogonEvents", 60),
    ("DeviceInfo", 20),
    ("DeviceNetworkInfo", 15),
    ("DeviceFileCertificateInfo", 25),
];
/// Share of mail tables and the rest.
pub(crate) const MAIL_SHARE: u64 = 40;

pub(crate) fn generate(
    options: &Options,
    world: &World,
    random: &mut ChaCha8Rng,
    story: &mut Story,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    for (table, share) in TABLES {
        for time in instants(options, table, (options.events * share / 1000).max(14), random) {
            story.tell_until(table, time, sink)?;
            let record = event(table, time, world, random);
            sink.record(table, &record.line())?;
        }
        story.tell_rest(table, sink)?;
    }
    Ok(())
}

fn event(table: &'static str, time: i64, world: &World, random: &mut ChaCha8Rng) -> Record {
    // Squared: some devices and programs are much busier than others.
    let skewed = |random: &mut ChaCha8Rng, n: usize| {
        let x: f64 = random.random();
        ((x * x * n as f64) as usize).min(n - 1)
    };
    let device = &world.devices[skewed(random, world.devices.len())];
    let programs = world.programs.len();
    let program = &world.programs[if world.large { tail(random, programs) } else { skewed(random, programs) }];
    let actor = Actor { device, program, world };
    let record = Record::streamed(table, time).text("DeviceId", &device.id).text("DeviceName", &device.name);
    match table {
        "DeviceProcessEvents" => process(record, &actor, random),
        "DeviceNetworkEvents" => network(record, &actor, random),
        "DeviceFileEvents" => file(record, &actor, random),
        "DeviceEvents" => device_event(record, &actor, random),
        "DeviceImageLoadEvents" => image_load(record, &actor, random),
        "DeviceRegistryEvents" => registry(record, &actor, random),
        "DeviceLogonEvents" => logon(record, &actor, random),
        "DeviceInfo" => device_info(record, &actor, random),
        "DeviceNetworkInfo" => network_info(record, &actor, random),
        _ => certificate(record, &actor, random),
    }
    .long("ReportId", random.random_range(1..200_000))
}

fn guid_of(h: &str) -> String {
    format!("{}-{}-{}-{}-{}", &h[..8], &h[8..12], &h[12..16], &h[16..20], &h[20..])
}

/// Who does something.
#[derive(Debug)]
pub(crate) struct Actor<'a> {
    pub(crate) device: &'a Device,
    pub(crate) program: &'a Program,
    pub(crate) world: &'a World,
}

impl Actor<'_> {
    /// Fills a template ([`Program::command`]) in. Each instance has the same draws before its own.
    fn fill(&self, template: &str, random: &mut ChaCha8Rng) -> String {
        let user = &self.world.users[self.device.user].name;
        let host = &self.world.devices[random.random_range(0..self.world.devices.len())].name;
        let number: u32 = random.random_range(100..9_999);
        let mut text = String::with_capacity(template.len() + 48);
        let mut rest = template;
        while let Some((before, name)) = rest.split_once('{') {
            text.push_str(before);
            let mut number_of = |digits| digest(random.random(), digits);
            match name.get(..2) {
                Some("u}") => text.push_str(user),
                Some("h}") => text.push_str(host),
                Some("n}") => text.push_str(&number.to_string()),
                Some("x}") => text.push_str(&number_of(14)),
                Some("g}") => text.push_str(&guid_of(&number_of(32))),
                _ => {
                    text.push('{');
                    rest = name;
                    continue;
                }
            }
            rest = &name[2..];
        }
        text.push_str(rest);
        text
    }

    /// Hex digits of one of a device's two things of a kind; of any thing in a small company.
    fn thing(&self, kind: u64, digits: usize, random: &mut ChaCha8Rng) -> String {
        match self.world.large {
            true => digest(((self.device.user as u64) << 8) | (kind << 1) | random.random_range(0..2), digits),
            false => hex(random, digits),
        }
    }

    /// Hex digits of the signature of the program's company.
    fn signature(&self, kind: u64, digits: usize, random: &mut ChaCha8Rng) -> String {
        match self.world.large {
            true => digest(self.program.company.bytes().fold(kind, |h, b| h.wrapping_mul(257) ^ u64::from(b)), digits),
            false => hex(random, digits),
        }
    }

    /// The properties of the initiating process, which most tables have.
    pub(crate) fn initiating(&self, record: Record, random: &mut ChaCha8Rng) -> Record {
        let user = &self.world.users[self.device.user];
        let p = self.program;
        let system = p.is_of_system();
        let time = record.time;
        let record = record
            .text("InitiatingProcessFileName", &p.file)
            .text(
                "InitiatingProcessFolderPath",
                &format!("{}\\{}", self.fill(&p.folder, random), &p.file).to_lowercase(),
            )
            .text("InitiatingProcessCommandLine", &self.fill(&p.command, random))
            .long("InitiatingProcessId", random.random_range(1_000..30_000))
            .time("InitiatingProcessCreationTime", time - random.random_range(0..6 * TICKS_PER_HOUR))
            .text("InitiatingProcessParentFileName", &p.parent)
            .long("InitiatingProcessParentId", random.random_range(500..30_000))
            .text("InitiatingProcessSHA1", &p.sha1)
            .text("InitiatingProcessSHA256", &p.sha256)
            .text("InitiatingProcessMD5", &p.md5)
            .long("InitiatingProcessFileSize", p.size)
            .text("InitiatingProcessVersionInfoCompanyName", &p.company)
            .text("InitiatingProcessVersionInfoProductName", &p.product);
        if system {
            record
                .text("InitiatingProcessAccountDomain", "nt authority")
                .text("InitiatingProcessAccountName", "system")
                .text("InitiatingProcessAccountSid", "S-1-5-18")
                .text("InitiatingProcessIntegrityLevel", "System")
        } else {
            record
                .text("InitiatingProcessAccountDomain", "contoso")
                .text("InitiatingProcessAccountName", &user.name)
                .text("InitiatingProcessAccountSid", &user.sid)
                .text("InitiatingProcessAccountUpn", &user.upn)
                .text("InitiatingProcessAccountObjectId", &user.object_id)
                .text("InitiatingProcessIntegrityLevel", "Medium")
        }
    }
}

fn process(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let user = &actor.world.users[actor.device.user];
    let p = actor.program;
    let time = record.time;
    let record = record
        .text("ActionType", "ProcessCreated")
        .text("FileName", &p.file)
        .text("FolderPath", &format!("{}\\{}", actor.fill(&p.folder, random), &p.file))
        .text("SHA1", &p.sha1)
        .text("SHA256", &p.sha256)
        .text("MD5", &p.md5)
        .long("FileSize", p.size)
        .text("ProcessVersionInfoCompanyName", &p.company)
        .text("ProcessVersionInfoProductName", &p.product)
        .text("ProcessVersionInfoOriginalFileName", &p.file)
        .long("ProcessId", random.random_range(1_000..30_000))
        .text("ProcessCommandLine", &actor.fill(&p.command, random))
        .text("ProcessIntegrityLevel", "Medium")
        .text("ProcessTokenElevation", "TokenElevationTypeLimited")
        .time("ProcessCreationTime", time - random.random_range(0..TICKS_PER_SECOND));
    let record = if actor.world.large && p.is_of_system() {
        record.text("AccountDomain", "nt authority").text("AccountName", "system").text("AccountSid", "S-1-5-18")
    } else {
        record
            .text("AccountDomain", "contoso")
            .text("AccountName", &user.name)
            .text("AccountSid", &user.sid)
            .text("AccountUpn", &user.upn)
            .text("AccountObjectId", &user.object_id)
    };
    let record = record.long("LogonId", random.random_range(100_000..9_000_000));
    let parent = Actor { program: actor.world.parent_of(p), ..*actor };
    parent.initiating(record, random)
}

fn network(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let host = actor.world.host(random);
    let (url, ip) = (&*host.url, &*host.ip);
    let action = match random.random_range(0..20) {
        0..14 => "ConnectionSuccess",
        14..16 => "ConnectionFailed",
        16..18 => "DnsConnectionInspected",
        18 => "ListeningConnectionCreated",
        _ => "InboundConnectionAccepted",
    };
    let record = record
        .text("ActionType", action)
        .text("RemoteIP", ip)
        .long("RemotePort", [443, 443, 443, 80, 445][random.random_range(0..5)])
        .text("RemoteUrl", if action == "ListeningConnectionCreated" { "" } else { url })
        .text("LocalIP", &actor.device.ip)
        .long("LocalPort", random.random_range(49_152..65_535))
        .text("Protocol", "Tcp")
        .text("LocalIPType", "Private")
        .text("RemoteIPType", if ip.starts_with("10.") { "Private" } else { "Public" });
    let record = if action == "DnsConnectionInspected" {
        let direction = ["Out", "In"][usize::from(random.random_bool(0.1))];
        let fields = format!(
            "{{\"direction\":\"{direction}\",\"conn_state\":\"SF\",\"query\":\"{url}\",\"answers\":[\"{ip}\"],\"ts\":{}}}",
            random.random_range(1_000_000..2_000_000)
        );
        record.text("AdditionalFields", &fields)
    } else {
        record
    };
    actor.initiating(record, random)
}

fn file(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let action =
        ["FileCreated", "FileCreated", "FileModified", "FileRenamed", "FileDeleted"][random.random_range(0..5)];
    let (name, kind) = [
        ("Report", "docx"),
        ("Budget", "xlsx"),
        ("Minutes", "pdf"),
        ("cache", "tmp"),
        ("setup", "exe"),
        ("archive", "zip"),
    ][random.random_range(0..6)];
    let (name, of) = match actor.world.large {
        true => file_name(random),
        false => (format!("{name} {}.{kind}", random.random_range(1..400)), 0),
    };
    let folder = actor.fill(
        [
            r"C:\Users\{u}\Documents",
            r"C:\Users\{u}\Downloads",
            r"C:\Users\{u}\AppData\Local\Temp",
            r"C:\ProgramData\Vendor",
        ][random.random_range(0..4)],
        random,
    );
    let (sha1, sha256) = match actor.world.large {
        // A file has few contents; half the files are one device's own.
        true => {
            let own = if of % 2 == 0 { 0 } else { actor.device.user as u64 + 1 };
            let of = (of << 24) ^ (own << 8) ^ random.random_range(0..4);
            (digest(of, 40), digest(!of, 64))
        }
        false => (hex(random, 40), hex(random, 64)),
    };
    let record = record
        .text("ActionType", action)
        .text("FileName", &name)
        .text("FolderPath", &format!("{folder}\\{name}"))
        .text("SHA1", &sha1)
        .text("SHA256", &sha256)
        .long("FileSize", random.random_range(200..8_000_000));
    let record = if action == "FileRenamed" {
        record.text("PreviousFileName", &format!("~{name}")).text("PreviousFolderPath", &folder)
    } else if folder.ends_with("Downloads") {
        let host = actor.world.host(random);
        record
            .text("FileOriginUrl", &format!("https://{}/files/{}", host.url, random.random_range(1..99)))
            .text("FileOriginIP", &host.ip)
    } else {
        record
    };
    actor.initiating(record, random)
}

fn device_event(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let user = &actor.world.users[actor.device.user];
    let record = match random.random_range(0..10) {
        0..3 => record.text("ActionType", "PowerShellCommand").text("AdditionalFields", &format!("{{\"Command\":\"{}\"}}", ["Get-ChildItem", "Get-Service", "Import-Module", "Select-Object", "Get-ItemProperty"][random.random_range(0..5)])),
        3..5 => record
            .text("ActionType", "AntivirusScanCompleted")
            .text("AdditionalFields", &format!("{{\"ScanTypeIndex\":\"Quick\",\"ScanId\":{},\"ThreatsFound\":0,\"DurationSeconds\":{}.5}}", random.random_range(1..9_999), random.random_range(20..900))),
        5..7 => record.text("ActionType", "BrowserLaunchedToOpenUrl").text("RemoteUrl", &format!("https://{}/", actor.world.host(random).url)),
        7 => record.text("ActionType", "UsbDriveMounted").text("AdditionalFields", &format!("{{\"DriveLetter\":\"{}:\",\"ProductName\":\"USB Flash\",\"SerialNumber\":\"{}\",\"BusType\":7}}", ["E", "F"][random.random_range(0..2)], actor.thing(1, 12, random))),
        8 => record.text("ActionType", "ScheduledTaskCreated").text("AdditionalFields", &format!("{{\"TaskName\":\"\\\\Vendor\\\\Update{}\",\"Author\":\"SYSTEM\"}}", random.random_range(1..5))),
        _ => record.text("ActionType", "NamedPipeEvent").text("AdditionalFields", &format!("{{\"PipeName\":\"\\\\Device\\\\NamedPipe\\\\pipe{}\",\"FileOperation\":\"File created\",\"RemoteClientsAccess\":\"AcceptRemote\",\"SessionId\":{}}}", random.random_range(1..50), random.random_range(0..4))),
    };
    let record = record.text("AccountDomain", "contoso").text("AccountName", &user.name).text("AccountSid", &user.sid);
    actor.initiating(record, random)
}

fn image_load(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    if actor.world.large {
        let library = &actor.world.libraries[tail(random, actor.world.libraries.len())];
        let record = record
            .text("ActionType", "ImageLoaded")
            .text("FileName", &library.name)
            .text("FolderPath", &library.path)
            .text("SHA1", &library.sha1)
            .text("SHA256", &library.sha256)
            .long("FileSize", library.size);
        return actor.initiating(record, random);
    }
    let name =
        ["kernel32.dll", "ntdll.dll", "amsi.dll", "clr.dll", "wininet.dll", "vaultcli.dll"][random.random_range(0..6)];
    let record = record
        .text("ActionType", "ImageLoaded")
        .text("FileName", name)
        .text("FolderPath", &format!("C:\\Windows\\System32\\{name}"))
        .text("SHA1", &hex(random, 40))
        .text("SHA256", &hex(random, 64))
        .long("FileSize", random.random_range(30_000..2_000_000));
    actor.initiating(record, random)
}

fn registry(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let action = ["RegistryValueSet", "RegistryValueSet", "RegistryKeyCreated", "RegistryValueDeleted"]
        [random.random_range(0..4)];
    let key = [
        r"HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\bam\State\UserSettings",
        r"HKEY_CURRENT_USER\Software\Microsoft\Office\16.0\Common\Internet",
        r"HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall\Vendor",
        r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Explorer\RecentDocs",
    ][random.random_range(0..4)];
    let user = &actor.world.users[actor.device.user];
    let key = match key.rsplit_once('\\') {
        Some((_, "UserSettings")) if actor.world.large => format!("{key}\\{}", user.sid),
        Some((_, "Vendor")) if actor.world.large => format!("{key} {}", actor.program.product),
        _ => key.to_owned(),
    };
    let record = record
        .text("ActionType", action)
        .text("RegistryKey", &key)
        .text("RegistryValueName", ["Version", "LastUsed", "Start", "DisplayName"][random.random_range(0..4)])
        .text("RegistryValueType", ["String", "Dword"][random.random_range(0..2)])
        .text("RegistryValueData", &random.random_range(0..5_000).to_string());
    actor.initiating(record, random)
}

fn logon(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let user = &actor.world.users[actor.device.user];
    let failed = random.random_bool(0.08);
    let remote = &actor.world.devices[random.random_range(0..actor.world.devices.len())];
    let kind = ["Interactive", "Network", "RemoteInteractive", "Service", "Unlock"][random.random_range(0..5)];
    let record = record
        .text("ActionType", if failed { "LogonFailed" } else { "LogonSuccess" })
        .text("LogonType", kind)
        .text("AccountDomain", "contoso")
        .text("AccountName", &user.name)
        .text("AccountSid", &user.sid)
        .text("Protocol", ["Kerberos", "NTLM", "Negotiate"][random.random_range(0..3)])
        .text("FailureReason", if failed { "InvalidUserNameOrPassword" } else { "" })
        .flag("IsLocalAdmin", random.random_bool(0.1))
        .long("LogonId", random.random_range(100_000..9_000_000));
    let record = if matches!(kind, "Network" | "RemoteInteractive") {
        record
            .text("RemoteDeviceName", remote.name.split('.').next().unwrap_or(""))
            .text("RemoteIP", &remote.ip)
            .text("RemoteIPType", "Private")
            .long("RemotePort", random.random_range(49_152..65_535))
    } else {
        record
    };
    actor.initiating(record, random)
}

fn device_info(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let user = &actor.world.users[actor.device.user];
    record
        .text("ClientVersion", "10.8760.26100.1")
        .text("PublicIP", actor.device.public_ip)
        .text("OSArchitecture", "64-bit")
        .text("OSPlatform", actor.device.os)
        .long("OSBuild", if actor.device.server { 20348 } else { 26100 })
        .flag("IsAzureADJoined", !actor.device.server)
        .text("JoinType", if actor.device.server { "Domain Joined" } else { "Hybrid Azure AD Join" })
        .text(
            "LoggedOnUsers",
            &format!("[{{\"UserName\":\"{}\",\"DomainName\":\"contoso\",\"Sid\":\"{}\"}}]", user.name, user.sid),
        )
        .text("OSVersion", "10.0")
        .text("MachineGroup", if actor.device.server { "Servers" } else { "Workstations" })
        .text("OnboardingStatus", "Onboarded")
        .text("DeviceCategory", "Endpoint")
        .text("DeviceType", if actor.device.server { "Server" } else { "Workstation" })
        .text("SensorHealthState", if random.random_bool(0.03) { "Inactive" } else { "Active" })
        .flag("IsInternetFacing", false)
        .text("ExposureLevel", ["Low", "Medium", "High"][random.random_range(0..3)])
}

fn network_info(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    record
        .text("NetworkAdapterName", &format!("{{{}}}", guid_of(&actor.thing(2, 32, random))))
        .text("MacAddress", &actor.thing(3, 12, random).to_uppercase())
        .text("NetworkAdapterType", "Ethernet")
        .text("NetworkAdapterStatus", "Up")
        .text(
            "ConnectedNetworks",
            "[{\"Name\":\"contoso.example\",\"IsConnectedToInternet\":true,\"Category\":\"DomainAuthenticated\"}]",
        )
        .text("DnsAddresses", "[\"10.20.0.34\"]")
        .text("IPv4Dhcp", "10.20.0.34")
        .text("DefaultGateways", "[\"10.30.0.1\"]")
        .text(
            "IPAddresses",
            &format!("[{{\"IPAddress\":\"{}\",\"SubnetPrefix\":16,\"AddressType\":\"Private\"}}]", actor.device.ip),
        )
}

fn certificate(record: Record, actor: &Actor<'_>, random: &mut ChaCha8Rng) -> Record {
    let microsoft = actor.program.company.starts_with("Microsoft");
    let time = record.time;
    record
        .text("SHA1", &actor.program.sha1)
        .flag("IsSigned", true)
        .text("SignatureType", "Embedded")
        .text("Signer", &actor.program.company)
        .text("SignerHash", &actor.signature(1, 40, random))
        .text("Issuer", if microsoft { "Microsoft Code Signing PCA 2011" } else { "DigiCert Trusted G4 Code Signing" })
        .text("CertificateSerialNumber", &actor.signature(2, 32, random))
        .time("CertificateCreationTime", time - 200 * TICKS_PER_DAY)
        .time("CertificateExpirationTime", time + 300 * TICKS_PER_DAY - random.random_range(0..TICKS_PER_MINUTE))
        .flag("IsTrusted", true)
        .flag("IsRootSignerMicrosoft", microsoft)
}
