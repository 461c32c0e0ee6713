//! A reading as support and tests look at it.

use serde::Serialize;

use crate::{Attachment, Bounce, Kind, Mailbox, Reading, Verdict};

/// What `atum mail explain` prints.
#[derive(Debug, Serialize)]
pub struct Explanation<'r> {
    subject: &'r str,
    from: Option<&'r Mailbox>,
    to: &'r [Mailbox],
    cc: &'r [Mailbox],
    kind: Kind,
    /// The visible text.
    body: &'r str,
    /// The body without what is folded, white space at both ends trimmed.
    reply: String,
    folded: Vec<Folded>,
    attachments: &'r [Attachment],
    automatic: Verdict,
    unanswerable: Verdict,
    bounce: &'r Bounce,
    message_id: Option<&'r str>,
    in_reply_to: &'r [String],
    references: &'r [String],
    /// The mail inside of a signature was read; the signature was not checked.
    signed: bool,
}

/// From one character (Unicode scalar value) of the body up to another, the second not included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
struct Folded {
    start: usize,
    end: usize,
}

impl<'r> Explanation<'r> {
    pub fn of(reading: &'r Reading) -> Self {
        Self {
            subject: &reading.subject,
            from: reading.from.as_ref(),
            to: &reading.to,
            cc: &reading.cc,
            kind: reading.kind,
            body: &reading.body,
            reply: reading.reply(),
            folded: folded(reading),
            attachments: &reading.attachments,
            automatic: reading.automatic,
            unanswerable: reading.unanswerable,
            bounce: &reading.bounce,
            message_id: reading.message_id.as_deref(),
            in_reply_to: &reading.in_reply_to,
            references: &reading.references,
            signed: reading.signed,
        }
    }
}

fn folded(reading: &Reading) -> Vec<Folded> {
    let (mut at, mut characters) = (0, 0);
    let mut up_to = |byte: usize| {
        characters += reading.body[at..byte].chars().count();
        at = byte;
        characters
    };
    reading.folded.iter().map(|range| Folded { start: up_to(range.start), end: up_to(range.end) }).collect()
}
