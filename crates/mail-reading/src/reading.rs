//! What a reading is.

use std::ops::Range;

use serde::Serialize;

use crate::{
    Attachment, Bounce, Mailbox, Verdict,
    name::{self, Names},
    tnef,
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
    /// The plain text that came beside the HTML.
    pub alternative: Option<String>,
    /// What a person sees.
    pub body: String,
    /// Ranges of the body (bytes) that are to be shown folded.
    pub folded: Vec<Range<usize>>,
    pub attachments: Vec<Attachment>,
    /// Without angle brackets, like all ids.
    pub message_id: Option<String>,
    pub in_reply_to: Vec<String>,
    pub references: Vec<String>,
    /// What servers on the way wrote of the address that it was for: Delivered-To, X-Original-To, Envelope-To.
    pub delivered_to: Vec<String>,
    /// Where failures of it go, lower case; empty is the null path.
    pub return_path: Option<String>,
    /// The topmost Authentication-Results (RFC 8601) and no other: whatever stands below, the sender may have written.
    pub authentication_results: Option<String>,
    /// A program wrote it.
    pub automatic: Verdict,
    /// No program may answer it.
    pub unanswerable: Verdict,
    pub bounce: Bounce,
    /// The body was inside of a signature, which was not checked.
    pub signed: bool,
}

impl Reading {
    /// What its writer wrote now: the body without what is folded.
    pub fn reply(&self) -> String {
        mail_text::unfolded(&self.body, &self.folded).trim().to_owned()
    }

    /// Nothing that a mail has: it is something else.
    pub(crate) fn is_empty(&self) -> bool {
        let nobody = self.from.is_none() && self.to.is_empty() && self.cc.is_empty();
        nobody && self.subject.is_empty() && self.body.trim().is_empty() && self.attachments.is_empty()
    }

    pub(crate) fn take_tnef(&mut self, container: tnef::Tnef, names: &mut Names) {
        if self.body.trim().is_empty() {
            let html = container.html.map(|html| crate::charset::decode(&html, None));
            let text = container.text.or_else(|| container.rtf.as_deref().map(tnef::rtf_text));
            self.set_body(html, text.unwrap_or_default());
        }
        for file in container.files {
            let name = names.untaken(&name::bare(&file.name));
            let media_type = file.media_type.unwrap_or_else(|| "application/octet-stream".to_owned());
            let inline = file.content_id.as_deref().is_some_and(|id| self.refers_to(id));
            let (contents, content_id) = (file.contents, file.content_id);
            self.attachments.push(Attachment { name, media_type, contents, content_id, inline });
        }
    }

    pub(crate) fn take_signed(&mut self, inside: Self, names: &mut Names) {
        (self.kind, self.html, self.body, self.folded) = (inside.kind, inside.html, inside.body, inside.folded);
        self.signed = true;
        for attachment in inside.attachments {
            let name = names.untaken(&attachment.name);
            self.attachments.push(Attachment { name, ..attachment });
        }
    }

    pub(crate) fn set_body(&mut self, html: Option<String>, text: String) {
        let text = text.replace('\0', "");
        match html.map(|html| html.replace('\0', "")) {
            Some(html) => {
                let seen = mail_text::html::visible(&html);
                (self.kind, self.body, self.folded) = (Kind::Html, seen.text, seen.folded);
                self.html = Some(html);
            }
            None => (self.folded, self.body) = (mail_text::fold(&text), text),
        }
    }

    pub(crate) fn refers_to(&self, content_id: &str) -> bool {
        self.html.as_deref().is_some_and(|html| html.contains(&format!("cid:{content_id}")))
    }
}
