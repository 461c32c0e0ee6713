//! Names of attachments: of those that have none, and such that no two are the same.

use std::collections::HashMap;

use mail_parser::{MessagePart, MimeHeaders};

/// The name that a part has, or one after what it is.
pub(crate) fn name(part: &MessagePart<'_>, media_type: &str) -> String {
    let given = part.attachment_name().map(bare).filter(|name| !name.is_empty());
    given
        .or_else(|| from_content_id(part))
        .or_else(|| after_nested(part, media_type))
        .or_else(|| after_description(part, media_type))
        .unwrap_or_else(|| after(media_type))
}

/// Without a path, control and direction signs: what a person sees is what will be stored.
pub(crate) fn bare(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    last.chars().filter(seen).collect::<String>().trim().to_owned()
}

fn from_content_id(part: &MessagePart<'_>) -> Option<String> {
    let (local, _) = part.content_id()?.split_once('@')?;
    let (_, ending) = local.rsplit_once('.')?;
    let short = (2..=6).contains(&ending.len()) && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    short.then(|| bare(local))
}

/// A mail in a mail is named after its subject.
fn after_nested(part: &MessagePart<'_>, media_type: &str) -> Option<String> {
    if media_type != "message/rfc822" {
        return None;
    }
    let subject = part.message().and_then(|message| message.subject()).map(bare).filter(|subject| !subject.is_empty());
    let described = part.content_description().map(bare);
    Some(subject.or(described).unwrap_or_else(|| "mail".to_owned()) + ".eml")
}

/// A report says what it is about.
fn after_description(part: &MessagePart<'_>, media_type: &str) -> Option<String> {
    let described = part.content_description().map(bare).filter(|described| !described.is_empty());
    described.filter(|_| media_type == "message/delivery-status").map(|described| described + ".txt")
}

fn after(media_type: &str) -> String {
    let name = match media_type {
        "message/delivery-status" => "delivery-status.txt",
        "text/plain" => "document.txt",
        "text/html" => "document.html",
        "text/calendar" => "calendar.ics",
        "video/quicktime" => "video.mov",
        "image/jpeg" | "image/jpg" | "image/pjpeg" => "image.jpg",
        "image/png" => "image.png",
        "image/gif" => "image.gif",
        "application/pdf" => "document.pdf",
        _ => "file",
    };
    name.to_owned()
}

/// The names that a mail's attachments have so far.
#[derive(Default)]
pub(crate) struct Names {
    /// How often a name was asked for.
    taken: HashMap<String, usize>,
}

impl Names {
    /// A name that is not taken yet: `image.jpg`, `image1.jpg`, `image2.jpg`.
    pub fn untaken(&mut self, name: &str) -> String {
        let (stem, ending) = match name.rfind('.') {
            Some(dot) if dot > 0 => name.split_at(dot),
            _ => (name, ""),
        };
        loop {
            let times = self.taken.entry(name.to_owned()).and_modify(|times| *times += 1).or_insert(0);
            if *times == 0 {
                return name.to_owned();
            }
            let candidate = format!("{stem}{times}{ending}");
            if !self.taken.contains_key(&candidate) {
                self.taken.insert(candidate.clone(), 0);
                return candidate;
            }
        }
    }
}
