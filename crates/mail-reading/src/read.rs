//! From raw bytes to a reading, step by step.

use mail_parser::{HeaderName, Message, MessageParser, MimeHeaders, PartType};

use crate::{
    Attachment, Reading, automatic, bounce, header, mailbox,
    mime::{self, Leaf},
    name::{self, Names},
    repair, signed, tnef, uuencode,
};

/// Reads a raw mail, whatever it is.
pub fn read(raw: &[u8]) -> Reading {
    let repaired = repair::repair(raw);
    let reading = MessageParser::default().parse(repaired.as_ref()).map(|message| read_message(&message));
    reading.filter(|reading| !reading.is_empty()).unwrap_or_else(|| {
        let mut reading = Reading::default();
        reading.set_body(None, crate::charset::decode(raw, None));
        reading
    })
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
        delivered_to: header::delivered_to(message),
        return_path: header::return_path(message),
        authentication_results: Some(header::raw(message, "Authentication-Results")).filter(|told| !told.is_empty()),
        automatic: automatic::automatic(message),
        unanswerable: automatic::unanswerable(message),
        ..Reading::default()
    };
    let mut names = Names::default();
    read_body(message, &mut reading, &mut names);
    read_attachments(message, &mut reading, &mut names);
    read_inside(&mut reading, &mut names);
    reading.bounce = bounce::bounce(message, &reading.body);
    reading.without_nul()
}

fn fold_white(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn leaves<'m>(message: &'m Message<'m>, ids: &[u32]) -> Vec<Leaf<'m>> {
    ids.iter().filter_map(|id| message.parts.get(*id as usize)).map(|part| mime::leaf(message, part)).collect()
}

fn read_body(message: &Message<'_>, reading: &mut Reading, names: &mut Names) {
    let mut html = leaves(message, &message.html_body);
    html.extend(broken(message, "text/html"));
    let of_html = html.iter().filter(|leaf| leaf.media_type == "text/html").map(Leaf::text);
    let html = of_html.collect::<Vec<_>>().join("\n");
    let mut texts = leaves(message, &message.text_body);
    texts.extend(broken(message, "text/plain"));
    if !html.trim().is_empty() {
        let plain: Vec<String> = texts.iter().filter(|leaf| leaf.media_type == "text/plain").map(Leaf::text).collect();
        reading.alternative = Some(plain.join("\n")).filter(|plain| !plain.is_empty());
        reading.set_body(Some(html), String::new());
        return;
    }
    let texts = texts.iter().filter(|leaf| leaf.media_type.starts_with("text/")).map(Leaf::text);
    reading.body = texts.collect::<Vec<_>>().join("\n");
    take_files(reading, names);
    reading.folded = mail_text::fold(&reading.body);
}

/// Text that breaks off, without the boundary that must end it or within its encoding: still what the mail says.
fn broken<'m>(message: &'m Message<'m>, media_type: &str) -> Vec<Leaf<'m>> {
    leaves(message, &message.attachments)
        .into_iter()
        .filter(|leaf| is_broken(leaf) && leaf.media_type == media_type)
        .collect()
}

fn is_broken(leaf: &Leaf<'_>) -> bool {
    let text = matches!(leaf.media_type.as_str(), "text/html" | "text/plain");
    text && leaf.part.is_encoding_problem && leaf.part.attachment_name().is_none()
}

/// Files written into the text become attachments.
fn take_files(reading: &mut Reading, names: &mut Names) {
    let files = uuencode::files(reading.body.as_bytes());
    for file in files.iter().rev() {
        reading.body.replace_range(file.range.clone(), "");
    }
    for file in files {
        let name = names.untaken(&file.name);
        let media_type = "application/octet-stream".to_owned();
        reading.attachments.push(Attachment {
            name,
            media_type,
            contents: file.bytes,
            content_id: None,
            inline: false,
        });
    }
}

fn read_attachments(message: &Message<'_>, reading: &mut Reading, names: &mut Names) {
    for leaf in leaves(message, &message.attachments) {
        if is_broken(&leaf)
            || matches!(leaf.part.body, PartType::Multipart(_))
            || leaf.media_type.starts_with("multipart/")
        {
            continue;
        }
        let name = names.untaken(&name::name(leaf.part, &leaf.media_type));
        let content_id = leaf.part.content_id().map(str::to_owned);
        let inline = content_id.as_deref().is_some_and(|id| reading.refers_to(id));
        reading.attachments.push(Attachment {
            name,
            contents: leaf.contents(),
            media_type: leaf.media_type,
            content_id,
            inline,
        });
    }
}

/// What Outlook's container and an opaque signature hold. Both stay attachments too: what was sent can be fetched.
fn read_inside(reading: &mut Reading, names: &mut Names) {
    let tnef = reading.attachments.iter().filter(|of| of.is_tnef());
    let containers: Vec<tnef::Tnef> = tnef.filter_map(|of| tnef::unpack(&of.contents)).collect();
    for container in containers {
        reading.take_tnef(container, names);
    }
    let signature =
        reading.attachments.iter().find(|of| of.is_signature()).and_then(|of| signed::contents(&of.contents));
    if let Some(inside) = signature.filter(|_| reading.body.trim().is_empty()) {
        reading.take_signed(read(&inside), names);
    }
}
