//! What made-up people write: a story of the demo with details of its own, so that no two tickets say the same and the
//! search has rare words and frequent ones.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use crate::demo::{Dice, story};

#[derive(Deserialize)]
pub struct Words {
    pub first: Vec<String>,
    pub last: Vec<String>,
    pub trade: Vec<String>,
    part: Vec<String>,
    trouble: Vec<String>,
    when: Vec<String>,
    sentence: Vec<String>,
    greeting: Vec<String>,
    closing: Vec<String>,
    city: Vec<String>,
}

static WORDS: LazyLock<HashMap<String, Words>> =
    LazyLock::new(|| serde_json::from_str(include_str!("words.json")).unwrap_or_else(|error| panic!("{error}")));

/// Half of all that is written is English, the rest Arabic and German.
pub fn language(dice: &mut Dice) -> &'static str {
    dice.pick(&["en", "en", "ar", "de"])
}

pub fn of(language: &str) -> &'static Words {
    &WORDS[language]
}

/// Everything that may be said on one ticket.
pub struct Talk {
    words: &'static Words,
    pub story: story::Story,
}

impl Talk {
    pub fn new(dice: &mut Dice, language: &'static str) -> Self {
        let mut story = story::tell(dice, |spoken| spoken == language);
        let words = of(language);
        // What tells one question from another of the same kind.
        let part: &String = dice.choose(&words.part);
        story.subject = format!("{} ({part}, {})", story.subject, serial(dice)).chars().take(200).collect();
        Self { words, story }
    }

    /// A letter: greeting, what the story says, some sentences more, and who writes.
    pub fn letter(&self, dice: &mut Dice, says: &str, name: &str, sentences: i64) -> String {
        let (greeting, closing) = (dice.choose(&self.words.greeting), dice.choose(&self.words.closing));
        let details = self.sentences(dice, sentences);
        format!("{greeting}\n\n{says}\n\n{details}\n\n{closing}\n{name}")
    }

    /// What one writes in passing.
    pub fn line(&self, dice: &mut Dice, says: &str) -> String {
        format!("{says} {}", self.sentences(dice, 1))
    }

    pub fn sentences(&self, dice: &mut Dice, count: i64) -> String {
        let sentences: Vec<String> = (0..count).map(|_| self.sentence(dice)).collect();
        sentences.join(" ")
    }

    fn sentence(&self, dice: &mut Dice) -> String {
        let words = self.words;
        let mut said = String::with_capacity(160);
        let mut rest: &str = dice.word(&words.sentence);
        while let Some((before, after)) = rest.split_once('{') {
            let (slot, after) = after.split_once('}').unwrap_or((after, ""));
            said += before;
            match slot {
                "part" => said += dice.word(&words.part),
                "trouble" => said += dice.word(&words.trouble),
                "when" => said += dice.word(&words.when),
                "city" => said += dice.word(&words.city),
                "serial" => said += &serial(dice),
                "order" => said += &format!("{}-{}", dice.between(24, 27), dice.between(10_000, 99_999)),
                "page" => said += &dice.between(3, 240).to_string(),
                "hour" => said += &format!("{}:{:02}", dice.between(14, 19), dice.between(0, 5) * 10),
                _ => said += &dice.between(2, 19).to_string(),
            }
            rest = after;
        }
        said + rest
    }
}

fn serial(dice: &mut Dice) -> String {
    const LETTERS: [&str; 12] = ["AX", "BK", "CT", "DN", "FE", "GH", "KL", "LP", "MR", "NS", "QT", "VX"];
    format!("{}{}", dice.choose(&LETTERS), dice.between(100_000, 999_999))
}
