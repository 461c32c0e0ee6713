//! Rules in examples of our own, and what holds for every text.

use mail_text::{fold, html::visible, unfolded};
use proptest::prelude::*;

/// What a text shows unfolded, trimmed.
fn reply(text: &str) -> String {
    unfolded(text, &fold(text)).trim().to_owned()
}

#[test]
fn an_answer_above_a_quotation_is_shown_alone() {
    assert_eq!(
        reply("Ja, gerne.\n\nAm Mo., 2. Nov. 2026 um 09:12 Uhr schrieb Ana <ana@example.com>:\n\n> Soll ich?\n"),
        "Ja, gerne."
    );
}

#[test]
fn an_introduction_broken_over_lines_is_one() {
    let text = "Ok.\n\nOn Mon, Nov 2, 2026 at 9:12 AM, Ana Maria Fernandez de la Cruz <\nana@example.com>\nwrote:\n\n> Shall I?";
    assert_eq!(reply(text), "Ok.");
}

#[test]
fn answers_between_the_lines_keep_what_they_answer() {
    let text = "On 2 Nov 2026, at 09:12, Ana wrote:\n> First?\nYes.\n> Second?\nNo.\n";
    assert_eq!(reply(text), "> First?\nYes.\n> Second?\nNo.");
}

#[test]
fn an_answer_below_the_quotation_is_shown() {
    assert_eq!(reply("On 2 Nov 2026, at 09:12, Ana wrote:\n> Shall I?\n\nPlease do.\n"), "Please do.");
}

#[test]
fn a_forwarded_mail_stays_visible() {
    let text = "Can you help with this?\n\n---------- Forwarded message ----------\nFrom: Bo <bo@example.com>\nSubject: Broken\n\nIt does not start.";
    assert_eq!(reply(text), text);
}

#[test]
fn a_list_that_looks_like_fields_is_text() {
    let text = "Please book:\n\nFrom: Berlin\nTo: Munich\nDate: 3 May\n\nThank you";
    assert_eq!(reply(text), text);
}

#[test]
fn a_rule_in_the_middle_of_a_long_text_divides_nothing() {
    let below = "A line of the report.\n".repeat(30);
    let text = format!("Report\n------\n{below}");
    assert_eq!(reply(&text), text.trim());
}

#[test]
fn nothing_but_a_quotation_stays_visible() {
    assert_eq!(reply("> Only this.\n> Nothing else."), "> Only this.\n> Nothing else.");
}

#[test]
fn a_signature_is_folded_and_a_sentence_is_not() {
    assert_eq!(reply("See above.\n\n-- \nAna\nAcme\n"), "See above.");
    assert_eq!(reply("Done.\n\nSent from my iPhone"), "Done.");
    let sentence = "Sent from my desk, is much easier than my phone.";
    assert_eq!(reply(sentence), sentence);
}

#[test]
fn a_bare_block_quotation_is_the_writers_own() {
    let seen = visible("<p>The manual says:</p><blockquote>Press the button.</blockquote>");
    assert_eq!(unfolded(&seen.text, &seen.folded).trim(), "The manual says:\nPress the button.");
}

#[test]
fn what_programs_mark_is_folded() {
    let seen = visible(
        "<div>Fine.</div><div class=moz-cite-prefix>Den 2.11.2026, Ana:</div><blockquote type=cite>How?</blockquote>",
    );
    assert_eq!(unfolded(&seen.text, &seen.folded).trim(), "Fine.");
}

#[test]
fn outlooks_reply_header_begins_the_rest() {
    let seen = visible("<p>Fine.</p><div id=divRplyFwdMsg>Anybody</div><div>Old text</div>");
    assert_eq!(unfolded(&seen.text, &seen.folded).trim(), "Fine.");
}

#[test]
fn styles_scripts_and_comments_are_not_visible() {
    let seen = visible("<style>p{}</style><script>1</script><!-- no --><p>Seen &amp; read</p>");
    assert_eq!(seen.text.trim(), "Seen & read");
}

#[test]
fn deep_nesting_is_read() {
    let seen = visible(&format!("{}deep{}", "<div>".repeat(50_000), "</div>".repeat(50_000)));
    assert_eq!(seen.text.trim(), "deep");
}

/// Lines of every kind in any order.
fn texts() -> impl Strategy<Value = String> {
    let line = prop_oneof![
        Just(String::new()),
        Just("On 2 Nov 2026, at 09:12, Ana wrote:".to_owned()),
        Just("-----Original Message-----".to_owned()),
        Just("From: Ana <ana@example.com>".to_owned()),
        Just("Subject: Help".to_owned()),
        Just("-- ".to_owned()),
        Just("Sent from my iPhone".to_owned()),
        Just("```".to_owned()),
        "> .{0,12}",
        ".{0,20}",
    ];
    prop::collection::vec((line, prop_oneof![Just("\n"), Just("\r\n")]), 0..40)
        .prop_map(|lines| lines.into_iter().map(|(line, end)| line + end).collect())
}

proptest! {
    #[test]
    fn unfolding_gives_back_every_byte(text in texts()) {
        let ranges = fold(&text);
        let mut whole = String::new();
        let mut from = 0;
        for range in &ranges {
            prop_assert!(range.start >= from && range.start < range.end);
            whole.push_str(&text[from..range.start]);
            whole.push_str(&text[range.clone()]);
            from = range.end;
        }
        whole.push_str(&text[from..]);
        prop_assert_eq!(whole, text);
    }

    #[test]
    fn the_first_words_stay_visible(first in "[a-z]{3,9} [a-z]{3,9}", text in texts()) {
        let text = format!("{first}\n\n{text}");
        prop_assert!(reply(&text).starts_with(&first));
    }

    #[test]
    fn any_html_is_read(html in "[<>a-z/=\" &;]{0,200}") {
        let seen = visible(&html);
        for range in seen.folded {
            prop_assert!(seen.text.get(range).is_some());
        }
    }
}
