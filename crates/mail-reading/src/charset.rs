//! Text from bytes whose charset may be a lie.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};

/// The text of bytes in the declared charset, or in the one they seem to be in where it cannot be that.
pub(crate) fn decode(bytes: &[u8], declared: Option<&str>) -> String {
    if let Some(encoding) = declared.and_then(known) {
        let (text, _, faults) = encoding.decode(bytes);
        if !faults {
            return text.into_owned();
        }
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return text.trim_start_matches('\u{feff}').to_owned();
    }
    let guessed = match declared.and_then(known) {
        // A few wrong bytes in a long text do not make it another charset.
        Some(encoding) if mostly(encoding, bytes) => encoding,
        _ if mostly(UTF_8, bytes) => UTF_8,
        _ => guess(bytes),
    };
    guessed.decode(bytes).0.into_owned()
}

/// Whether the declared charset is right but for a few places.
fn mostly(encoding: &'static Encoding, bytes: &[u8]) -> bool {
    let (text, _, _) = encoding.decode(bytes);
    let (wrong, foreign) = text.chars().fold((0usize, 0usize), |(wrong, foreign), letter| {
        (wrong + usize::from(letter == '\u{fffd}'), foreign + usize::from(!letter.is_ascii()))
    });
    wrong * 10 <= foreign || encoding == UTF_8 && wrong <= foreign - wrong
}

/// The charset that bytes are most likely in.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guessed = detector.guess(None, Utf8Detection::Allow);
    if guessed == UTF_8 && std::str::from_utf8(bytes).is_err() { WINDOWS_1252 } else { guessed }
}

/// Labels that mail programs use and the web does not know.
fn known(label: &str) -> Option<&'static Encoding> {
    let label = label.trim().trim_matches(['"', '\'']);
    Encoding::for_label(label.as_bytes()).or_else(|| match label.to_ascii_lowercase().as_str() {
        "cp-850" | "cp850" | "ibm850" => Some(WINDOWS_1252),
        "utf8mb4" | "utf-8;" => Some(UTF_8),
        "gb2312_charset" | "cp936" | "hz-gb-2312" => Some(encoding_rs::GBK),
        "cp932" => Some(encoding_rs::SHIFT_JIS),
        "cp949" | "ks_c_5601" => Some(encoding_rs::EUC_KR),
        "cp950" => Some(encoding_rs::BIG5),
        _ => None,
    })
}
