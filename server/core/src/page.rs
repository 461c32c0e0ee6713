//! Keyset paging: `?cursor=&limit=`. A cursor is opaque to callers; inside it is the last row's sort key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Datelike, Utc};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{Problem, Result, problem::Kind};

#[derive(Debug, Default, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 50 unless given.
    pub limit: Option<u32>,
}

impl PageQuery {
    pub fn limit(&self) -> i64 {
        self.limit.unwrap_or(50).clamp(1, 100).into()
    }

    /// The sort key of the last row seen, or `None` at the beginning.
    pub fn after<Key: DeserializeOwned>(&self) -> Result<Option<Key>> {
        self.cursor.as_deref().map(decode).transpose()
    }
}

fn decode<Key: DeserializeOwned>(cursor: &str) -> Result<Key> {
    URL_SAFE_NO_PAD
        .decode(cursor)
        .ok()
        .and_then(|json| serde_json::from_slice(&json).ok())
        .filter(can_be_compared)
        .and_then(|key| serde_json::from_value(key).ok())
        .ok_or_else(|| Problem::new(Kind::Malformed).detail("the cursor cannot be read; start from the first page"))
}

/// A cursor that we did not make may hold what the database cannot: a NUL, or a time out of its range.
fn can_be_compared(key: &Value) -> bool {
    match key {
        Value::String(text) => !text.contains('\0') && text.parse().map_or(true, is_storable),
        Value::Array(items) => items.iter().all(can_be_compared),
        _ => true,
    }
}

/// PostgreSQL's times reach from 4713 BC to AD 294276, chrono's further.
pub fn is_storable(at: DateTime<Utc>) -> bool {
    (1..=9999).contains(&at.year())
}

/// Cuts a list that was asked for with one row more than fits, and gives the cursor of what follows.
pub fn cut<Row, Key: Serialize>(
    mut rows: Vec<Row>,
    limit: i64,
    key: impl Fn(&Row) -> Key,
) -> (Vec<Row>, Option<String>) {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    if rows.len() <= limit {
        return (rows, None);
    }
    rows.truncate(limit);
    let cursor = rows.last().and_then(|row| cursor(&key(row)));
    (rows, cursor)
}

/// The cursor of what follows this key.
pub fn cursor<Key: Serialize>(key: &Key) -> Option<String> {
    serde_json::to_vec(key).ok().map(|json| URL_SAFE_NO_PAD.encode(json))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_read(key: Value) -> bool {
        decode::<Value>(&URL_SAFE_NO_PAD.encode(key.to_string())).is_ok()
    }

    #[test]
    fn a_cursor_that_holds_what_the_database_cannot_is_refused() {
        assert!(is_read(serde_json::json!(["anna", "2026-11-20T10:00:00Z", null, 7])));
        for unheard in ["a\0", "-262143-01-01T00:00:00Z", "+262142-12-31T00:00:00Z"] {
            assert!(!is_read(serde_json::json!([unheard])), "{unheard:?}");
        }
    }
}
