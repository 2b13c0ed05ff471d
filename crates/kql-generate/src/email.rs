//! Mail: messages with their attachments, links and what happened to them after delivery.

use crate::baseline::{MAIL_SHARE, instants};
use crate::story::Story;
use crate::world::{DOMAIN, guid, hex};
use crate::{Options, Record, Sink, World};
use kql_types::datetime::{TICKS_PER_HOUR, TICKS_PER_MINUTE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io;

const SENDERS: [(&str, &str, &str); 6] = [
    ("newsletter@news.example", "Daily News", "198.51.100.50"),
    ("orders@shop.example", "Shop", "198.51.100.60"),
    ("noreply@github.example", "GitHub", "198.51.100.20"),
    ("billing@fabrikam.example", "Fabrikam Billing", "198.51.100.70"),
    ("partner@tailspin.example", "Tailspin Partner Desk", "198.51.100.71"),
    ("hr@contoso.example", "Contoso HR", "10.20.0.33"),
];
const SUBJECTS: [&str; 6] = [
    "Your weekly digest",
    "Order confirmation",
    "Pull request review requested",
    "Invoice attached",
    "Meeting notes",
    "Updated policy",
];

pub(crate) fn generate(
    options: &Options,
    world: &World,
    random: &mut ChaCha8Rng,
    story: &mut Story,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let count = (options.events * MAIL_SHARE / 1000 * 6 / 10).max(28);
    // A message makes records in four tables, so they are collected and written table by table.
    let mut attachments = Vec::new();
    let mut urls = Vec::new();
    let mut after = Vec::new();
    for time in instants(options, "EmailEvents", count, random) {
        let kind = random.random_range(0..SENDERS.len());
        let (sender, display, ip) = SENDERS[kind];
        let to = &world.users[random.random_range(0..world.users.len())];
        let id = guid(random);
        let inside = sender.ends_with(DOMAIN);
        let spam = !inside && random.random_bool(0.06);
        let (with_file, with_url) = (random.random_bool(0.3), random.random_bool(0.5));
        let report = format!("{id}-{}", random.random_range(1_000_000..9_999_999));
        let folder = if spam { "Junk folder" } else { "Inbox/folder" };
        let record = Record::streamed("EmailEvents", time)
            .text("NetworkMessageId", &id)
            .text(
                "InternetMessageId",
                &format!("<{}@{}>", hex(random, 16), sender.split('@').next_back().unwrap_or("")),
            )
            .text("SenderMailFromAddress", sender)
            .text("SenderFromAddress", sender)
            .text("SenderDisplayName", display)
            .text("SenderMailFromDomain", sender.split('@').next_back().unwrap_or(""))
            .text("SenderFromDomain", sender.split('@').next_back().unwrap_or(""))
            .text("SenderIPv4", ip)
            .text("RecipientEmailAddress", &to.upn)
            .text("RecipientObjectId", &to.object_id)
            .text("Subject", &format!("{} {}", SUBJECTS[kind], random.random_range(1..500)))
            .text("EmailDirection", if inside { "Intra-org" } else { "Inbound" })
            .text("DeliveryAction", if spam { "Junked" } else { "Delivered" })
            .text("DeliveryLocation", folder)
            .text("ThreatTypes", if spam { "Spam" } else { "" })
            .text(
                "AuthenticationDetails",
                "{\"SPF\":\"pass\",\"DKIM\":\"pass\",\"DMARC\":\"pass\",\"CompAuth\":\"pass\"}",
            )
            .long("AttachmentCount", i64::from(with_file))
            .long("UrlCount", i64::from(with_url))
            .text("EmailLanguage", "en")
            .text("ReportId", &report);
        story.tell_until("EmailEvents", time, sink)?;
        sink.record("EmailEvents", &record.line())?;
        if with_file {
            let name = format!("{} {}.pdf", SUBJECTS[kind], random.random_range(1..99));
            attachments.push(
                Record::streamed("EmailAttachmentInfo", time)
                    .text("NetworkMessageId", &id)
                    .text("SenderFromAddress", sender)
                    .text("RecipientEmailAddress", &to.upn)
                    .text("FileName", &name)
                    .text("FileType", "pdf")
                    .text("SHA256", &hex(random, 64))
                    .long("FileSize", random.random_range(10_000..900_000))
                    .text("ReportId", &report),
            );
        }
        if with_url {
            let domain = sender.split('@').next_back().unwrap_or("");
            urls.push(
                Record::streamed("EmailUrlInfo", time)
                    .text("NetworkMessageId", &id)
                    .text("Url", &format!("https://{domain}/r/{}", random.random_range(1..9_999)))
                    .text("UrlDomain", domain)
                    .text("UrlLocation", "Body")
                    .text("ReportId", &report),
            );
        }
        if spam && random.random_bool(0.5) {
            let later = (time + random.random_range(TICKS_PER_MINUTE..2 * TICKS_PER_HOUR)).min(options.end);
            after.push(
                Record::streamed("EmailPostDeliveryEvents", later)
                    .text("NetworkMessageId", &id)
                    .text("Action", "Moved to quarantine")
                    .text("ActionType", "Spam ZAP")
                    .text("ActionTrigger", "SpecialAction")
                    .text("ActionResult", "Success")
                    .text("RecipientEmailAddress", &to.upn)
                    .text("DeliveryLocation", "Quarantine")
                    .text("ReportId", &report),
            );
        }
    }
    for mut records in [attachments, urls, after] {
        records.sort_by_key(|r| r.time);
        for record in records {
            story.tell_until(record.table, record.time, sink)?;
            sink.record(record.table, &record.line())?;
        }
    }
    Ok(())
}
