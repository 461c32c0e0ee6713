//! Passwords that are known from breaches, and so the first to be tried: a list that is part of the program, and a file
//! of the operator's choice. Nobody outside is asked.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read, Seek},
    path::Path,
};

use anyhow::{Context, ensure};
use ring::digest;

/// Signs and digits that people put around a common password when a form asks for more.
const MOST_ADDED: usize = 4;

/// Whether it is one of the hundred thousand most used passwords (of the crate `passwords`): as typed, in lower case, or
/// with up to four digits or signs before or after it.
pub(crate) fn is_common(password: &str) -> bool {
    let typed = password.trim();
    let lower = typed.to_lowercase();
    let added = |character: char| !character.is_alphabetic();
    let listed = |word: &str| word.chars().count() >= MOST_ADDED && passwords::analyzer::is_common_password(word);
    listed(typed) || cut_ends(&lower, added).into_iter().any(listed)
}

/// The text without up to four of its first and last characters, where those are such ones.
fn cut_ends(text: &str, added: impl Fn(char) -> bool) -> Vec<&str> {
    let mut starts = vec![0];
    starts.extend(text.char_indices().take(MOST_ADDED).take_while(|(_, c)| added(*c)).map(|(at, c)| at + c.len_utf8()));
    let mut ends = vec![text.len()];
    ends.extend(text.char_indices().rev().take(MOST_ADDED).take_while(|(_, c)| added(*c)).map(|(at, _)| at));
    let pairs = starts.iter().flat_map(|start| ends.iter().map(move |end| (*start, *end)));
    pairs.filter(|(start, end)| start < end).map(|(start, end)| &text[start..end]).collect()
}

/// Whether the file of [`check_file`]'s form has the password. Reads about as many lines as the number of lines has
/// binary digits, and keeps nothing in memory.
pub(crate) fn is_in_file(path: &Path, password: &str) -> io::Result<bool> {
    let hash = hex::encode_upper(digest::digest(&digest::SHA1_FOR_LEGACY_USE_ONLY, password.as_bytes()));
    let mut lines = Lines::open(path)?;
    let (mut low, mut high) = (0, lines.length);
    while low < high {
        let middle = low + (high - low) / 2;
        match lines.at_or_after(middle)? {
            Some(line) if line.start < high => match line.hash().cmp(&hash) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = line.end,
                std::cmp::Ordering::Greater => high = middle,
            },
            _ => high = middle,
        }
    }
    Ok(false)
}

/// Larger files are looked at in a thousand places, smaller ones line by line.
const WHOLE_UP_TO_BYTES: u64 = 64 << 20;
const PLACES: u64 = 1_000;

/// Refuses a file that is not there or not what it should be: lines of 40 hexadecimal digits (SHA-1) and what follows a
/// colon, in ascending order. Of a file over 64 MiB samples are looked at, not everything.
pub fn check_file(path: &Path) -> anyhow::Result<()> {
    let named = || format!("the list of breached passwords, {}", path.display());
    let mut lines = Lines::open(path).with_context(named)?;
    ensure!(lines.length > 0, "{} is empty", named());
    let step = if lines.length <= WHOLE_UP_TO_BYTES { 1 } else { lines.length / PLACES };
    let (mut at, mut before) = (0, None);
    while let Some(line) = lines.at_or_after(at).with_context(named)? {
        ensure!(
            line.is_right(),
            "{} has something else than a SHA-1 in hexadecimal and a count at byte {}: {:?}",
            named(),
            line.start,
            line.text.chars().take(60).collect::<String>()
        );
        let hash = line.hash();
        ensure!(
            before.is_none_or(|before| before < hash),
            "{} is not in the order of its hashes at byte {}: take the file that is ordered by hash, or sort it",
            named(),
            line.start
        );
        before = Some(hash);
        at = line.end.max(at + step);
    }
    Ok(())
}

struct Line {
    start: u64,
    /// Where the next one starts.
    end: u64,
    text: String,
}

impl Line {
    fn hash(&self) -> String {
        self.text.split(':').next().unwrap_or_default().to_ascii_uppercase()
    }

    fn is_right(&self) -> bool {
        let (hash, count) = self.text.split_once(':').unwrap_or((&self.text, "0"));
        let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && digits(count)
    }
}

struct Lines {
    file: BufReader<File>,
    length: u64,
}

/// No line of such a file is longer; one that is, is no such line.
const LONGEST_LINE: u64 = 128;

impl Lines {
    fn open(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let length = file.metadata()?.len();
        Ok(Self { file: BufReader::with_capacity(512, file), length })
    }

    /// The first line that starts at this byte or later.
    fn at_or_after(&mut self, at: u64) -> io::Result<Option<Line>> {
        let start = if at == 0 { 0 } else { self.skip(at - 1)? };
        self.go_to(start)?;
        let mut bytes = vec![];
        let read = (&mut self.file).take(LONGEST_LINE).read_until(b'\n', &mut bytes)?;
        if read == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&bytes).trim_end_matches(['\r', '\n']).to_owned();
        Ok(Some(Line { start, end: start + read as u64, text }))
    }

    /// Past the end of the line that this byte is in.
    fn skip(&mut self, at: u64) -> io::Result<u64> {
        self.go_to(at)?;
        let mut rest = vec![];
        Ok(at + (&mut self.file).take(LONGEST_LINE).read_until(b'\n', &mut rest)? as u64)
    }

    /// Keeps what is buffered where it can: the next line is most often in it.
    fn go_to(&mut self, at: u64) -> io::Result<()> {
        let from = self.file.stream_position()?;
        self.file.seek_relative(at.cast_signed() - from.cast_signed())
    }
}

#[cfg(test)]
#[path = "breached_tests.rs"]
mod tests;
