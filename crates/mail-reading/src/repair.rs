//! A mail made such that a parser which expects UTF-8 header fields reads them right. Bodies are left as they are.

use std::{borrow::Cow, sync::LazyLock};

use regex::bytes::{Captures, Regex};

use crate::{charset, encoding};

static ENCODED_WORD: LazyLock<Regex> = LazyLock::new(|| Regex::new(WORD).expect("a pattern of this crate"));
/// White space between two of them is none (RFC 2047, section 6.2).
static ENCODED_WORDS: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(&format!(r"{WORD}(?:\s+{WORD})*")).expect("a pattern of this crate"));
const WORD: &str = r"=\?([^?\s]+)\?([bBqQ])\?([^?\r\n]*)\?=";

/// Header fields as UTF-8: raw bytes in the one charset that all of them seem to be in, encoded words whose charset is a
/// lie or unknown in the one they seem to be in.
pub(crate) fn repair(raw: &[u8]) -> Cow<'_, [u8]> {
    let raw = without_envelope_line(raw);
    let mut repaired = Vec::with_capacity(raw.len());
    let mut in_header = true;
    let has_parts = declares_parts(&raw[..end_of_header(raw)]);
    let mut rest = raw;
    while !rest.is_empty() {
        let end = if in_header { end_of_header(rest) } else { end_of_line(rest) };
        let (piece, after) = rest.split_at(end);
        if in_header {
            repaired.extend_from_slice(&repair_header(piece));
            in_header = false;
        } else {
            repaired.extend_from_slice(piece);
            in_header = has_parts
                && piece.starts_with(b"--")
                && after.first_chunk::<8>().is_some_and(|begin| begin.eq_ignore_ascii_case(b"content-"));
        }
        rest = after;
    }
    if repaired == raw { Cow::Borrowed(raw) } else { Cow::Owned(repaired) }
}

fn declares_parts(header: &[u8]) -> bool {
    header.windows(10).any(|part| part.eq_ignore_ascii_case(b"multipart/"))
}

/// Mailbox files begin a mail with a line that is no field.
fn without_envelope_line(raw: &[u8]) -> &[u8] {
    let raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    let begin = if raw.starts_with(b"From ") || raw.starts_with(b">From ") { end_of_line(raw) } else { 0 };
    &raw[begin..]
}

fn end_of_line(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| *byte == b'\n').map_or(bytes.len(), |at| at + 1)
}

/// Up to the empty line.
fn end_of_header(bytes: &[u8]) -> usize {
    let mut at = 0;
    while at < bytes.len() {
        let line = end_of_line(&bytes[at..]);
        if bytes[at..at + line].trim_ascii_end().is_empty() {
            return at;
        }
        at += line;
    }
    at
}

fn repair_header(header: &[u8]) -> Vec<u8> {
    let text = match std::str::from_utf8(header) {
        Ok(text) => text.to_owned(),
        Err(_) => charset::guess(header).decode_without_bom_handling(header).0.into_owned(),
    };
    ENCODED_WORDS.replace_all(text.as_bytes(), repair_words).into_owned()
}

/// One way of writing for all: UTF-8. Neighbours are decoded together, since programs cut letters in two between them.
fn repair_words(found: &Captures<'_>) -> Vec<u8> {
    let mut text = String::new();
    let mut run: Option<(String, Vec<u8>)> = None;
    for word in ENCODED_WORD.captures_iter(&found[0]) {
        let (label, bytes) = decode_word(&word);
        match &mut run {
            Some((same, run)) if same.eq_ignore_ascii_case(&label) => run.extend(bytes),
            _ => text.extend(run.replace((label, bytes)).map(decode_run)),
        }
    }
    text.extend(run.map(decode_run));
    let mut word = b"=?utf-8?Q?".to_vec();
    for byte in text.bytes() {
        word.extend_from_slice(format!("={byte:02X}").as_bytes());
    }
    word.extend_from_slice(b"?=");
    word
}

fn decode_run((label, bytes): (String, Vec<u8>)) -> String {
    charset::decode(&bytes, Some(&label)).replace(['\r', '\n', '\0'], " ")
}

fn decode_word(word: &Captures<'_>) -> (String, Vec<u8>) {
    let (label, way, data) = (&word[1], &word[2], &word[3]);
    // RFC 2231, section 5: a language may follow the charset.
    let label = label.split(|byte| *byte == b'*').next().unwrap_or_default();
    let bytes = if way.eq_ignore_ascii_case(b"b") { encoding::base64(data) } else { quoted_word(data) };
    (String::from_utf8_lossy(label).into_owned(), bytes)
}

fn quoted_word(data: &[u8]) -> Vec<u8> {
    let spaced: Vec<u8> = data.iter().map(|byte| if *byte == b'_' { b' ' } else { *byte }).collect();
    encoding::quoted_printable(&spaced)
}
