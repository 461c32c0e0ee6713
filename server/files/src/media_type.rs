//! The type of a file by its content. What the name or the sender says counts for nothing.

/// As many bytes from the beginning as [`detect`] looks at.
pub(crate) const HEAD_BYTES: usize = 8192;

/// `head` is the beginning of the file, at most [`HEAD_BYTES`] of it.
pub(crate) fn detect(head: &[u8]) -> &'static str {
    let known = infer::get(head).map(|kind| kind.mime_type());
    match (text(head), known) {
        // Text that happens to begin with "BM" is no bitmap: among texts only marks that are words of a format count.
        (Some(_), Some(kind)) if matches!(kind, "application/pdf" | "application/rtf" | "application/postscript") => {
            kind
        }
        (Some(text), _) => detect_text(text),
        (None, Some(kind)) => kind,
        (None, None) => "application/octet-stream",
    }
}

/// The head as text, if it is UTF-8 without control characters. A character cut off at the end is no fault.
fn text(head: &[u8]) -> Option<&str> {
    let text = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) if error.error_len().is_none() => std::str::from_utf8(&head[..error.valid_up_to()]).ok()?,
        Err(_) => return None,
    };
    let is_texts_own = |c: char| matches!(c, '\t' | '\n' | '\r' | '\u{c}' | '\u{1b}');
    (!text.is_empty() && text.chars().all(|c| !c.is_control() || is_texts_own(c))).then_some(text)
}

/// Markup that a browser would run is named for what it is, wherever in the head it begins.
fn detect_text(text: &str) -> &'static str {
    let lower = text.trim_start_matches('\u{feff}').trim_start().to_ascii_lowercase();
    if !lower.starts_with('<') {
        return "text/plain";
    }
    let first = |marks: &[&str]| marks.iter().filter_map(|mark| lower.find(mark)).min();
    let svg = first(&["<svg", ":svg", "<!doctype svg"]);
    let html = first(&["<!doctype html", "<html", "<head", "<body", "<script", "<iframe", "<style", "<title"]);
    match (svg, html) {
        (Some(svg), Some(html)) if html < svg => "text/html",
        (Some(_), _) => "image/svg+xml",
        (None, Some(_)) => "text/html",
        (None, None) if lower.starts_with("<?xml") => "text/xml",
        (None, None) if infer::is_mime(lower.as_bytes(), "text/html") => "text/html",
        (None, None) => "text/plain",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_content_decides() {
        let png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR";
        for (content, expected) in [
            (&png[..], "image/png"),
            (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
            (b"%PDF-1.7\n1 0 obj", "application/pdf"),
            (b"<!DOCTYPE html><p>hi", "text/html"),
            (b"<!-- a comment first --><script>alert(1)</script>", "text/html"),
            (b"\xef\xbb\xbf  <HTML><svg/>", "text/html"),
            (b"<?xml version='1.0'?><!-- x --><svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
            (b"<svg onload=alert(1)>", "image/svg+xml"),
            (b"<?xml version='1.0'?><order/>", "text/xml"),
            (b"<b>hi</b>", "text/html"),
            (b"BM is not a bitmap here", "text/plain"),
            ("Grüße, مرحبا".as_bytes(), "text/plain"),
            (b"", "application/octet-stream"),
            (b"\0\x01\x02\x03", "application/octet-stream"),
        ] {
            assert_eq!(detect(content), expected, "{:?}", String::from_utf8_lossy(content));
        }
    }

    #[test]
    fn a_character_cut_off_by_the_head_is_still_text() {
        assert_eq!(detect(&"aü".as_bytes()[..2]), "text/plain");
    }
}
