//! A page's cursor, which anybody can make up: a key that is read is one that the database can compare.

#![no_main]

use atum_core::page::{PageQuery, cut, is_storable};
use chrono::{DateTime, Utc};
use uuid::Uuid;

type Key = (Option<DateTime<Utc>>, Uuid);

libfuzzer_sys::fuzz_target!(|given: (&str, i64, u128)| {
    let (cursor, at, id) = given;
    let query = |cursor: &str| PageQuery { cursor: Some(cursor.to_owned()), limit: None };
    if let Ok(Some((Some(at), _))) = query(cursor).after::<Key>() {
        assert!(is_storable(at));
    }
    let texts = query(cursor).after::<(String, Uuid)>();
    assert!(texts.is_err() || !format!("{texts:?}").contains("\\0"));
    let key: Key = (DateTime::from_timestamp_micros(at), Uuid::from_u128(id));
    let (_, next) = cut(vec![key, key], 1, |key| *key);
    let again = query(&next.expect("there is a second row")).after::<Key>();
    match key.0 {
        Some(at) if !is_storable(at) => assert!(again.is_err()),
        _ => assert_eq!(again.expect("our own cursor"), Some(key)),
    }
});
