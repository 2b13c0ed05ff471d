//! Incidents and alerts of everyday work: mostly false alarms, from several providers.

use crate::story::Story;
use crate::times::instants;
use crate::world::guid;
use crate::{Options, Record, Sink, World};
use kql_types::datetime::{TICKS_PER_DAY, TICKS_PER_HOUR, TICKS_PER_MINUTE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io;

const TITLES: [(&str, &str, &str); 5] = [
    ("Suspicious PowerShell command line", "Execution", "T1059.001"),
    ("Unusual number of failed sign-in attempts", "CredentialAccess", "T1110"),
    ("Email messages containing malicious URL removed after delivery", "InitialAccess", "T1566"),
    ("Anonymous IP address", "InitialAccess", "T1078"),
    ("Rare scheduled task created", "Persistence", "T1053.005"),
];

const TABLES: [&str; 4] = ["AlertInfo", "AlertEvidence", "SecurityAlert", "SecurityIncident"];

pub(crate) fn generate(
    options: &Options,
    world: &World,
    random: &mut ChaCha8Rng,
    story: &Story,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let count = (options.events / 150).clamp(30, 50_000);
    let times = instants(options, "SecurityIncident", count, random);
    // An incident makes records in all four tables: it is made again for each, so that one table is in memory at a time.
    for table in TABLES {
        let random = &mut random.clone();
        let (mut of_table, mut lines) = (Vec::new(), Vec::new());
        for (number, time) in times.clone().enumerate() {
            everyday(&mut lines, number as i64, time, options, world, random);
            of_table.extend(lines.drain(..).filter(|r: &Record| r.table == table));
        }
        of_table.extend(story.alerts(random).into_iter().filter(|r| r.table == table));
        of_table.sort_by_key(|r| r.time);
        for record in of_table {
            sink.record(table, &record.line())?;
        }
    }
    Ok(())
}

fn everyday(
    lines: &mut Vec<Record>,
    number: i64,
    time: i64,
    options: &Options,
    world: &World,
    random: &mut ChaCha8Rng,
) {
    let (title, tactic, technique) = TITLES[random.random_range(0..TITLES.len())];
    let provider = ["Microsoft 365 Defender", "Microsoft 365 Defender", "Azure Sentinel"][random.random_range(0..3)];
    let severity = ["Informational", "Low", "Low", "Medium", "High"][random.random_range(0..5)];
    let device = &world.devices[random.random_range(0..world.devices.len())];
    let alert = guid(random);
    // A day is the longest a case stays open; nothing happens after the end.
    let closed = random.random_bool(0.6) && time + TICKS_PER_DAY < options.end;
    incident(lines, time, 1000 + number, title, severity, provider, &[&alert], closed, random);
    alert_records(lines, time, &alert, title, severity, tactic, technique, device, world, random);
}

/// An incident is written once when it opens and again when it closes: each change of an incident is a row in Sentinel.
#[allow(clippy::too_many_arguments)]
pub(crate) fn incident(
    lines: &mut Vec<Record>,
    time: i64,
    number: i64,
    title: &str,
    severity: &str,
    provider: &str,
    alerts: &[&str],
    closed: bool,
    random: &mut ChaCha8Rng,
) {
    let name = guid(random);
    let closing = time + random.random_range(10 * TICKS_PER_MINUTE..TICKS_PER_DAY);
    let states = [(time, "New", ""), (closing, "Closed", "FalsePositive")];
    for (at, status, classification) in states.iter().take(if closed { 2 } else { 1 }) {
        let ids: Vec<String> = alerts.iter().map(|a| format!("\"{a}\"")).collect();
        let record = Record::exported("SecurityIncident", *at)
            .text("IncidentName", &name)
            .text("Title", title)
            .text("Description", "Generated for tests")
            .text("Severity", severity)
            .text("Status", status)
            .text("Classification", classification)
            .json("Owner", "{\"objectId\":null,\"email\":null,\"assignedTo\":null,\"userPrincipalName\":null}")
            .text("ProviderName", provider)
            .text("ProviderIncidentId", &(number + 40_000).to_string())
            .time("FirstActivityTime", time - TICKS_PER_HOUR)
            .time("LastActivityTime", time)
            .time("FirstModifiedTime", time)
            .time("LastModifiedTime", *at)
            .time("CreatedTime", time);
        let record = if *status == "Closed" { record.time("ClosedTime", *at) } else { record };
        lines.push(
            record
                .long("IncidentNumber", number)
                .json("AlertIds", &format!("[{}]", ids.join(",")))
                .json("Labels", "[]")
                .json(
                    "AdditionalData",
                    &format!("{{\"alertsCount\":{},\"bookmarksCount\":0,\"commentsCount\":0}}", alerts.len()),
                )
                .text("IncidentUrl", &format!("https://portal.example/incidents/{number}")),
        );
    }
}

/// One alert: its head, its evidence, and its copy in Sentinel.
#[allow(clippy::too_many_arguments)]
pub(crate) fn alert_records(
    lines: &mut Vec<Record>,
    time: i64,
    id: &str,
    title: &str,
    severity: &str,
    tactic: &str,
    technique: &str,
    device: &crate::world::Device,
    world: &World,
    random: &mut ChaCha8Rng,
) {
    let user = &world.users[device.user];
    let techniques = format!("[\"{technique}\"]");
    lines.push(
        Record::streamed("AlertInfo", time)
            .text("AlertId", id)
            .text("Title", title)
            .text("Category", tactic)
            .text("Severity", severity)
            .text("ServiceSource", "Microsoft Defender for Endpoint")
            .text("DetectionSource", "EDR")
            .text("AttackTechniques", &techniques),
    );
    for kind in ["Machine", "User"] {
        let record = Record::streamed("AlertEvidence", time)
            .text("AlertId", id)
            .text("Title", title)
            .text("Categories", &format!("[\"{tactic}\"]"))
            .text("AttackTechniques", &techniques)
            .text("ServiceSource", "Microsoft Defender for Endpoint")
            .text("DetectionSource", "EDR")
            .text("EntityType", kind)
            .text("EvidenceRole", "Impacted")
            .text("Severity", severity)
            .text("DeviceId", &device.id)
            .text("DeviceName", &device.name);
        lines.push(if kind == "User" {
            record
                .text("AccountName", &user.name)
                .text("AccountDomain", "contoso")
                .text("AccountSid", &user.sid)
                .text("AccountUpn", &user.upn)
                .text("AccountObjectId", &user.object_id)
        } else {
            record.text("LocalIP", &device.ip)
        });
    }
    let entities = format!(
        "[{{\"$id\":\"1\",\"HostName\":\"{}\",\"Type\":\"host\"}},{{\"$id\":\"2\",\"Name\":\"{}\",\"Type\":\"account\"}}]",
        device.name, user.name
    );
    lines.push(
        Record::exported("SecurityAlert", time + random.random_range(0..TICKS_PER_MINUTE))
            .text("DisplayName", title)
            .text("AlertName", title)
            .text("AlertSeverity", severity)
            .text("ProviderName", "MDATP")
            .text("VendorName", "Microsoft")
            .text("VendorOriginalId", id)
            .text("SystemAlertId", &guid(random))
            .text("AlertType", "WindowsDefenderAtp")
            .flag("IsIncident", false)
            .time("StartTime", time)
            .time("EndTime", time)
            .text("Entities", &entities)
            .text("ProductName", "Microsoft Defender Advanced Threat Protection")
            .text("Status", "New")
            .text("CompromisedEntity", &device.name)
            .text("Tactics", tactic)
            .text("Techniques", &techniques),
    );
}
