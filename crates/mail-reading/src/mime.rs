//! The parts of a mail: which are its body, which come with it.

use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

use crate::{charset, encoding};

/// A leaf of the tree.
pub(crate) struct Leaf<'m> {
    pub part: &'m MessagePart<'m>,
    /// Lower case, without parameters.
    pub media_type: String,
    body: &'m [u8],
}

impl Leaf<'_> {
    /// Decoded at each call: most leaves are only looked at for what they are.
    pub fn contents(&self) -> Vec<u8> {
        encoding::decode(self.body, self.part.content_transfer_encoding().unwrap_or_default())
    }

    pub fn text(&self) -> String {
        let declared = self.part.content_type().and_then(|of| of.attribute("charset"));
        let text = charset::decode(&self.contents(), declared);
        text.replace("\r\n", "\n").replace('\0', "")
    }
}

/// The leaf of a part of the mail.
pub(crate) fn leaf<'m>(message: &'m Message<'m>, part: &'m MessagePart<'m>) -> Leaf<'m> {
    let media_type = media_type(part);
    let raw = message.raw_message();
    let end = (part.offset_end as usize).min(raw.len());
    let body = raw.get(part.offset_body as usize..end).unwrap_or_default();
    Leaf { body, media_type, part }
}

/// All parts but containers, with those of no mail inside.
pub(crate) fn parts<'m>(message: &'m Message<'m>) -> Vec<Leaf<'m>> {
    let leaves = message.parts.iter().filter(|part| !matches!(part.body, PartType::Multipart(_)));
    leaves.map(|part| leaf(message, part)).collect()
}

pub(crate) fn has_part(message: &Message<'_>, media_type: &str) -> bool {
    message.parts.iter().any(|part| self::media_type(part) == media_type)
}

/// The kind of a `multipart/report` (RFC 6522), lower case.
pub(crate) fn report_type(message: &Message<'_>) -> Option<String> {
    let of =
        message.content_type().filter(|of| of.subtype().is_some_and(|kind| kind.eq_ignore_ascii_case("report")))?;
    Some(of.attribute("report-type").unwrap_or_default().to_ascii_lowercase())
}

pub(crate) fn is_report(message: &Message<'_>) -> bool {
    report_type(message).is_some() || has_part(message, "message/delivery-status")
}

/// Whether another mail, or its header, is inside.
pub(crate) fn holds_a_mail(message: &Message<'_>) -> bool {
    has_part(message, "message/rfc822") || has_part(message, "text/rfc822-headers")
}

/// RFC 2045, section 5.2: what declares nothing is plain text.
fn media_type(part: &MessagePart<'_>) -> String {
    let declared = part.content_type().map(|of| match of.subtype() {
        Some(subtype) => format!("{}/{subtype}", of.ctype()),
        None => of.ctype().to_owned(),
    });
    let declared = declared.filter(|of| of.contains('/')).unwrap_or_else(|| match part.body {
        PartType::Text(_) => "text/plain".to_owned(),
        // The default inside a digest (RFC 2046, section 5.1.5).
        PartType::Message(_) => "message/rfc822".to_owned(),
        _ => "application/octet-stream".to_owned(),
    });
    declared.to_ascii_lowercase()
}
