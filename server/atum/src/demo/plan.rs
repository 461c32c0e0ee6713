//! When who does what. Steps that would lie in the future are left out: that is where tickets are today.

use atum_core::caller::Role;
use chrono::{DateTime, Datelike, TimeDelta, Utc, Weekday};
use serde_json::{Value, json};

use super::{
    cast::{Organization, Person},
    dice::Dice,
    hours::{at_work, awake},
    story::{self, Story},
};

/// A request of somebody at a time, to `/api/v1/tickets` and what follows of the ticket's address.
pub struct Step {
    pub at: DateTime<Utc>,
    pub who: &'static Person,
    /// Which ticket of the plan; its number is known when it was filed.
    pub ticket: usize,
    pub act: Act,
}

pub enum Act {
    File(Value),
    /// "assign", with whoever it is for.
    Assign(&'static Person),
    Post(&'static str, Value),
    Rate(Value),
}

/// Everything that happened, oldest first.
pub fn steps(organization: &Organization, from: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Step> {
    let mut steps: Vec<Step> = vec![];
    for ticket in 0..organization.tickets {
        let mut dice = Dice::new(ticket as u64 + 1);
        let filed_at = filed_at(&mut dice, organization, from, now);
        let story = story::tell(&mut dice, |language| !organization.customers_speaking(language).is_empty());
        steps.extend(Life { organization, dice, ticket, story, at: filed_at, now, steps: vec![] }.lead());
    }
    steps.retain(|step| step.at < now);
    // Stable: two steps of one moment stay in the order of their ticket.
    steps.sort_by_key(|step| step.at);
    steps
}

/// Any time customers are awake; a weekend is quiet, and the last days are the busiest.
fn filed_at(dice: &mut Dice, organization: &Organization, from: DateTime<Utc>, now: DateTime<Utc>) -> DateTime<Utc> {
    loop {
        let seconds = (now - from).num_seconds() - 200;
        let at = from + TimeDelta::seconds(dice.between(600, seconds).max(dice.between(600, seconds)));
        let weekend = matches!(at.with_timezone(&organization.time_zone).weekday(), Weekday::Sat | Weekday::Sun);
        if awake(at, organization.time_zone) == at && (!weekend || dice.chance(25)) {
            return at;
        }
    }
}

/// One ticket from the question to its end, step by step.
struct Life<'a> {
    organization: &'a Organization,
    dice: Dice,
    ticket: usize,
    story: Story,
    at: DateTime<Utc>,
    now: DateTime<Utc>,
    steps: Vec<Step>,
}

impl Life<'_> {
    fn lead(mut self) -> Vec<Step> {
        let age = self.now - self.at;
        let customers = self.organization.customers_speaking(&self.story.lang);
        let customer = self.dice.pick(&customers);
        let manager = self.organization.all(Role::Manager)[0];
        let agent = self.agent();
        self.file(customer);
        if self.dice.chance(4) {
            self.work(manager, 10, 90, Act::Post("cancel", json!({ "reason": self.duplicate() })));
            return self.steps;
        }
        self.work(manager, 4, 80, Act::Post("accept", json!({})));
        if age < TimeDelta::days(2) && self.dice.chance(15) {
            // Accepted, and nobody's yet.
            return self.steps;
        }
        self.work(manager, 1, 15, Act::Assign(agent));
        self.answer(agent);
        // Some wait for their customer, some for their agent.
        let stalls = age > TimeDelta::days(1) && age < TimeDelta::days(9);
        if stalls && self.dice.chance(13) {
            return self.steps;
        }
        self.hear(customer);
        if stalls && self.dice.chance(15) {
            return self.steps;
        }
        self.end(agent, manager, customer);
        self.steps
    }

    fn file(&mut self, customer: &'static Person) {
        let Story { subject, body, priority, .. } = &self.story;
        let ticket = json!({ "subject": subject, "description": body, "priority": priority });
        self.push(customer, Act::File(ticket));
    }

    /// The first answer, mostly in time.
    fn answer(&mut self, agent: &'static Person) {
        let slow = self.dice.chance(9);
        let (least, most) = if slow { (300, 900) } else { (3, 50) };
        self.work(agent, least, most, Act::Post("start", json!({})));
        if !self.story.note.is_empty() {
            let note = json!({ "visibility": "internal", "body": self.story.note });
            self.work(agent, 2, 12, Act::Post("messages", note));
        }
        let reply = json!({ "body": self.story.reply, "wait_for_customer": true });
        self.work(agent, 2, 25, Act::Post("messages", reply));
    }

    fn hear(&mut self, customer: &'static Person) {
        self.at += TimeDelta::minutes(self.dice.between(12, 1100));
        self.at = awake(self.at, self.organization.time_zone);
        self.push(customer, Act::Post("messages", json!({ "body": self.story.answer })));
    }

    fn end(&mut self, agent: &'static Person, manager: &'static Person, customer: &'static Person) {
        let cause = Some(&self.story.cause).filter(|cause| !cause.is_empty());
        let resolution = json!({ "resolution": self.story.resolution, "root_cause": cause });
        self.work(agent, 20, 420, Act::Post("resolve", resolution));
        if self.dice.chance(60) {
            self.at = awake(self.at + TimeDelta::minutes(self.dice.between(15, 900)), self.organization.time_zone);
            let rating = self.rating();
            self.push(customer, Act::Rate(rating));
        }
        if self.dice.chance(85) {
            self.work(manager, 600, 2400, Act::Post("close", json!({})));
            self.come_back(customer);
        }
    }

    /// A few write again after the end, which opens another ticket.
    fn come_back(&mut self, customer: &'static Person) {
        // Only of late: nobody has taken these in yet.
        if self.now - self.at < TimeDelta::days(4) && self.dice.chance(12) {
            self.at = awake(self.at + TimeDelta::minutes(self.dice.between(600, 3000)), self.organization.time_zone);
            let again = json!({ "body": self.again() });
            self.push(customer, Act::Post("messages", again));
        }
    }

    fn rating(&mut self) -> Value {
        let score = self.dice.pick(&[5, 5, 5, 4, 4, 3, 2]);
        let comment = Some(&self.story.thanks).filter(|thanks| score >= 4 && !thanks.is_empty());
        json!({ "score": score, "comment": comment })
    }

    /// Somebody of the staff does it, within working hours; what is urgent, sooner.
    fn work(&mut self, who: &'static Person, least_minutes: i64, most_minutes: i64, act: Act) {
        let percent = match self.story.priority.as_str() {
            "urgent" => 20,
            "high" => 60,
            _ => 100,
        };
        let seconds = self.dice.between(least_minutes * 60, most_minutes * 60) * percent / 100;
        self.at = at_work(self.at + TimeDelta::seconds(seconds), self.organization.time_zone);
        self.push(who, act);
    }

    fn push(&mut self, who: &'static Person, act: Act) {
        self.steps.push(Step { at: self.at, who, ticket: self.ticket, act });
        // Two steps of one ticket are never of one moment.
        self.at += TimeDelta::seconds(self.dice.between(1, 50));
    }

    /// Whoever speaks the customer's language, if somebody does.
    fn agent(&mut self) -> &'static Person {
        let agents = self.organization.all(Role::Agent);
        let speaking: Vec<_> = agents.iter().copied().filter(|agent| agent.locale == self.story.lang).collect();
        if speaking.is_empty() { self.dice.pick(&agents) } else { self.dice.pick(&speaking) }
    }

    fn duplicate(&self) -> &'static str {
        match self.story.lang.as_str() {
            "ar" => "مكرر: توجد تذكرة أخرى بنفس الموضوع.",
            "de" => "Doppelt: dazu gibt es schon ein Ticket.",
            _ => "Duplicate: there is another ticket about this.",
        }
    }

    fn again(&self) -> &'static str {
        match self.story.lang.as_str() {
            "ar" => "عادت المشكلة نفسها اليوم مرة أخرى. هل يمكنكم النظر فيها؟",
            "de" => "Leider ist der Fehler heute wieder aufgetreten. Können Sie bitte noch einmal nachsehen?",
            _ => "I am afraid the same thing happened again today. Could you have another look?",
        }
    }
}
