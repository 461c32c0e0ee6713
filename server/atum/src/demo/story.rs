//! What is told: `stories.json`, with words filled in.

use std::{collections::HashMap, sync::LazyLock};

use serde::Deserialize;

use super::dice::Dice;

#[derive(Deserialize)]
struct Library {
    words: HashMap<String, Words>,
    stories: Vec<Story>,
}

#[derive(Deserialize)]
struct Words {
    item: Vec<String>,
    city: Vec<String>,
}

/// A conversation from the first question to the last word. An empty text was not said.
#[derive(Clone, Deserialize)]
pub struct Story {
    pub lang: String,
    pub priority: String,
    pub subject: String,
    pub body: String,
    pub note: String,
    pub reply: String,
    pub answer: String,
    pub resolution: String,
    pub cause: String,
    pub thanks: String,
}

static LIBRARY: LazyLock<Library> =
    LazyLock::new(|| serde_json::from_str(include_str!("stories.json")).unwrap_or_else(|error| panic!("{error}")));

/// One of the stories in a language that somebody of the cast speaks.
pub fn tell(dice: &mut Dice, spoken: impl Fn(&str) -> bool) -> Story {
    let known: Vec<&Story> = LIBRARY.stories.iter().filter(|story| spoken(&story.lang)).collect();
    let story = dice.pick(&known).clone();
    let words = &LIBRARY.words[&story.lang];
    let slots = [
        ("{item}", dice.pick(&words.item)),
        ("{city}", dice.pick(&words.city)),
        ("{order}", format!("{}-{}", dice.between(26, 27), dice.between(10_000, 99_999))),
        ("{n}", dice.between(401, 989).to_string()),
    ];
    let fill = |text: &str| slots.iter().fold(text.to_owned(), |text, (slot, word)| text.replace(slot, word));
    Story {
        subject: fill(&story.subject),
        body: fill(&story.body),
        note: fill(&story.note),
        reply: fill(&story.reply),
        answer: fill(&story.answer),
        resolution: fill(&story.resolution),
        ..story
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_story_can_be_told_whole() {
        for seed in 0..500 {
            let story = tell(&mut Dice::new(seed), |_| true);
            for text in [&story.subject, &story.body, &story.note, &story.reply, &story.answer, &story.resolution] {
                assert!(!text.contains('{'), "a slot was left in {text:?}");
            }
            assert!((1..=200).contains(&story.subject.chars().count()));
        }
    }
}
