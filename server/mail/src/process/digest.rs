//! What is worked out of the bytes alone, apart from the database: it may take its time, and more memory than is fair.

use std::{sync::LazyLock, time::Duration};

use anyhow::{Context, bail};
use atum_tickets::FoldedRange;
use bytes::Bytes;
use mail_reading::{Invitation, Reading};
use tokio::sync::Semaphore;

use super::html::{self, Sanitized};

/// A mail of a thousand parts takes milliseconds.
const TIME: Duration = Duration::from_secs(20);
/// So many KiB of raw mail are read at once in this process, and no mail of more: reading takes some eight times as much.
const ROOM_KIB: u32 = 96 << 10;
/// More is not shown as a message, and is attached as a file.
const MOST_SHOWN: usize = 1 << 20;

/// A mail, read.
pub(super) struct Digest {
    pub reading: Reading,
    /// What the message says: the visible text, from its first letter on.
    pub body: String,
    pub folded: Vec<FoldedRange>,
    /// The whole text, where the message has only its beginning.
    pub whole_text: Option<String>,
    pub html: Option<Sanitized>,
    pub invitation: Option<Invitation>,
}

/// Reads a mail within the limits of time and memory. A reading that takes longer is left to itself.
pub(super) async fn digest(raw: Bytes) -> anyhow::Result<Digest> {
    static ROOM: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(ROOM_KIB as usize));
    let kib = u32::try_from(raw.len() >> 10).unwrap_or(u32::MAX).saturating_add(1);
    if kib > ROOM_KIB {
        bail!("it has {} MiB; mails of up to {} MiB are read", kib >> 10, ROOM_KIB >> 10);
    }
    let room = ROOM.acquire_many(kib).await.context("the process ends")?;
    let work = tokio::task::spawn_blocking(move || {
        let _room = room;
        read(&raw)
    });
    let read = tokio::time::timeout(TIME, work).await.with_context(|| format!("reading took longer than {TIME:?}"))?;
    read.context("reading it failed")
}

fn read(raw: &[u8]) -> Digest {
    let reading = mail_reading::read(raw);
    let (body, folded, whole_text) = shown(&reading);
    let html = reading.html.as_deref().and_then(html::sanitize);
    let invitation = mail_reading::invitation(&reading.attachments);
    Digest { body, folded, whole_text, html, invitation, reading }
}

/// The text from its first letter on, with its folded ranges as the web counts.
fn shown(reading: &Reading) -> (String, Vec<FoldedRange>, Option<String>) {
    let begin = reading.body.len() - reading.body.trim_start().len();
    let text = reading.body[begin..].trim_end();
    let end = text.floor_char_boundary(MOST_SHOWN);
    let mut units = Units { text: &text[..end], at: 0, count: 0 };
    let place = |byte: usize| byte.saturating_sub(begin).min(end);
    let ranges = reading.folded.iter().map(|range| (place(range.start), place(range.end)));
    let folded = ranges
        .filter(|(start, end)| start < end)
        .map(|(start, end)| FoldedRange { start_utf16: units.up_to(start), end_utf16: units.up_to(end) });
    let folded = folded.collect();
    let whole = (end < text.len()).then(|| text.to_owned());
    let body = if end == 0 { "(no text)".to_owned() } else { text[..end].to_owned() };
    (body, folded, whole)
}

/// Counts UTF-16 code units from the beginning on, never back.
struct Units<'t> {
    text: &'t str,
    at: usize,
    count: u64,
}

impl Units<'_> {
    fn up_to(&mut self, byte: usize) -> u64 {
        self.count += self.text[self.at..byte].encode_utf16().count() as u64;
        self.at = byte;
        self.count
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_ranges_count_as_the_web_counts_and_nothing_is_cut() {
        let raw = "From: a@b.test\r\nSubject: x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n\
            \r\n👍 Danke, geht wieder für alle.\r\n\r\nAm 2.11.2026 um 09:12 schrieb Desk <desk@b.test>:\r\n> 👍 Geht es?\r\n";
        let digest = read(raw.as_bytes());
        assert!(digest.body.starts_with('👍') && digest.body.ends_with("Geht es?"), "{:?}", digest.body);
        let units: Vec<u16> = digest.body.encode_utf16().collect();
        let [range] = digest.folded[..] else { panic!("{:?}", digest.folded) };
        let from = usize::try_from(range.start_utf16).unwrap();
        let folded = String::from_utf16(&units[from..usize::try_from(range.end_utf16).unwrap()]).unwrap();
        assert!(folded.trim().starts_with("Am 2.11.2026") && folded.trim().ends_with("Geht es?"), "{folded:?}");
    }

    #[test]
    fn a_text_that_is_too_long_for_a_message_is_kept_whole_beside_it() {
        let long = "ü".repeat(MOST_SHOWN);
        let digest =
            read(format!("From: a@b.test\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{long}").as_bytes());
        assert_eq!(digest.body.len(), MOST_SHOWN);
        assert_eq!(digest.whole_text.as_deref(), Some(long.as_str()));
        assert_eq!(read(b"From: a@b.test\r\n\r\n \r\n").body, "(no text)");
    }
}
