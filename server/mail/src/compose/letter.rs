use chrono::{DateTime, Utc};
use mail_builder::{
    MessageBuilder,
    headers::{
        HeaderType, address::Address as HeaderAddress, content_type::ContentType, date::Date, message_id::MessageId,
        raw::Raw, text::Text,
    },
    mime::{BodyPart, MimePart},
};
use sha2::{Digest, Sha256};

use crate::smtp::Address;

/// How our mails call the program that wrote them: what a mail of ours that comes back is known by.
pub const PROGRAM: &str = "Atum Desk";

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    pub address: Address,
    pub name: Option<String>,
}

impl std::fmt::Display for Mailbox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &self.name {
            Some(name) => write!(f, "{} <{}>", one_line(name), self.address),
            None => self.address.fmt(f),
        }
    }
}

/// Everything that a mail says.
#[derive(Debug, Clone)]
pub struct Letter {
    /// Without angle brackets, as all ids here.
    pub message_id: String,
    pub date: DateTime<Utc>,
    pub from: Mailbox,
    pub reply_to: Option<Address>,
    pub to: Vec<Mailbox>,
    pub cc: Vec<Mailbox>,
    pub subject: String,
    pub in_reply_to: Option<String>,
    /// Oldest first.
    pub references: Vec<String>,
    /// No person wrote it: it must not be answered by another program.
    pub automatic: bool,
    pub text: String,
    pub html: Option<String>,
    pub pictures: Vec<Picture>,
    pub enclosed: Vec<Enclosed>,
}

/// Shown inside the HTML, which names it as `cid:<id>`.
#[derive(Debug, Clone)]
pub struct Picture {
    pub id: String,
    pub file: Enclosed,
}

#[derive(Debug, Clone)]
pub struct Enclosed {
    pub name: String,
    pub media_type: String,
    pub bytes: Vec<u8>,
}

/// References that a mail carries at most: more only grow from answer to answer.
const MOST_REFERENCES: usize = 20;

impl Letter {
    pub fn raw(&self) -> Vec<u8> {
        let mut out = vec![];
        self.headers()
            .into_iter()
            .fold(MessageBuilder::new(), |mail, (name, value)| mail.header(name, value))
            .body(self.body())
            .serialize(&mut out);
        out
    }

    /// The headers by name and value, as people read them: decoded and unfolded.
    pub fn header_lines(&self) -> Vec<(String, String)> {
        let mut out = vec![];
        let headers =
            self.headers().into_iter().fold(MessageBuilder::new(), |mail, (name, value)| mail.header(name, value));
        headers.body(MimePart::new("text/plain", "")).serialize(&mut out);
        let text = String::from_utf8_lossy(&out).replace("\r\n ", " ").replace("\r\n\t", " ");
        let lines = text.split("\r\n").take_while(|line| !line.is_empty()).filter_map(|line| line.split_once(": "));
        let lines = lines.filter(|(name, _)| !name.starts_with("Content-"));
        lines.map(|(name, value)| (name.to_owned(), self.readable(name, value))).collect()
    }

    fn readable(&self, name: &str, value: &str) -> String {
        let listed = |mailboxes: &[Mailbox]| mailboxes.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        match name {
            "Subject" => one_line(&self.subject),
            "From" => self.from.to_string(),
            "To" => listed(&self.to),
            "Cc" => listed(&self.cc),
            _ => value.to_owned(),
        }
    }

    fn headers(&self) -> Vec<(&'static str, HeaderType<'_>)> {
        let mut headers: Vec<(&'static str, HeaderType<'_>)> = vec![
            ("Date", Date::new(self.date.timestamp()).into()),
            ("From", mailboxes(std::slice::from_ref(&self.from)).into()),
        ];
        headers.extend(self.reply_to.iter().map(|address| {
            ("Reply-To", HeaderType::from(HeaderAddress::new_address(None::<String>, address.to_string())))
        }));
        let seen = [("To", &self.to), ("Cc", &self.cc)];
        headers
            .extend(seen.into_iter().filter(|(_, to)| !to.is_empty()).map(|(name, to)| (name, mailboxes(to).into())));
        headers.push(("Subject", Text::new(one_line(&self.subject)).into()));
        headers.push(("Message-ID", MessageId::new(id(&self.message_id)).into()));
        headers.extend(self.in_reply_to.iter().map(|to| ("In-Reply-To", MessageId::new(id(to)).into())));
        let references = self.references();
        if !references.is_empty() {
            headers.push(("References", MessageId::new_list(references.into_iter()).into()));
        }
        headers.push(("X-Mailer", Raw::new(PROGRAM).into()));
        if self.automatic {
            headers.extend(AUTOMATIC.map(|(name, value)| (name, Raw::new(value).into())));
        }
        headers
    }

    /// The first, which all of the conversation share, and the newest; our own id last, for where In-Reply-To is all that
    /// comes back and a server on the way gave the mail another id.
    fn references(&self) -> Vec<String> {
        let mut ids: Vec<String> = vec![];
        for reference in self.references.iter().chain([&self.message_id]) {
            let reference = id(reference);
            ids.retain(|before| *before != reference);
            ids.push(reference);
        }
        if ids.len() > MOST_REFERENCES {
            ids.drain(1..=ids.len() - MOST_REFERENCES);
        }
        ids
    }

    fn body(&self) -> MimePart<'_> {
        let text = MimePart::new("text/plain", BodyPart::Text(self.text.as_str().into()));
        let shown = match &self.html {
            Some(html) => self.multipart("alternative", vec![text, self.with_pictures(html)]),
            None => text,
        };
        if self.enclosed.is_empty() {
            return shown;
        }
        let files = self.enclosed.iter().map(|file| part(file).attachment(one_line(&file.name)));
        self.multipart("mixed", std::iter::once(shown).chain(files).collect())
    }

    fn with_pictures<'x>(&self, html: &'x str) -> MimePart<'x> {
        let html = MimePart::new("text/html", BodyPart::Text(html.into()));
        if self.pictures.is_empty() {
            return html;
        }
        let pictures = self.pictures.iter().map(|picture| {
            let disposition = ContentType::new("inline").attribute("filename", one_line(&picture.file.name));
            part(&picture.file).header("Content-Disposition", disposition).cid(id(&picture.id))
        });
        self.multipart("related", std::iter::once(html).chain(pictures).collect())
    }

    /// The boundary is made of what the mail is, not drawn: no line of a part begins with it but by intent.
    fn multipart<'x>(&self, kind: &str, parts: Vec<MimePart<'x>>) -> MimePart<'x> {
        let digest = Sha256::digest(format!("{kind} {} {}", self.message_id, self.text));
        let boundary = format!("={kind}_{}", hex::encode(&digest[..15]));
        MimePart::new(ContentType::new(format!("multipart/{kind}")).attribute("boundary", boundary), parts)
    }
}

/// RFC 3834, and what programs look at that do not know it. Only on mails that no person wrote.
const AUTOMATIC: [(&str, &str); 4] = [
    ("Auto-Submitted", "auto-generated"),
    ("Precedence", "bulk"),
    ("X-Auto-Response-Suppress", "All"),
    ("X-Atum-Loop", "desk"),
];

fn part(file: &Enclosed) -> MimePart<'static> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "!#$&-^_.+/".contains(letter);
    let sound = file.media_type.split('/').count() == 2 && file.media_type.chars().all(plain);
    // A text's line ends and charset are its author's: it goes as bytes.
    let media_type = if sound { file.media_type.clone() } else { "application/octet-stream".to_owned() };
    let media_type = if media_type.starts_with("message/") || media_type.starts_with("multipart/") {
        "application/octet-stream".to_owned()
    } else {
        media_type
    };
    let encoded = base64_lines(&file.bytes);
    MimePart::new(ContentType::new(media_type), BodyPart::Binary(encoded.into_bytes().into()))
        .transfer_encoding("base64")
}

fn base64_lines(bytes: &[u8]) -> String {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let mut out = String::with_capacity(bytes.len() * 4 / 3 + bytes.len() / 28 + 4);
    for chunk in bytes.chunks(57) {
        STANDARD.encode_string(chunk, &mut out);
        out.push_str("\r\n");
    }
    out
}

fn mailboxes(mailboxes: &[Mailbox]) -> HeaderAddress<'static> {
    let list = mailboxes.iter().map(|mailbox| {
        let name = mailbox.name.as_deref().map(one_line).filter(|name| !name.is_empty());
        HeaderAddress::new_address(name, mailbox.address.to_string())
    });
    HeaderAddress::new_list(list.collect())
}

/// A value that stays in its header, whatever somebody wrote into it.
fn one_line(text: &str) -> String {
    let cleared = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    cleared.collect::<String>().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// An id that stays between its angle brackets.
fn id(text: &str) -> String {
    text.chars().filter(|letter| letter.is_ascii_graphic() && !"<>".contains(*letter)).take(900).collect()
}
