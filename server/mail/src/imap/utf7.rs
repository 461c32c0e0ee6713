//! Names of folders in IMAP's own UTF-7 (RFC 3501, section 5.1.3).

use base64::{Engine, engine::general_purpose::STANDARD_NO_PAD};

pub(super) fn encode(name: &str) -> String {
    let mut encoded = String::new();
    let mut foreign: Vec<u8> = vec![];
    for letter in name.chars() {
        if (' '..='~').contains(&letter) {
            flush(&mut encoded, &mut foreign);
            encoded.push(letter);
            if letter == '&' {
                encoded.push('-');
            }
        } else {
            foreign.extend(letter.encode_utf16(&mut [0; 2]).iter().flat_map(|unit| unit.to_be_bytes()));
        }
    }
    flush(&mut encoded, &mut foreign);
    encoded
}

fn flush(encoded: &mut String, foreign: &mut Vec<u8>) {
    if !foreign.is_empty() {
        encoded.push('&');
        encoded.push_str(&STANDARD_NO_PAD.encode(std::mem::take(foreign)).replace('/', ","));
        encoded.push('-');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of RFC 3501, section 5.1.3, and what servers in other languages have.
    #[test]
    fn foreign_letters_and_ampersands_are_written_in_base64() {
        assert_eq!(encode("~peter/mail/台北/日本語"), "~peter/mail/&U,BTFw-/&ZeVnLIqe-");
        assert_eq!(encode("Gelöschte Elemente"), "Gel&APY-schte Elemente");
        assert_eq!(encode("R&D"), "R&-D");
        assert_eq!(encode("INBOX"), "INBOX");
        assert_eq!(encode("📥"), "&2D3c5Q-");
    }
}
