//! A raw mail, whatever it is: read into what can be kept and shown, and told of in JSON.

#![no_main]

use mail_reading::{Explanation, Reading, read};

libfuzzer_sys::fuzz_target!(|raw: &[u8]| {
    let reading = read(raw);
    let mut end = 0;
    for range in &reading.folded {
        assert!(range.start >= end && range.start < range.end, "out of order: {:?}", reading.folded);
        assert!(reading.body.get(range.clone()).is_some(), "within a letter, or outside");
        end = range.end;
    }
    assert!(texts(&reading).all(|text| !text.contains('\0')), "a NUL, which PostgreSQL cannot hold");
    let mut names: Vec<String> = reading.attachments.iter().map(|of| of.name.to_lowercase()).collect();
    assert!(names.iter().all(|name| !name.is_empty() && !name.contains(['/', '\\'])), "{names:?}");
    assert!(!names.iter().any(|name| name.chars().any(char::is_control)), "{names:?}");
    names.sort_unstable();
    assert!(names.windows(2).all(|pair| pair[0] != pair[1]), "two of one name: {names:?}");
    assert!(!reading.subject.contains(['\r', '\n']), "a subject of several lines");
    // A compressed text, written twice, each letter of it as an escape.
    let told = serde_json::to_vec(&Explanation::of(&reading)).expect("JSON");
    assert!(told.len() <= 200 * raw.len() + 4096, "{} bytes of {}", told.len(), raw.len());
});

fn texts(reading: &Reading) -> impl Iterator<Item = &str> {
    let people = reading.from.iter().chain(&reading.to).chain(&reading.cc).chain(&reading.reply_to);
    let ids = reading.message_id.iter().chain(&reading.in_reply_to).chain(&reading.references);
    let of_people = people.flat_map(|mailbox| [mailbox.name.as_str(), mailbox.address.as_str()]);
    let of_files = reading.attachments.iter().flat_map(|of| [of.name.as_str(), of.media_type.as_str()]);
    [reading.subject.as_str(), reading.body.as_str()]
        .into_iter()
        .chain(of_people)
        .chain(of_files)
        .chain(ids.map(String::as_str))
}
