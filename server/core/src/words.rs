//! What people type to look for something, as PostgreSQL understands it.

/// Shorter words are looked for as they stand: so many others begin with them that they would say nothing.
const SHORTEST_BEGINNING: usize = 3;
const MOST_WORDS: usize = 8;

/// A tsquery (configuration `simple`) of words that all must be there, each of which may go on: `print fail` finds
/// "printer failure". The last one is perhaps still being typed and goes on from its second letter. None without any
/// letter or digit.
pub fn beginnings(typed: &str) -> Option<String> {
    let words = typed.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<&str> = words.take(MOST_WORDS).collect();
    let last = words.len().checked_sub(1)?;
    let terms = words.iter().enumerate().map(|(nth, word)| {
        let shortest = if nth == last { SHORTEST_BEGINNING - 1 } else { SHORTEST_BEGINNING };
        let goes_on = if word.chars().count() >= shortest { ":*" } else { "" };
        format!("{}{goes_on}", word.to_lowercase())
    });
    Some(terms.collect::<Vec<_>>().join(" & "))
}

#[cfg(test)]
mod tests {
    use super::beginnings;

    #[test]
    fn what_people_type_is_never_query_syntax() {
        assert_eq!(beginnings("print fail").as_deref(), Some("print:* & fail:*"));
        assert_eq!(beginnings("a'b & !(c | d):*").as_deref(), Some("a & b & c & d"));
        assert_eq!(beginnings("الطابعة لا").as_deref(), Some("الطابعة:* & لا:*"));
        assert_eq!(beginnings("  ' & | "), None);
    }

    #[test]
    fn short_words_are_whole_words_but_for_the_last() {
        assert_eq!(beginnings("to be pr").as_deref(), Some("to & be & pr:*"));
        assert_eq!(beginnings("invoice 26-4").as_deref(), Some("invoice:* & 26 & 4"));
    }
}
