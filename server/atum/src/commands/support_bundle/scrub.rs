//! Takes out of a text what is a secret or may be somebody's: known secrets wherever they are, addresses, everything in
//! quotation marks, and everything that is long and random.

use std::sync::LazyLock;

use regex::{Captures, Regex};

use crate::{database::Role, installation::Installation};

/// Of a log of PostgreSQL these lines repeat what was asked and what was in the rows.
const TELLING: [&str; 5] = ["DETAIL:", "STATEMENT:", "CONTEXT:", "QUERY:", "duration:"];

#[derive(Default)]
pub struct Scrub {
    secrets: Vec<String>,
}

impl Scrub {
    pub fn of(installation: &Installation) -> anyhow::Result<Self> {
        let roles = [Role::Owner, Role::Identity, Role::App, Role::Jobs];
        let mut secrets: Vec<String> = roles.iter().map(|role| installation.password(*role).to_owned()).collect();
        secrets.push(hex::encode(installation.secret_key()?.0));
        Ok(Self { secrets })
    }

    pub fn text(&self, text: &str) -> String {
        let mut text = text.to_owned();
        for secret in self.secrets.iter().filter(|secret| secret.len() >= 8) {
            text = text.replace(secret, "(secret)");
        }
        let text = BEARER.replace_all(&text, "$1 (secret)");
        let text = URL_PASSWORD.replace_all(&text, "$1(secret)@");
        let text = MAIL.replace_all(&text, "(address)");
        let text = ADDRESS.replace_all(&text, "(ip)");
        RANDOM.replace_all(&text, |found: &Captures| format!("({} characters)", found[0].len())).into_owned()
    }

    /// One line after the other; what a line quotes, and what follows it indented, is somebody's words.
    pub fn log(&self, text: &str) -> String {
        let kept = text.lines().filter(|line| !line.starts_with([' ', '\t']));
        let kept = kept.filter(|line| !TELLING.iter().any(|telling| line.contains(telling)));
        let lines = kept.map(|line| self.text(&QUOTED.replace_all(line, "(quoted)")) + "\n");
        lines.collect()
    }
}

macro_rules! pattern {
    ($($name:ident = $pattern:literal;)+) => {
        $(static $name: LazyLock<Regex> = LazyLock::new(|| Regex::new($pattern).expect("a pattern"));)+
    };
}

pattern! {
    MAIL = r"[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}.-]+";
    BEARER = r"(?i)\b(bearer|basic|password|token|secret)\b[\s:=]+\S+";
    URL_PASSWORD = r"(\b[a-z]+://[^\s:/@]+:)[^\s@]+@";
    ADDRESS = r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4}\b";
    RANDOM = r"\b[A-Za-z0-9_-]*(?:[0-9][A-Za-z_-]*){6}[A-Za-z0-9_-]{18,}";
    QUOTED = "\"[^\"]*\"|'[^']*'|«[^»]*»|„[^“”]*[“”]|“[^”]*”|`[^`]*`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_somebodys_goes_and_what_happened_stays() {
        let scrub = Scrub { secrets: vec!["correct-horse".into()] };
        let log = "2026-11-21 10:00:00.123 UTC [7] atum_app@atum ERROR:  duplicate key value violates unique constraint \"person_email\"\n\
                   2026-11-21 10:00:00.123 UTC [7] atum_app@atum DETAIL:  Key (email)=(ann@customer.example) already exists.\n\
                   2026-11-21 10:00:00.123 UTC [7] atum_app@atum STATEMENT:  insert into desk.message\n\
                   \tvalues ('My printer burns')\n\
                   job failed: no answer to 'My printer burns' for ann@customer.example from 203.0.113.9 with correct-horse\n\
                   postgres://atum:hunter2@db/atum Authorization: Bearer abc 2001:db8:0:1::9 0123456789abcdef0123456789abcdef\n";
        let said = scrub.log(log);
        for gone in [
            "customer.example",
            "printer",
            "203.0.113.9",
            "correct-horse",
            "hunter2",
            "Bearer abc",
            "9abcdef",
            "2001:db8",
        ] {
            assert!(!said.contains(gone), "{gone} in {said}");
        }
        for kept in
            ["2026-11-21 10:00:00.123 UTC [7]", "ERROR:  duplicate key value violates", "job failed: no answer to"]
        {
            assert!(said.contains(kept), "no {kept} in {said}");
        }
    }
}
