//! Single header fields by name.

use mail_parser::{HeaderName, HeaderValue, Message};

/// The value of a field as text, as it stands; empty where there is none.
pub(crate) fn raw(message: &Message<'_>, name: &str) -> String {
    let value = message.headers_raw().find(|(given, _)| given.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    value.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ")
}

pub(crate) fn has(message: &Message<'_>, name: &str) -> bool {
    message.headers_raw().any(|(given, _)| given.eq_ignore_ascii_case(name))
}

/// The message ids of a field, without angle brackets, in their order.
pub(crate) fn ids(message: &Message<'_>, name: HeaderName<'_>) -> Vec<String> {
    match message.header(name.into_owned()) {
        Some(HeaderValue::Text(id)) => vec![id.to_string()],
        Some(HeaderValue::TextList(ids)) => ids.iter().map(ToString::to_string).collect(),
        _ => Vec::new(),
    }
}

/// Where failures of this mail go: `Some("")` is the null path of RFC 5321, section 4.5.5.
pub(crate) fn return_path(message: &Message<'_>) -> Option<String> {
    let path = raw(message, "Return-Path");
    has(message, "Return-Path").then(|| path.trim_matches(['<', '>', ' ']).to_ascii_lowercase())
}

/// The envelope's recipients, as servers note them in a mail that they deliver.
pub(crate) fn delivered_to(message: &Message<'_>) -> Vec<String> {
    let names = ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To"];
    let noted = message.headers_raw().filter(|(given, _)| names.iter().any(|name| given.eq_ignore_ascii_case(name)));
    let addresses = noted.flat_map(|(_, value)| value.split(','));
    addresses.map(|address| address.trim().trim_matches(['<', '>']).to_owned()).filter(|it| !it.is_empty()).collect()
}
