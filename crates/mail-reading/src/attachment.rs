//! What comes with a mail.

use serde::Serialize;
use sha2::{Digest, Sha256};

/// A part that is no body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    /// Unique in its mail, without any path.
    pub name: String,
    /// As declared, lower case; `application/octet-stream` where nothing was.
    pub media_type: String,
    pub contents: Vec<u8>,
    /// Without its angle brackets.
    pub content_id: Option<String>,
    /// The HTML refers to it.
    pub inline: bool,
}

impl Attachment {
    /// Of the contents, lower-case hexadecimal.
    pub fn sha256(&self) -> String {
        hex::encode(Sha256::digest(&self.contents))
    }
}

impl Attachment {
    pub(crate) fn is_tnef(&self) -> bool {
        matches!(self.media_type.as_str(), "application/ms-tnef" | "application/vnd.ms-tnef")
            || self.name.eq_ignore_ascii_case("winmail.dat")
    }

    /// Of the opaque kind: the mail is inside.
    pub(crate) fn is_signature(&self) -> bool {
        matches!(self.media_type.as_str(), "application/pkcs7-mime" | "application/x-pkcs7-mime")
    }
}

/// As `explain` tells it: what it is, not its contents.
impl Serialize for Attachment {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Told<'a> {
            name: &'a str,
            media_type: &'a str,
            bytes: usize,
            sha256: String,
            inline: bool,
        }
        let Self { name, media_type, contents, inline, .. } = self;
        Told { name, media_type, bytes: contents.len(), sha256: self.sha256(), inline: *inline }.serialize(serializer)
    }
}
