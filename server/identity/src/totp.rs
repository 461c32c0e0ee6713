//! Codes that change every 30 seconds (RFC 6238), with what every program that shows them understands: SHA-1, six digits.
//! The codes of one step before and after the present one are taken too, for clocks that differ (§5.2).

use chrono::{DateTime, Utc};
use qrcodegen::{QrCode, QrCodeEcc};
use serde::Serialize;
use totp_rs::{Builder, Secret, Totp};
use utoipa::ToSchema;

/// What RFC 4226 §4 recommends: 160 bits.
pub(crate) type SharedSecret = [u8; 20];

pub(crate) fn new_secret() -> SharedSecret {
    rand::random()
}

/// The step whose code this is, if it is one of the three that are taken at this time.
pub(crate) fn step_of(secret: &[u8], code: &str, now: DateTime<Utc>) -> Option<i64> {
    let seconds = u64::try_from(now.timestamp()).ok()?;
    let step = totp(secret).check(code, seconds)?;
    i64::try_from(step).ok()
}

fn totp(secret: &[u8]) -> Totp {
    Builder::new().with_secret(secret.to_vec()).build_noncompliant()
}

/// The secret as people type it.
pub(crate) fn as_text(secret: &SharedSecret) -> String {
    Secret::from(secret.to_vec()).to_base32()
}

/// What the picture says: the key URI that authenticator programs agreed on.
pub(crate) fn address(secret: &SharedSecret, issuer: &str, email: &str) -> String {
    let (issuer, email) = (escaped(issuer), escaped(email));
    format!("otpauth://totp/{issuer}:{email}?secret={}&issuer={issuer}", as_text(secret))
}

/// Percent-encoding of everything but the unreserved characters (RFC 3986 §2.3).
fn escaped(text: &str) -> String {
    let unreserved = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    let escape = |byte: u8| if unreserved(byte) { (byte as char).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(escape).collect()
}

/// A QR code as one SVG path of squares of one unit, so that the page draws it without any markup from here.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Picture {
    /// Units on each side.
    size: i32,
    #[schema(example = "M0 0h1v1h-1z")]
    path: String,
}

/// `None` where the text is longer than the largest picture.
pub(crate) fn picture(text: &str) -> Option<Picture> {
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
    let size = code.size();
    let dark = (0..size).flat_map(|y| (0..size).map(move |x| (x, y))).filter(|&(x, y)| code.get_module(x, y));
    Some(Picture { size, path: dark.map(|(x, y)| format!("M{x} {y}h1v1h-1z")).collect() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    /// RFC 6238, appendix B: the last six of its eight digits.
    #[test]
    fn the_standards_own_codes() {
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            assert_eq!(step_of(b"12345678901234567890", code, at(seconds)), Some(seconds / 30), "{seconds}");
        }
    }

    #[test]
    fn one_step_earlier_or_later_is_taken_and_no_more() {
        let taken = |seconds: i64| step_of(b"12345678901234567890", "005924", at(1_234_567_890 + seconds)).is_some();
        assert_eq!([-60, -30, 0, 30, 59, 60].map(taken), [false, true, true, true, true, false]);
    }

    #[test]
    fn what_is_no_code_is_none() {
        for code in ["", "00592", "0059244", "００５９２４", "abcdef", "-05924"] {
            assert_eq!(step_of(b"12345678901234567890", code, at(1_234_567_890)), None, "{code}");
        }
    }

    #[test]
    fn the_address_is_escaped() {
        let address = address(b"12345678901234567890", "Acme & Söhne", "maria@acme.example");
        assert_eq!(
            address,
            "otpauth://totp/Acme%20%26%20S%C3%B6hne:maria%40acme.example\
             ?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Acme%20%26%20S%C3%B6hne"
        );
    }

    #[test]
    fn a_picture_has_its_three_corners() {
        let picture = picture("otpauth://totp/a:b?secret=GEZDGNBV").unwrap();
        let last = picture.size - 1;
        for (x, y) in [(0, 0), (last, 0), (0, last)] {
            assert!(picture.path.contains(&format!("M{x} {y}h1v1h-1z")));
        }
        assert!(!picture.path.contains("M1 1h1"), "the ring inside a corner is light");
    }
}
