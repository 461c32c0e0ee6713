//! Delivery reports for machines (RFC 3464): a block of fields for the mail, and one for each recipient.

use mail_parser::Message;

use crate::{bounce::Recipient, mime, reason};

/// The fields of a block, names in lower case, folded lines joined.
pub(crate) fn fields(block: &str) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = Vec::new();
    for line in block.lines() {
        match (line.starts_with([' ', '\t']), fields.last_mut(), line.split_once(':')) {
            (true, Some((_, value)), _) => {
                value.push(' ');
                value.push_str(line.trim());
            }
            (false, _, Some((name, value))) => fields.push((name.trim().to_ascii_lowercase(), value.trim().to_owned())),
            _ => {}
        }
    }
    fields
}

/// All recipients of all reports in the mail. Where the mail's own header was lost on the way, they are in the text.
pub(crate) fn recipients(message: &Message<'_>, text: &str) -> Vec<Recipient> {
    let parts = mime::parts(message);
    let reports = parts.iter().filter(|leaf| leaf.media_type == "message/delivery-status");
    let mut reports: Vec<String> = reports.map(mime::Leaf::text).collect();
    if reports.is_empty() && text.contains("Final-Recipient:") {
        reports.push(text.to_owned());
    }
    let blocks = reports.iter().flat_map(|text| text.split("\n\n").map(fields));
    let mut recipients: Vec<Recipient> = Vec::new();
    for recipient in blocks.filter_map(|fields| recipient(&fields)) {
        if !recipients.iter().any(|known| known.address.eq_ignore_ascii_case(&recipient.address)) {
            recipients.push(recipient);
        }
    }
    recipients
}

fn recipient(fields: &[(String, String)]) -> Option<Recipient> {
    let get = |name: &str| fields.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str());
    let address = get("final-recipient").or_else(|| get("original-recipient")).or_else(|| get("x-actual-recipient"))?;
    let address = address.rsplit_once(';').map_or(address, |(_, address)| address);
    let action = get("action").unwrap_or_default().to_ascii_lowercase();
    let diagnostic = get("diagnostic-code").unwrap_or_default();
    let declared = get("status").and_then(reason::status).unwrap_or_default();
    let status = reason::refine(&declared, diagnostic, &action);
    let delivered = ["delivered", "relayed", "expanded"].iter().any(|fine| action.starts_with(fine));
    let delayed = action.starts_with("delayed");
    let hard = !delivered && !delayed && reason::is_hard(&status, diagnostic);
    let address = address.trim().trim_matches(['<', '>']).to_owned();
    Some(Recipient { address, status, hard, delivered, delayed })
}
