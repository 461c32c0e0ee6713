//! The name a person gave a file, made harmless: shown in lists, sent back in `Content-Disposition`.

/// Longest name in bytes: what common file systems can hold.
const MOST_BYTES: usize = 255;

/// Only the last part of a path, without control characters and without the invisible ones that change the direction
/// of text (with one, `invoicefdp.exe` can be made to read `invoiceexe.pdf`). `None` if nothing is left.
pub(crate) fn clean(name: &str) -> Option<String> {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let visible: String = last.chars().filter(|&c| !c.is_control() && !is_deceptive(c)).collect();
    let kept = trimmed(&shorten(trimmed(&visible))).to_owned();
    (!kept.is_empty()).then_some(kept)
}

/// Without what some file systems drop from the end of a name, which would make it another one.
fn trimmed(name: &str) -> &str {
    name.trim_start().trim_end_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Bidirectional controls (Unicode Standard Annex 9), line separators, byte order mark.
fn is_deceptive(c: char) -> bool {
    matches!(c, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

/// Cuts the stem and keeps a usual extension.
fn shorten(name: &str) -> String {
    if name.len() <= MOST_BYTES {
        return name.to_owned();
    }
    let (stem, extension) = match name.rfind('.') {
        Some(dot) if dot > 0 && name.len() - dot <= 16 => name.split_at(dot),
        _ => (name, ""),
    };
    let end = stem.floor_char_boundary(MOST_BYTES - extension.len());
    format!("{}{extension}", &stem[..end])
}

/// `attachment; filename="…"; filename*=UTF-8''…` (RFC 6266, RFC 8187): the first for old readers, the second exact.
pub(crate) fn disposition(name: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || " .-_()+".contains(c);
    let plain: String = name.chars().map(|c| if is_plain(c) { c } else { '_' }).collect();
    let exact: String = name.bytes().map(percent_encoded).collect();
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{exact}")
}

/// Everything but the attr-char of RFC 8187.
fn percent_encoded(byte: u8) -> String {
    if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
        char::from(byte).to_string()
    } else {
        format!("%{byte:02X}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_harmless() {
        for (given, kept) in [
            ("report.pdf", Some("report.pdf")),
            ("../../etc/passwd", Some("passwd")),
            ("C:\\Users\\me\\photo.jpg", Some("photo.jpg")),
            ("invoice\u{202e}fdp.exe", Some("invoicefdp.exe")),
            ("line\r\nSet-Cookie: a=b", Some("lineSet-Cookie: a=b")),
            (" تقرير.pdf ", Some("تقرير.pdf")),
            ("report.pdf . .", Some("report.pdf")),
            ("..", None),
            ("\u{200f}\0", None),
            ("folder/", None),
        ] {
            assert_eq!(clean(given).as_deref(), kept, "{given:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_extension_and_whole_characters() {
        let name = clean(&format!("{}.pdf", "ü".repeat(300))).unwrap();
        assert!(name.len() <= MOST_BYTES && name.ends_with("ü.pdf"), "{name}");
        assert_eq!(clean(&"x".repeat(300)).unwrap().len(), MOST_BYTES);
        let cut = clean(&format!("{} . {}", "x".repeat(252), "y".repeat(50))).unwrap();
        assert_eq!(clean(&cut).as_ref(), Some(&cut), "cut where a dot ends it");
    }

    #[test]
    fn a_disposition_cannot_be_broken_out_of() {
        assert_eq!(
            disposition("a\"; b=c ü.txt"),
            "attachment; filename=\"a__ b_c _.txt\"; filename*=UTF-8''a%22%3B%20b%3Dc%20%C3%BC.txt"
        );
    }
}
