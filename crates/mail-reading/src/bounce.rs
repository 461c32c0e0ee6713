//! What came back, or what somebody complained of.

use std::sync::LazyLock;

use mail_parser::{Message, MimeHeaders};
use regex::Regex;
use serde::Serialize;

use crate::{automatic, header, mailbox, mime, prose, reason, report};

/// What a report says of a mail of ours.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Bounce {
    /// It tells of a delivery; a complaint has `complaint` besides.
    pub verdict: bool,
    /// Which sign decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rule: Option<&'static str>,
    /// The kind of complaint (RFC 5965, section 7.3): `abuse`, `fraud`, `opt-out` …
    #[serde(skip_serializing_if = "Option::is_none")]
    pub complaint: Option<String>,
    pub recipients: Vec<Recipient>,
    /// The Message-ID of the mail that it is about, if it was returned with the report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original_message_id: Option<String>,
}

/// One address that a report tells of.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Recipient {
    pub address: String,
    /// RFC 3463; empty where nothing tells it.
    pub status: String,
    /// Nothing sent there will ever arrive.
    pub hard: bool,
    /// It did arrive.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub delivered: bool,
    /// It is tried still.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub delayed: bool,
}

static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    let words = "undeliver|undelivered|non[- ]?deliver|delivery (?:status|failure|failed|has failed|problem|report|error|notification|unsuccess|incomplete|delay)|\
                 failure notice|failed delivery|failed mail|failure delivery|mail delivery|returned mail|returned to sender|mail could not be delivered|could not send|\
                 message could not be delivered|unable to deliver|undeliverable|mail system error|mail failure|mail error|warning: (?:could not send|message)|\
                 deferred mail|message delivery|message status|rejected(?: mail|:)|not delivered|delivery attempts|unzustellbar|nicht zugestellt|nicht zustellbar|\
                 non remis|échec de la remise|non distribué|no se puede entregar|no entregado|mancata consegna|onbestelbaar|ej levererat|\
                 配信|送信|エラー|送達|недоставлен|не доставлен|undelivrable|there was an error sending|dsn:|user unknown|returning message to sender";
    Regex::new(&format!(r"(?i)(?:{words})")).expect("a pattern of this crate")
});
static DAEMON_NAME: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)mail delivery|mailer[- ]?daemon|postmaster|mail administrator|system administrator|delivery (?:subsystem|system|service)").expect("a pattern of this crate")
});
static REPLY_CODE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b[45]\d\d[ -](?:#?[45]\.\d\.\d{1,3})?|\b[45]\.\d\.\d{1,3}\b").expect("a pattern of this crate")
});

/// What it reports. `text` is its visible text.
pub(crate) fn bounce(message: &Message<'_>, text: &str) -> Bounce {
    if let Some(complaint) = complaint(message) {
        return Bounce {
            rule: Some("feedback_report"),
            complaint: Some(complaint),
            original_message_id: original(message),
            ..Bounce::default()
        };
    }
    let Some(rule) = rule(message, text) else { return Bounce::default() };
    let reported = report::recipients(message, text);
    let recipients = if reported.is_empty() { prose::recipients(message, text) } else { reported };
    Bounce { verdict: true, rule: Some(rule), complaint: None, recipients, original_message_id: original(message) }
}

fn rule(message: &Message<'_>, text: &str) -> Option<&'static str> {
    let away = automatic::automatic(message).rule == Some("subject");
    let subject = message.subject().unwrap_or_default();
    let sender = mailbox::sender(message).unwrap_or_default();
    let named = DAEMON_NAME.is_match(&sender.name) || DAEMON_NAME.is_match(&sender.address);
    let null = header::return_path(message).is_some_and(|path| path.is_empty() || path.starts_with("mailer-daemon"));
    let words = SUBJECT.is_match(subject);
    let coded = REPLY_CODE.is_match(text);
    let rules = [
        (
            "delivery_status",
            mime::has_part(message, "message/delivery-status")
                || mime::report_type(message).as_deref() == Some("delivery-status"),
        ),
        ("failed_recipients", header::has(message, "X-Failed-Recipients")),
        ("daemon", (automatic::is_daemon(message) || named) && !away),
        ("null_path_and_words", null && words),
        (
            "null_path_and_code",
            null && coded && !away && header::raw(message, "Auto-Submitted").is_empty() && mime::holds_a_mail(message),
        ),
        ("null_path_and_failure", null && !away && mime::holds_a_mail(message) && reason::tells_of_failure(text)),
        // What Amazon's mail service tells subscribers of its notices.
        ("notification", text.contains(r#""notificationType":"Bounce""#)),
        ("words_and_code", words && coded),
    ];
    rules.into_iter().find(|(_, says)| *says).map(|(rule, _)| rule)
}

/// RFC 5965, and the form in which Hotmail tells it.
fn complaint(message: &Message<'_>) -> Option<String> {
    let report = mime::parts(message).into_iter().find(|leaf| leaf.media_type == "message/feedback-report");
    if let Some(report) = report {
        let text = report.text();
        let kind = report::fields(&text).into_iter().find(|(name, _)| name == "feedback-type").map(|(_, kind)| kind);
        return Some(kind.unwrap_or_else(|| "abuse".to_owned()));
    }
    let subject = message.subject().unwrap_or_default().trim().to_ascii_lowercase();
    (subject.starts_with("complaint about message from") && mime::holds_a_mail(message)).then(|| "abuse".to_owned())
}

/// The id of the mail inside the report.
fn original(message: &Message<'_>) -> Option<String> {
    let inside = message.parts.iter().find_map(|part| part.message()?.message_id().map(str::to_owned));
    inside
        .or_else(|| {
            let headers = mime::parts(message).into_iter().find(|leaf| leaf.media_type == "text/rfc822-headers")?;
            let text = headers.text();
            let id = report::fields(&text).into_iter().find(|(name, _)| name == "message-id")?.1;
            Some(id.trim_matches(['<', '>', ' ']).to_owned())
        })
        .or_else(|| id_in_text(message))
}

/// Servers of old put the mail below their words.
fn id_in_text(message: &Message<'_>) -> Option<String> {
    static ID: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r"(?im)^[> ]*message-id:\s*<([^>\s]+)>").expect("a pattern of this crate"));
    mime::parts(message)
        .iter()
        .filter(|leaf| leaf.media_type.starts_with("text/") || leaf.part.content_type().is_none())
        .find_map(|leaf| ID.captures(&leaf.text()).map(|found| found[1].to_owned()))
}
