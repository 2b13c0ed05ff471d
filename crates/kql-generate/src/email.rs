//! Mail: messages with their attachments, links and what happened to them after delivery.

use crate::baseline::MAIL_SHARE;
use crate::story::Story;
use crate::times::instants;
use crate::world::{DOMAIN, guid, hex};
use crate::{Options, Record, Sink, World};
use kql_types::datetime::{TICKS_PER_HOUR, TICKS_PER_MINUTE};
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use std::io;

const TABLES: [&str; 4] = ["EmailEvents", "EmailAttachmentInfo", "EmailUrlInfo", "EmailPostDeliveryEvents"];

pub(crate) fn generate(
    options: &Options,
    world: &World,
    random: &mut ChaCha8Rng,
    story: &mut Story,
    sink: &mut dyn Sink,
) -> io::Result<()> {
    let count = (options.events * MAIL_SHARE / 1000 * 6 / 10).max(28);
    let times = instants(options, "EmailEvents", count, random);
    let start = random.clone();
    // A message makes records in four tables: it is made again for each, so that no table waits in memory.
    for table in TABLES {
        *random = start.clone();
        let mut later = Vec::new();
        for time in times.clone() {
            let records = message(time, options, world, random);
            for record in records.into_iter().flatten().filter(|r| r.table == table) {
                if record.time > time {
                    later.push(record);
                } else {
                    story.tell_until(table, time, sink)?;
                    sink.record(table, &record.line())?;
                }
            }
        }
        later.sort_by_key(|r: &Record| r.time);
        for record in later {
            story.tell_until(table, record.time, sink)?;
            sink.record(table, &record.line())?;
        }
        story.tell_rest(table, sink)?;
    }
    Ok(())
}

/// The records of a message.
fn message(time: i64, options: &Options, world: &World, random: &mut ChaCha8Rng) -> [Option<Record>; 4] {
    let from = &world.senders[world.position(random, world.senders.len())];
    let (sender, display, ip) = (&*from.address, &*from.display, &*from.ip);
    let to = &world.users[random.random_range(0..world.users.len())];
    let id = guid(random);
    let domain = sender.split('@').next_back().unwrap_or("");
    let inside = domain == DOMAIN;
    let spam = !inside && random.random_bool(0.06);
    let (with_file, with_url) = (random.random_bool(0.3), random.random_bool(0.5));
    let report = format!("{id}-{}", random.random_range(1_000_000..9_999_999));
    let folder = if spam { "Junk folder" } else { "Inbox/folder" };
    let record = Record::streamed("EmailEvents", time)
        .text("NetworkMessageId", &id)
        .text("InternetMessageId", &format!("<{}@{domain}>", hex(random, 16)))
        .text("SenderMailFromAddress", sender)
        .text("SenderFromAddress", sender)
        .text("SenderDisplayName", display)
        .text("SenderMailFromDomain", domain)
        .text("SenderFromDomain", domain)
        .text("SenderIPv4", ip)
        .text("RecipientEmailAddress", &to.upn)
        .text("RecipientObjectId", &to.object_id)
        .text("Subject", &format!("{} {}", from.subject, random.random_range(1..500)))
        .text("EmailDirection", if inside { "Intra-org" } else { "Inbound" })
        .text("DeliveryAction", if spam { "Junked" } else { "Delivered" })
        .text("DeliveryLocation", folder)
        .text("ThreatTypes", if spam { "Spam" } else { "" })
        .text("AuthenticationDetails", "{\"SPF\":\"pass\",\"DKIM\":\"pass\",\"DMARC\":\"pass\",\"CompAuth\":\"pass\"}")
        .long("AttachmentCount", i64::from(with_file))
        .long("UrlCount", i64::from(with_url))
        .text("EmailLanguage", "en")
        .text("ReportId", &report);
    let attachment = with_file.then(|| {
        let name = format!("{} {}.pdf", from.subject, random.random_range(1..99));
        Record::streamed("EmailAttachmentInfo", time)
            .text("NetworkMessageId", &id)
            .text("SenderFromAddress", sender)
            .text("RecipientEmailAddress", &to.upn)
            .text("FileName", &name)
            .text("FileType", "pdf")
            .text("SHA256", &hex(random, 64))
            .long("FileSize", random.random_range(10_000..900_000))
            .text("ReportId", &report)
    });
    let url = with_url.then(|| {
        Record::streamed("EmailUrlInfo", time)
            .text("NetworkMessageId", &id)
            .text("Url", &format!("https://{domain}/r/{}", random.random_range(1..9_999)))
            .text("UrlDomain", domain)
            .text("UrlLocation", "Body")
            .text("ReportId", &report)
    });
    let after = (spam && random.random_bool(0.5)).then(|| {
        let later = (time + random.random_range(TICKS_PER_MINUTE..2 * TICKS_PER_HOUR)).min(options.end);
        Record::streamed("EmailPostDeliveryEvents", later)
            .text("NetworkMessageId", &id)
            .text("Action", "Moved to quarantine")
            .text("ActionType", "Spam ZAP")
            .text("ActionTrigger", "SpecialAction")
            .text("ActionResult", "Success")
            .text("RecipientEmailAddress", &to.upn)
            .text("DeliveryLocation", "Quarantine")
            .text("ReportId", &report)
    });
    [Some(record), attachment, url, after]
}
