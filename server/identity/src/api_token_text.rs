//! What an API token looks like: `atum_pat_` (personal) or `atum_mat_` (machine), 32 random characters of base 62 (190
//! bits), and six of base 62 that are the CRC-32 of what stands before them. The prefix lets scanners find a token that
//! leaked; the checksum lets them, and us, tell it from text that only looks like one without asking a database.

use rand::distr::{Alphanumeric, SampleString};

use crate::api_token::TokenKind;

const RANDOM: usize = 32;
const CHECKSUM: usize = 6;
const DIGITS: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

fn prefix(kind: TokenKind) -> &'static str {
    match kind {
        TokenKind::Personal => "atum_pat_",
        TokenKind::Machine => "atum_mat_",
    }
}

pub(crate) fn generate(kind: TokenKind) -> String {
    let mut text = prefix(kind).to_owned();
    Alphanumeric.append_string(&mut rand::rng(), &mut text, RANDOM);
    let checksum = checksum(&text);
    text + &checksum
}

/// Whether it can be one of ours at all.
pub(crate) fn is_well_formed(text: &str) -> bool {
    let ours = [TokenKind::Personal, TokenKind::Machine].into_iter().any(|kind| text.starts_with(prefix(kind)));
    let long = text.len() == "atum_pat_".len() + RANDOM + CHECKSUM && text.is_ascii();
    ours && long && {
        let (token, given) = text.split_at(text.len() - CHECKSUM);
        checksum(token) == given
    }
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut digits = [b'0'; CHECKSUM];
    for digit in digits.iter_mut().rev() {
        *digit = DIGITS[(rest % 62) as usize];
        rest /= 62;
    }
    String::from_utf8_lossy(&digits).into_owned()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn one_that_was_made_is_recognized_and_no_two_are_equal() {
        for (kind, prefix) in [(TokenKind::Personal, "atum_pat_"), (TokenKind::Machine, "atum_mat_")] {
            let (one, other) = (generate(kind), generate(kind));
            assert!(one.starts_with(prefix) && one.len() == 47, "{one}");
            assert!(is_well_formed(&one) && is_well_formed(&other));
            assert_ne!(one, other);
        }
    }

    /// So that a scanner that was given the rule today finds the tokens of tomorrow.
    #[test]
    fn the_form_does_not_change() {
        let text = "atum_pat_0123456789ABCDEFGHIJKLMNOPQRSTUV";
        assert_eq!(checksum(text), "3YQDLn");
    }

    proptest! {
        #[test]
        fn one_changed_character_shows(at in 0usize..47, to in 0usize..62) {
            let mut token = generate(TokenKind::Personal).into_bytes();
            prop_assume!(token[at] != DIGITS[to]);
            token[at] = DIGITS[to];
            prop_assert!(!is_well_formed(std::str::from_utf8(&token).unwrap()));
        }

        #[test]
        fn anything_may_come(text in "\\PC*") {
            is_well_formed(&text);
        }
    }
}
