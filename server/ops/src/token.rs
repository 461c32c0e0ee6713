//! The token by which a scraper or a monitor on another machine is known.

use axum::http::{HeaderMap, header};

pub(crate) fn is_given(headers: &HeaderMap, token: Option<&str>) -> bool {
    let given = headers.get(header::AUTHORIZATION).and_then(|value| value.as_bytes().strip_prefix(b"Bearer "));
    given.zip(token).is_some_and(|(given, token)| !token.is_empty() && is_equal(given, token.as_bytes()))
}

/// In a time that does not tell how much of it was right.
fn is_equal(a: &[u8], b: &[u8]) -> bool {
    a.len() == b.len() && a.iter().zip(b).fold(0, |difference, (a, b)| difference | (a ^ b)) == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_opens_only_where_one_is_set() {
        let given = |token: &'static str| {
            HeaderMap::from_iter([(header::AUTHORIZATION, header::HeaderValue::from_static(token))])
        };
        assert!(is_given(&given("Bearer secret"), Some("secret")));
        assert!(!is_given(&given("Bearer secreT"), Some("secret")));
        assert!(!is_given(&given("Bearer "), Some("")));
        assert!(!is_given(&given("Bearer secret"), None));
        assert!(!is_given(&HeaderMap::new(), Some("secret")));
    }
}
