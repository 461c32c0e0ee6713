//! What a server said, without the wrapping that the library puts around it.

use async_imap::error::Error;

pub(super) fn of(error: &Error) -> String {
    match error {
        Error::No(text) | Error::Bad(text) => format!("the server says: {}", said(text)),
        Error::ConnectionLost => "the server broke off".into(),
        Error::Io(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => "the server broke off".into(),
        other => other.to_string(),
    }
}

/// From `code: None, info: Some("Invalid credentials")`, its last text.
fn said(text: &str) -> &str {
    let begin = text.rfind("Some(\"").map(|at| at + 6);
    let said = begin.and_then(|at| text.get(at..)).and_then(|rest| rest.rsplit_once("\")")).map(|(said, _)| said);
    bare(said.unwrap_or(text))
}

/// Without a code that the library does not know: `[AUTHENTICATIONFAILED] Authentication failed.`
pub(super) fn bare(said: &str) -> &str {
    said.strip_prefix('[').and_then(|rest| rest.split_once("] ")).map_or(said, |(_, words)| words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_own_words_are_told() {
        let no = Error::No("code: Some(AuthenticationFailed), info: Some(\"Authentication failed.\")".into());
        assert_eq!(of(&no), "the server says: Authentication failed.");
        let unknown = Error::No("code: None, info: Some(\"[AUTHENTICATIONFAILED] Authentication failed.\")".into());
        assert_eq!(of(&unknown), "the server says: Authentication failed.");
        let bare = Error::Bad("what".into());
        assert_eq!(of(&bare), "the server says: what");
    }
}
