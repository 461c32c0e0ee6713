//! For `fuzz/` alone: what reads paths and queries.

use axum::http::HeaderMap;
use serde::{Deserialize, de::value::StrDeserializer};

use crate::sight::TicketRef;

pub fn prefixes(words: &str) -> Option<String> {
    atum_core::words::beginnings(words)
}

pub fn number(words: &str) -> Option<i64> {
    crate::search::number(words)
}

/// Its number or its id, written again.
pub fn ticket_reference(text: &str) -> Option<String> {
    match TicketRef::deserialize(StrDeserializer::<serde::de::value::Error>::new(text)).ok()? {
        TicketRef::Number(number) => Some(number.to_string()),
        TicketRef::Id(id) => Some(id.to_string()),
    }
}

pub fn statuses(text: &str) -> Option<Vec<String>> {
    crate::narrow::statuses_in(text).ok()
}

pub fn resumed(headers: &HeaderMap) -> Option<i64> {
    crate::live::resumed(headers)
}
