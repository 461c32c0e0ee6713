//! What a subject says: a ticket's number, or that the mail was sent on.

use std::sync::LazyLock;

use regex::Regex;

/// `[#42]`, as our mails write it. Anybody can write it too, so it proves nothing.
pub fn token(subject: &str) -> Option<i64> {
    static TOKEN: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\[#(\d{1,18})\]").expect("a pattern of this crate"));
    TOKEN.captures(subject).and_then(|found| found[1].parse().ok())
}

/// Whether the last thing that was done to the mail was to send it on, in the words of many programs.
pub fn is_forward(subject: &str) -> bool {
    static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
        let words = "fwd?|wg|weitergeleitet|tr|trans|rv|renv|reenv|enc|i|inoltr|doorst|vs|vb|vl|pd|továbbítás|ilt|\
                     fyi|přeposláno|переслать|转发|轉寄|إعادة توجيه";
        Regex::new(&format!(r"(?i)^\s*(?:\[[^\]]*\]\s*)*(?:{words})\s*(?:\[\d+\])?\s*[:：]"))
            .expect("a pattern of this crate")
    });
    FORWARD.is_match(subject)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_in_its_brackets_is_a_token() {
        assert_eq!(token("Re: [#42] Printer"), Some(42));
        assert_eq!(token("Re: #42 Printer"), None, "numbers are in many subjects");
        assert_eq!(token("[#]"), None);
    }

    #[test]
    fn sent_on_is_not_answered() {
        for subject in
            ["Fwd: Printer", "FW: Printer", "WG: Drucker", "[#42] TR: Imprimante", "Rv : Impresora", "转发：你好"]
        {
            assert!(is_forward(subject), "{subject}");
        }
        for subject in ["Re: Fwd: Printer", "AW: WG: Drucker", "Printer: it forwards", "Printer"] {
            assert!(!is_forward(subject), "{subject}");
        }
    }
}
