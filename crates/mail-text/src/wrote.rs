//! The line that says who wrote when: "On Mon, 1 Feb 2016 at 18:32, Ana <ana@example.com> wrote:", in many languages, often
//! broken over several lines.

use std::sync::LazyLock;

use regex::Regex;

use crate::{divider::pattern, line::Line, quoted::without_margin};

/// More than this is no such line.
const MOST_LINES: usize = 6;
const MOST_BYTES: usize = 400;

static VERB: LazyLock<Regex> = LazyLock::new(|| {
    let words = "wrote|writes|sent|schrieb|geschrieben|a écrit|écrit|schreef|geschreven|escreveu|escribió|escribio|ha scritto|\
                 scritto|skrev|kirjoitti|napisał|napisała|napisał\\(a\\)|pisze|napsal|napsala|napsal\\(a\\)|napísal|\
                 írta|ezt írta|a scris|написал|написала|пишет|писал|написав|написала|пише|написа|yazdı|şunu yazdı|\
                 έγραψε|đã viết|ha escrit|idatzi du|va escriure|skrifaði|rakstīja|rašė|kirjutas";
    pattern(&format!(
        r"(?i)(?:^|[\s>),，])(?:{words})(?:[\s:：,]|-{{2,}}|$)|>wrote:|写道|寫道|のメール|さんは書きました|님이 작성|كتب|כתב"
    ))
});
static OPENER: LazyLock<Regex> = LazyLock::new(|| {
    let words = "on|at|am|le|op|em|el|il|den|på|dne|dnia|w dniu|vào|vào lúc|a|ke|pe|on|в|в\\s\\S+|у|în data|tarihinde|στις|في|ב|在|el dia|às";
    pattern(&format!(r"(?i)^(?:{words})[\s,]|^\d|^在|^في|^ב"))
});
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\b(?:19|20)\d\d\b|\b\d{1,2}[:.h]\d\d\b|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4}|\d{4}年"));
static ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+"));
/// A mail program of the phone: "2016-03-03 17:21 GMT+01:00 Ana <ana@example.com>", without a verb.
static DATED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\d{4}[-/]\d{1,2}[-/]\d{1,2}(?: \d{1,2}:\d\d)?(?: (?:GMT|UTC)\S*)? .*(?:<\s*\S+@\S+\s*>:?)$|^\d{4}-\d\d-\d\d \d{1,2}:\d\d (?:GMT|UTC)\S* \S.*$",
    )
});
/// "26.06.2014, 14:41, Ana <ana@example.com>:", without a verb.
static ENDS_WITH_ADDRESS: LazyLock<Regex> = LazyLock::new(|| pattern(r"<\s*[^\s<>@]+@[^\s<>@]+\s*>\s*[:：]$"));
static WITHIN: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"\S\s*(-{2,}\s*On |\sOn )(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun|\d)[^\n]* wrote:\s*$"));

/// Where in a line "On … wrote:" begins after somebody's own words.
pub(crate) fn begins_within(text: &str) -> Option<usize> {
    if without_margin(text).len() < text.trim_start().len() {
        return None;
    }
    WITHIN.captures(text).and_then(|found| found.get(1)).map(|on| on.start())
}

/// Where the line that says who wrote ends, if one begins here.
pub(crate) fn end_of_wrote(lines: &[Line<'_>], from: usize) -> Option<usize> {
    let mut joined = String::new();
    let mut taken = 0;
    for (index, line) in lines.iter().enumerate().skip(from) {
        let part = without_margin(line.text).trim();
        if part.is_empty() {
            if taken == 0 || !goes_on_with_address(lines, index) {
                return None;
            }
            continue;
        }
        joined.push_str(if joined.is_empty() { "" } else { " " });
        joined.push_str(part);
        taken += 1;
        if taken > MOST_LINES || joined.len() > MOST_BYTES {
            return None;
        }
        if says_who_wrote(&joined, taken == 1) {
            return Some(index + 1);
        }
        if taken == 1 && !opens(&joined) {
            return None;
        }
    }
    None
}

fn goes_on_with_address(lines: &[Line<'_>], from: usize) -> bool {
    lines[from..].iter().map(Line::bare).find(|bare| !bare.is_empty()).is_some_and(|bare| bare.starts_with('<'))
}

/// Whether the first of several lines can be the begin.
fn opens(first: &str) -> bool {
    let first = first.trim_start_matches('-').trim_start();
    let dated = DATE.is_match(first) || first.bytes().any(|byte| byte.is_ascii_digit());
    OPENER.is_match(first) && dated || ADDRESS.is_match(first) && VERB.is_match(first)
}

fn says_who_wrote(joined: &str, alone: bool) -> bool {
    if DATED.is_match(joined) {
        return true;
    }
    let (dashed, text) = (joined.starts_with("--"), joined.trim_matches('-').trim());
    let ends = joined.ends_with([':', '：']) || dashed && joined.ends_with("--");
    if ends && DATE.is_match(text) && ENDS_WITH_ADDRESS.is_match(text) {
        return true;
    }
    if !ends || !VERB.is_match(text) {
        return false;
    }
    let known = DATE.is_match(text) || ADDRESS.is_match(text);
    // A sentence of its own that tells of somebody's writing has more words than a name and a date.
    known && (!alone || OPENER.is_match(text) || text.split_whitespace().count() <= 16)
        || dashed && text.split_whitespace().count() <= 8
}
