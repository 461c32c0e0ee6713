//! What is asked: six kinds of request, each with as many shapes as people give it.

use crate::demo::Dice;

use super::http::request;

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, clap::ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Scene {
    Create,
    List,
    Open,
    Reply,
    Search,
    Accept,
}

impl Scene {
    pub const ALL: [Self; 6] = [Self::Create, Self::List, Self::Open, Self::Reply, Self::Search, Self::Accept];

    pub fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::List => "list 50",
            Self::Open => "open",
            Self::Reply => "reply",
            Self::Search => "search",
            Self::Accept => "accept",
        }
    }
}

/// The lists that the desk's navigation and filters ask for.
pub const LISTS: [&str; 8] = [
    "",
    "status=open",
    "assignee=me&status=open&sort=due",
    "assignee=none&status=accepted,in_progress,waiting_customer",
    "status=waiting_customer",
    "status=resolved,closed",
    "priority=urgent,high&status=open",
    "sort=created",
];

/// Frequent words and rare ones, one and several, of each language, and numbers.
pub const WORDS: [&str; 16] = [
    "gearbox calibrated",
    "blank labels",
    "hydraulic valve leaks",
    "invoice 26-4",
    "AX12",
    "NS55 paper",
    "Okafor gearbox",
    "Rechnung Kostenstelle",
    "Zahnrad undicht",
    "Etikettensensor Rostock",
    "طابعة الباركود",
    "الصمام أسوان",
    "touch screen rain",
    "#4711",
    "toner Tampere",
    "Whitfield",
];

/// Who asks and what there is to ask for.
pub struct Stock {
    /// Cookies of staff; managers are the first.
    pub staff: Vec<String>,
    pub managers: usize,
    pub tickets: u64,
    /// Numbers that staff may answer.
    pub answerable: Vec<i64>,
    /// Numbers that wait for a manager, each to be accepted once.
    pub fresh: Vec<i64>,
}

impl Stock {
    /// The nth request of a connection. `None`: there is nothing left to ask for.
    pub fn request(&self, scene: Scene, dice: &mut Dice, turn: u64) -> Option<String> {
        let cookie = dice.word(&self.staff).to_owned();
        Some(match scene {
            Scene::Create => request("POST", "/api/v1/tickets", &cookie, Some(&new_ticket(dice))),
            Scene::List => request("GET", &list(dice.pick(&LISTS)), &cookie, None),
            Scene::Open => request("GET", &format!("/api/v1/tickets/{}", self.any_number(dice)), &cookie, None),
            Scene::Reply => {
                let path = format!("/api/v1/tickets/{}/messages", dice.choose(&self.answerable));
                request("POST", &path, &cookie, Some(&answer(dice)))
            }
            Scene::Search => request("GET", &search(dice.pick(&WORDS)), &cookie, None),
            Scene::Accept => {
                let number = self.fresh.get(usize::try_from(turn).ok()?)?;
                let manager = dice.word(&self.staff[..self.managers]);
                request("POST", &format!("/api/v1/tickets/{number}/accept"), manager, None)
            }
        })
    }

    fn any_number(&self, dice: &mut Dice) -> i64 {
        dice.between(1, i64::try_from(self.tickets).unwrap_or(i64::MAX))
    }
}

fn new_ticket(dice: &mut Dice) -> String {
    let serial = dice.between(100_000, 999_999);
    let subject = format!("The gearbox of unit {serial} makes a grinding noise");
    serde_json::json!({ "subject": subject, "description": text(dice), "priority": "normal" }).to_string()
}

fn answer(dice: &mut Dice) -> String {
    serde_json::json!({ "body": text(dice) }).to_string()
}

/// As long as most letters are.
fn text(dice: &mut Dice) -> String {
    let talk = crate::seed::Talk::new(dice, "en");
    let body = talk.story.body.clone();
    talk.letter(dice, &body, "Grace Okafor", 2)
}

pub fn list(query: &str) -> String {
    format!("/api/v1/tickets?{query}")
}

pub fn search(words: &str) -> String {
    let encoded: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("/api/v1/search?q={encoded}")
}
