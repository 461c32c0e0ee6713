//! Keyset paging: `?cursor=&limit=`. A cursor is opaque to callers; inside it is the last row's sort key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

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
        .ok_or_else(|| Problem::new(Kind::Malformed).detail("the cursor cannot be read; start from the first page"))
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
    let cursor = rows.last().and_then(|row| serde_json::to_vec(&key(row)).ok());
    (rows, cursor.map(|json| URL_SAFE_NO_PAD.encode(json)))
}
