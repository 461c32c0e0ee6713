//! What a calendar part invites to (RFC 5545), as a card shows it. Times of zones that are named as only some programs
//! name them stay local times without a zone.

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::Attachment;

/// Names of more guests than this are not kept.
const MOST_GUESTS: usize = 100;

/// The first event of a calendar.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Invitation {
    pub summary: String,
    /// RFC 3339; without a zone where it is not known, a date where it is a whole day.
    pub start: Option<String>,
    pub end: Option<String>,
    /// An address.
    pub organizer: Option<String>,
    pub location: Option<String>,
    /// Where a meeting on line is entered.
    pub join_url: Option<String>,
    pub attendees: Vec<String>,
}

/// The invitation among what came with a mail.
pub fn invitation(attachments: &[Attachment]) -> Option<Invitation> {
    let is_calendar = |of: &&Attachment| of.media_type == "text/calendar" || of.media_type == "application/ics";
    let of = attachments.iter().find(is_calendar)?;
    read(&crate::charset::decode(&of.contents, None).replace('\0', ""))
}

/// A line of content: its name, its parameters as they stand, its value.
struct Line<'t> {
    name: String,
    parameters: &'t str,
    value: &'t str,
}

fn read(text: &str) -> Option<Invitation> {
    let unfolded = text.replace("\r\n", "\n").replace("\n ", "").replace("\n\t", "");
    let event = unfolded.split_once("BEGIN:VEVENT")?.1;
    let event = event.split("END:VEVENT").next().unwrap_or(event);
    let mut found = Invitation::default();
    let mut link = None;
    for line in event.lines().filter_map(line) {
        match line.name.as_str() {
            "SUMMARY" => found.summary = plain(line.value),
            "DTSTART" => found.start = time(&line),
            "DTEND" => found.end = time(&line),
            "ORGANIZER" => found.organizer = address(line.value),
            "LOCATION" => found.location = Some(plain(line.value)).filter(|place| !place.is_empty()),
            "ATTENDEE" if found.attendees.len() < MOST_GUESTS => found.attendees.extend(address(line.value)),
            "X-GOOGLE-CONFERENCE" | "X-MICROSOFT-SKYPETEAMSMEETINGURL" | "CONFERENCE" => {
                found.join_url = url(line.value)
            }
            "URL" | "DESCRIPTION" if link.is_none() => link = meeting(line.value),
            _ => {}
        }
    }
    let place = found.location.as_deref().and_then(meeting);
    found.join_url = found.join_url.or(place).or(link);
    Some(found)
}

/// A colon inside of quotes ends no parameter (RFC 5545, section 3.1).
fn line(text: &str) -> Option<Line<'_>> {
    let mut quoted = false;
    let colon = text.char_indices().find(|(_, letter)| {
        quoted ^= *letter == '"';
        *letter == ':' && !quoted
    })?;
    let (head, value) = (&text[..colon.0], &text[colon.0 + 1..]);
    let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
    Some(Line { name: name.trim().to_ascii_uppercase(), parameters, value: value.trim() })
}

/// RFC 5545, section 3.3.11.
fn plain(value: &str) -> String {
    let text = value.replace("\\n", "\n").replace("\\N", "\n").replace("\\,", ",").replace("\\;", ";");
    text.replace("\\\\", "\\").trim().to_owned()
}

fn address(value: &str) -> Option<String> {
    let begin = value.get(..7).filter(|begin| begin.eq_ignore_ascii_case("mailto:"));
    let address = begin.map_or(value, |_| &value[7..]).trim();
    address.contains('@').then(|| address.to_owned())
}

fn time(line: &Line<'_>) -> Option<String> {
    if let Ok(day) = NaiveDate::parse_from_str(line.value, "%Y%m%d") {
        return Some(day.to_string());
    }
    if let Ok(utc) = NaiveDateTime::parse_from_str(line.value, "%Y%m%dT%H%M%SZ") {
        return Some(Utc.from_utc_datetime(&utc).to_rfc3339_opts(SecondsFormat::Secs, true));
    }
    let local = NaiveDateTime::parse_from_str(line.value, "%Y%m%dT%H%M%S").ok()?;
    let zone = line.parameters.split(';').find_map(|parameter| parameter.strip_prefix("TZID="));
    let zone = zone.and_then(|zone| zone.trim_matches('"').parse::<chrono_tz::Tz>().ok());
    let known = zone.and_then(|zone| zone.from_local_datetime(&local).earliest());
    Some(known.map_or_else(
        || local.format("%Y-%m-%dT%H:%M:%S").to_string(),
        |time| time.to_rfc3339_opts(SecondsFormat::Secs, true),
    ))
}

fn url(value: &str) -> Option<String> {
    static LINK: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"https://[^\s<>"\\]{4,500}"#).expect("a pattern of this crate"));
    LINK.find(value).map(|found| found.as_str().trim_end_matches([')', '.', ',']).to_owned())
}

/// A link by which meetings are entered, not any link.
fn meeting(value: &str) -> Option<String> {
    static ENTRY: LazyLock<Regex> = LazyLock::new(|| {
        let path = "meet|join|conference|webex|zoom|teams|jitsi|bigbluebutton|whereby";
        Regex::new(&format!(r#"(?i)https://[^\s<>"\\]*(?:{path})[^\s<>"\\]*"#)).expect("a pattern of this crate")
    });
    ENTRY.find(value).and_then(|found| url(found.as_str()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_is_read_with_its_zone_and_its_link() {
        let text = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nSUMMARY:Printer\\, again\r\n\
            DTSTART;TZID=Europe/Berlin:20261120T100000\r\nDTEND:20261120T093000Z\r\n\
            ORGANIZER;CN=\"Ana: the one\":mailto:ana@example.com\r\n\
            ATTENDEE;PARTSTAT=NEEDS-ACTION:MAILTO:ben@exam\r\n ple.com\r\n\
            DESCRIPTION:See https://example.com/doc\\nand enter by https://meet.example.com/abc.\r\n\
            END:VEVENT\r\nEND:VCALENDAR\r\n";
        let found = read(text).unwrap();
        assert_eq!((found.summary.as_str(), found.location), ("Printer, again", None));
        assert_eq!(found.start.as_deref(), Some("2026-11-20T10:00:00+01:00"));
        assert_eq!(found.end.as_deref(), Some("2026-11-20T09:30:00Z"));
        assert_eq!(found.organizer.as_deref(), Some("ana@example.com"));
        assert_eq!(found.attendees, ["ben@example.com"]);
        assert_eq!(found.join_url.as_deref(), Some("https://meet.example.com/abc"));
    }

    #[test]
    fn a_zone_that_nobody_knows_leaves_a_local_time_and_a_day_stays_a_day() {
        let text =
            "BEGIN:VEVENT\nDTSTART;TZID=W. Europe Standard Time:20261120T100000\nDTEND;VALUE=DATE:20261121\nEND:VEVENT";
        let found = read(text).unwrap();
        assert_eq!(found.start.as_deref(), Some("2026-11-20T10:00:00"));
        assert_eq!(found.end.as_deref(), Some("2026-11-21"));
        assert_eq!(read("BEGIN:VCALENDAR\nEND:VCALENDAR"), None);
    }
}
