//! The whole reading.

use std::ops::Range;

use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders, PartType};
use serde::Serialize;

use crate::{
    Attachment, Bounce, Mailbox, Verdict, automatic, bounce, header, mailbox,
    mime::{self, Leaf},
    name, repair, uuencode,
};

/// Whether the body is HTML or plain text.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    #[default]
    Text,
    Html,
}

/// What a raw mail says.
#[derive(Debug, Clone, Default)]
pub struct Reading {
    /// White space folded; empty where there is none.
    pub subject: String,
    pub from: Option<Mailbox>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub reply_to: Vec<Mailbox>,
    pub kind: Kind,
    /// The HTML as it came, if there is any.
    pub html: Option<String>,
    /// What a person sees.
    pub body: String,
    /// Ranges of the body (bytes) that are to be shown folded.
    pub folded: Vec<Range<usize>>,
    pub attachments: Vec<Attachment>,
    /// Without angle brackets, like all ids.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// A program wrote it.
    pub automatic: Verdict,
    /// No program may answer it.
    pub unanswerable: Verdict,
    pub bounce: Bounce,
}

/// Reads a raw mail, whatever it is.
pub fn read(raw: &[u8]) -> Reading {
    let repaired = repair::repair(raw);
    match MessageParser::default().parse(repaired.as_ref()) {
        Some(message) => read_message(&message),
        None => Reading { body: crate::charset::decode(raw, None), ..Reading::default() },
    }
}

fn read_message(message: &Message<'_>) -> Reading {
    let mut reading = Reading {
        subject: fold_white(message.subject().unwrap_or_default()),
        from: mailbox::sender(message),
        to: mailbox::all(message.to()),
        cc: mailbox::all(message.cc()),
        reply_to: mailbox::all(message.reply_to()),
        message_id: header::ids(message, HeaderName::MessageId).into_iter().next(),
        in_reply_to: header::ids(message, HeaderName::InReplyTo),
        references: header::ids(message, HeaderName::References),
        automatic: automatic::automatic(message),
        unanswerable: automatic::unanswerable(message),
        ..Reading::default()
    };
    read_body(message, &mut reading);
    read_attachments(message, &mut reading);
    reading.bounce = bounce::bounce(message, &reading.body);
    reading
}

fn fold_white(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn leaves<'m>(message: &'m Message<'m>, ids: &[u32]) -> Vec<Leaf<'m>> {
    ids.iter().filter_map(|id| message.parts.get(*id as usize)).map(|part| mime::leaf(message, part)).collect()
}

fn read_body(message: &Message<'_>, reading: &mut Reading) {
    let mut html = leaves(message, &message.html_body);
    html.extend(broken_html(message));
    let of_html = html.iter().filter(|leaf| leaf.media_type == "text/html").map(Leaf::text);
    let html = of_html.collect::<Vec<_>>().join("\n");
    if !html.trim().is_empty() {
        let seen = mail_text::html::visible(&html);
        (reading.kind, reading.html) = (Kind::Html, Some(html));
        (reading.body, reading.folded) = (seen.text, seen.folded);
        return;
    }
    let texts = leaves(message, &message.text_body);
    let texts = texts.iter().filter(|leaf| leaf.media_type.starts_with("text/")).map(Leaf::text);
    reading.body = texts.collect::<Vec<_>>().join("\n");
    take_files(reading);
    reading.folded = mail_text::fold(&reading.body);
}

/// HTML whose transfer encoding breaks off: still what the mail says.
fn broken_html<'m>(message: &'m Message<'m>) -> Vec<Leaf<'m>> {
    leaves(message, &message.attachments).into_iter().filter(is_broken_html).collect()
}

fn is_broken_html(leaf: &Leaf<'_>) -> bool {
    leaf.part.is_encoding_problem && leaf.media_type == "text/html" && leaf.part.attachment_name().is_none()
}

/// Files written into the text become attachments.
fn take_files(reading: &mut Reading) {
    let files = uuencode::files(reading.body.as_bytes());
    for file in files.iter().rev() {
        reading.body.replace_range(file.range.clone(), "");
    }
    for file in files {
        let name = name::untaken(&file.name, &reading.attachments);
        let media_type = "application/octet-stream".to_owned();
        reading.attachments.push(Attachment { name, media_type, contents: file.bytes, content_id: None, inline: false });
    }
}

fn read_attachments(message: &Message<'_>, reading: &mut Reading) {
    for leaf in leaves(message, &message.attachments) {
        if is_broken_html(&leaf) || matches!(leaf.part.body, PartType::Multipart(_)) || leaf.media_type.starts_with("multipart/") {
            continue;
        }
        let name = name::untaken(&name::name(leaf.part, &leaf.media_type), &reading.attachments);
        let content_id = leaf.part.content_id().map(str::to_owned);
        let inline = content_id.as_deref().is_some_and(|id| reading.refers_to(id));
        reading.attachments.push(Attachment { name, media_type: leaf.media_type, contents: leaf.contents, content_id, inline });
    }
}

impl Reading {
    fn refers_to(&self, content_id: &str) -> bool {
        self.html.as_deref().is_some_and(|html| html.contains(&format!("cid:{content_id}")))
    }
}
