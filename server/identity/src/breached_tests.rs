use std::fmt::Write;

use super::*;

#[test]
fn common_ones_are_found_however_they_are_dressed_up() {
    for common in [
        "cristianoronaldo",
        "CristianoRonaldo",
        "  cristianoronaldo ",
        "cristianoronaldo7",
        "cristianoronaldo2024",
        "!!cristianoronaldo!!",
        "12cristianoronaldo!",
    ] {
        assert!(is_common(common), "{common}");
    }
    for own in
        ["cristianoronaldo plays well", "cristianoronaldo20245", "correct horse battery staple", "", "!", "日本語"]
    {
        assert!(!is_common(own), "{own}");
    }
}

fn sha1(text: &str) -> String {
    hex::encode_upper(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, text.as_bytes()))
}

struct List(std::path::PathBuf);

impl List {
    fn of(text: &str) -> Self {
        let path = std::env::temp_dir().join(format!("breached-{}.txt", uuid::Uuid::now_v7()));
        std::fs::write(&path, text).unwrap();
        Self(path)
    }

    fn has(&self, password: &str) -> bool {
        is_in_file(&self.0, password).unwrap()
    }
}

impl Drop for List {
    fn drop(&mut self) {
        drop(std::fs::remove_file(&self.0));
    }
}

/// Passwords in the order of their hashes, and the text of the file.
fn made(count: u32, ending: &str) -> (Vec<String>, String) {
    let mut passwords: Vec<String> = (0..count).map(|index| format!("password {index}")).collect();
    passwords.sort_by_key(|password| sha1(password));
    let text = passwords.iter().enumerate().fold(String::new(), |mut text, (index, password)| {
        // Counts of different lengths make lines of different lengths.
        write!(text, "{}:{}{ending}", sha1(password), 7_u64.pow(index as u32 % 12)).unwrap();
        text
    });
    (passwords, text)
}

#[test]
fn every_line_of_a_file_is_found_and_nothing_else() {
    for (count, ending) in [(1, "\n"), (2, "\r\n"), (3, "\n"), (1_000, "\r\n"), (1_001, "\n")] {
        let (passwords, text) = made(count, ending);
        let lower = text.to_lowercase();
        for text in [text.as_str(), text.trim_end(), lower.as_str()] {
            let list = List::of(text);
            check_file(&list.0).unwrap();
            for password in &passwords {
                assert!(list.has(password), "{password} of {count}");
            }
            for absent in count..count + 200 {
                assert!(!list.has(&format!("password {absent}")), "{absent} of {count}");
            }
        }
    }
}

#[test]
fn before_the_first_and_behind_the_last_is_nothing() {
    let (passwords, text) = made(100, "\n");
    let lines: Vec<&str> = text.lines().collect();
    let inner = List::of(&lines[1..99].join("\n"));
    assert!(!inner.has(&passwords[0]) && !inner.has(&passwords[99]));
    assert!(inner.has(&passwords[1]) && inner.has(&passwords[98]));
}

#[test]
fn what_is_no_such_file_is_refused_in_words() {
    let (_, text) = made(50, "\n");
    let mut lines: Vec<&str> = text.lines().collect();
    lines.swap(20, 21);
    for (text, word) in [
        (lines.join("\n"), "not in the order"),
        (format!("{text}{}", text.lines().next().unwrap()), "not in the order"),
        (text.replace(':', ";"), "something else"),
        ("password\nletmein\n".to_owned(), "something else"),
        (format!("{}\n", "A".repeat(4_000)), "something else"),
        (String::new(), "empty"),
    ] {
        let error = format!("{:#}", check_file(&List::of(&text).0).unwrap_err());
        assert!(error.contains(word), "{error}");
    }
    let error = format!("{:#}", check_file(Path::new("/nowhere/breached.txt")).unwrap_err());
    assert!(error.contains("/nowhere/breached.txt") && error.contains("No such file"), "{error}");
}
