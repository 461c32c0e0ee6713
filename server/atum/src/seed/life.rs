//! One made-up ticket, from the question to wherever it stands today: what would lie in the future has not happened.

use atum_audit::Visibility;
use atum_sla::{Priority, Signal, rehearse::Rehearsed};
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::{
    cast::Member,
    deed::Fact,
    id::Ids,
    rows::{
        Field::{At, Id, MaybeText, Number},
        Rows, Table,
    },
    words::Talk,
    world::World,
};
use crate::demo::{Dice, hours::at_work};

/// The ticket's row as it becomes.
pub struct State {
    pub status: &'static str,
    pub filed_at: DateTime<Utc>,
    pub subject: String,
    pub preview: String,
    pub public_preview: String,
    pub assignee_id: Option<Uuid>,
    pub resolution: Option<String>,
    pub root_cause: Option<String>,
    pub cancel_reason: Option<String>,
    pub version: i64,
    pub field_versions: Map<String, Value>,
    pub updated_at: DateTime<Utc>,
    pub accepted_at: Option<DateTime<Utc>>,
    pub resolved_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub last_public_message_at: Option<DateTime<Utc>>,
    pub requester_saw: DateTime<Utc>,
    pub agent_saw: Option<DateTime<Utc>>,
}

impl State {
    pub fn filed(subject: &str, at: DateTime<Utc>) -> Self {
        Self {
            status: "new",
            filed_at: at,
            subject: subject.to_owned(),
            preview: String::new(),
            public_preview: String::new(),
            assignee_id: None,
            resolution: None,
            root_cause: None,
            cancel_reason: None,
            version: 1,
            field_versions: Map::new(),
            updated_at: at,
            accepted_at: None,
            resolved_at: None,
            closed_at: None,
            last_public_message_at: None,
            requester_saw: at,
            agent_saw: None,
        }
    }
}

pub struct Life<'a> {
    pub world: &'a World<'a>,
    pub manager: &'a Member,
    pub agent: &'a Member,
    pub requester: &'a Member,
    pub talk: Talk,
    pub priority: Priority,
    pub dice: Dice,
    pub ids: Ids,
    pub id: Uuid,
    pub number: i64,
    /// Among the newest of all.
    pub is_new: bool,
    pub clocks: Rehearsed<'a>,
    pub state: State,
    pub at: DateTime<Utc>,
    pub rows: &'a mut Rows,
}

/// Why a life ends before its end.
pub enum End {
    /// What comes next lies in the future.
    NotYet,
    Failed(anyhow::Error),
}

impl Life<'_> {
    pub fn lead(mut self) -> anyhow::Result<()> {
        match self.live() {
            Ok(()) | Err(End::NotYet) => self.write(),
            Err(End::Failed(error)) => Err(error),
        }
    }

    fn live(&mut self) -> Result<(), End> {
        self.file();
        let age = self.world.now - self.at;
        if self.dice.chance(4) {
            self.work(10, 600)?;
            return self.cancel();
        }
        // Most of the newest wait for a manager.
        if self.is_new && self.dice.chance(60) {
            return Ok(());
        }
        let slow = if self.dice.chance(12) { 2_000 } else { 240 };
        self.work(4, slow)?;
        self.change(self.manager, "ticket_accepted", Some("accepted"), vec![])?;
        if age < TimeDelta::days(4) && self.dice.chance(15) {
            return Ok(());
        }
        self.work(1, 60)?;
        self.assign()?;
        if self.dice.chance(25) {
            self.note()?;
        }
        let late = if self.dice.chance(9) { 1_400 } else { 180 };
        self.work(5, late)?;
        self.reply(true)?;
        for _ in 0..self.dice.pick(&[0, 1, 1, 1, 1, 2, 2, 3, 4]) {
            self.hear()?;
            if self.dice.chance(30) {
                self.note()?;
            }
            self.work(10, 500)?;
            self.reply(false)?;
        }
        if self.dice.chance(6) {
            // Somebody who never answers: for weeks.
            self.at += TimeDelta::days(self.dice.between(10, 25));
        }
        self.end()
    }

    fn end(&mut self) -> Result<(), End> {
        self.work(20, 900)?;
        self.resolve()?;
        if self.dice.chance(4) {
            self.hear()?;
            self.work(30, 400)?;
            self.reply(false)?;
            self.work(10, 200)?;
            self.resolve()?;
        }
        if self.dice.chance(35) {
            self.wait(30, 2_000)?;
            self.rate();
        }
        let days = self.dice.between(2, 7);
        self.wait(days * 1_440, days * 1_440 + 300)?;
        self.work(1, 60)?;
        self.change(self.manager, "ticket_closed", Some("closed"), vec![])?;
        Ok(())
    }

    fn file(&mut self) {
        let sentences = self.dice.between(1, 5);
        let body = self.talk.story.body.clone();
        let body = self.talk.letter(&mut self.dice, &body, &self.requester.name, sentences);
        let words = format!("{} {}", self.number, self.state.subject);
        self.document(Visibility::Public, &words);
        let message_id = self.message(self.requester, Visibility::Public, "portal", &body);
        let changes = json!([
            { "field": "status", "old": null, "new": "new" },
            { "field": "subject", "old": null, "new": self.state.subject },
            { "field": "priority", "old": null, "new": self.priority },
        ]);
        let fact = Fact {
            changes,
            detail: json!({ "number": self.number }),
            message_id: Some(message_id),
            ..Fact::of("ticket_created")
        };
        let event_id = self.event(self.at, Some(self.requester), fact);
        let world = self.world;
        for manager in &world.cast.managers {
            self.tell(manager, event_id, "ticket_new", self.requester);
        }
    }

    fn cancel(&mut self) -> Result<(), End> {
        let reason = self.talk.sentences(&mut self.dice, 1);
        let change = ("cancel_reason", json!(reason));
        self.state.cancel_reason = Some(reason);
        self.change(self.manager, "ticket_cancelled", Some("cancelled"), vec![change])
    }

    fn assign(&mut self) -> Result<(), End> {
        self.state.assignee_id = Some(self.agent.id);
        self.change(self.manager, "ticket_assigned", None, vec![("assignee_id", json!(self.agent.id))])
    }

    fn note(&mut self) -> Result<(), End> {
        self.work(2, 60)?;
        let says = self.talk.story.note.clone();
        let body = self.talk.line(&mut self.dice, &says);
        let message_id = self.message(self.agent, Visibility::Internal, "desk", &body);
        self.event(
            self.at,
            Some(self.agent),
            Fact { visibility: Visibility::Internal, message_id: Some(message_id), ..Fact::of("note_added") },
        );
        Ok(())
    }

    /// An answer of staff; most of them wait for the customer.
    fn reply(&mut self, first: bool) -> Result<(), End> {
        let says = if first { self.talk.story.reply.clone() } else { self.talk.sentences(&mut self.dice, 2) };
        let sentences = self.dice.between(0, 3);
        let body = self.talk.letter(&mut self.dice, &says, &self.agent.name, sentences);
        let message_id = self.message(self.agent, Visibility::Public, "desk", &body);
        self.event(self.at, Some(self.agent), Fact { message_id: Some(message_id), ..Fact::of("message_posted") });
        self.signal(Signal::StaffReplied)?;
        if self.state.status == "accepted" {
            self.change(self.agent, "ticket_started", Some("in_progress"), vec![])?;
        }
        if self.state.status == "in_progress" && self.dice.chance(70) {
            self.change(self.agent, "ticket_waiting", Some("waiting_customer"), vec![])?;
        }
        Ok(())
    }

    fn hear(&mut self) -> Result<(), End> {
        self.wait(20, 3_000)?;
        let says =
            if self.dice.chance(50) { self.talk.story.answer.clone() } else { self.talk.sentences(&mut self.dice, 2) };
        let body = self.talk.line(&mut self.dice, &says);
        let message_id = self.message(self.requester, Visibility::Public, "portal", &body);
        let fact = Fact { message_id: Some(message_id), ..Fact::of("message_posted") };
        let event_id = self.event(self.at, Some(self.requester), fact);
        if self.state.assignee_id.is_some() {
            self.tell(self.agent, event_id, "customer_replied", self.requester);
        }
        match self.state.status {
            "waiting_customer" => self.change(self.requester, "ticket_started", Some("in_progress"), vec![])?,
            "resolved" => self.change(self.requester, "ticket_reopened", Some("in_progress"), vec![])?,
            _ => {}
        }
        self.signal(Signal::CustomerReplied)
    }

    fn resolve(&mut self) -> Result<(), End> {
        let (resolution, cause) = (self.talk.story.resolution.clone(), self.talk.story.cause.clone());
        let cause = Some(cause).filter(|cause| !cause.is_empty());
        let mut changes = vec![];
        if self.state.resolution.as_ref() != Some(&resolution) {
            changes.push(("resolution", json!(resolution)));
        }
        if self.state.root_cause != cause {
            changes.push(("root_cause", json!(cause)));
        }
        (self.state.resolution, self.state.root_cause) = (Some(resolution), cause);
        self.change(self.agent, "ticket_resolved", Some("resolved"), changes)
    }

    fn rate(&mut self) {
        let score = self.dice.pick(&[5, 5, 5, 4, 4, 3, 2, 1]);
        let thanks = Some(self.talk.story.thanks.clone()).filter(|thanks| score > 3 && !thanks.is_empty());
        let changes = json!([{ "field": "score", "old": null, "new": score }]);
        self.event(self.at, Some(self.requester), Fact { changes, ..Fact::of("ticket_rated") });
        let comment = thanks.as_deref();
        self.rows.push(Table::Rating, &[Id(self.id), Number(score), MaybeText(comment), At(self.at)]);
    }

    /// Staff take so many minutes, and only while they work.
    fn work(&mut self, least: i64, most: i64) -> Result<(), End> {
        self.at = at_work(self.at + self.minutes(least, most), self.world.zone);
        self.arrive()
    }

    /// Customers answer at any time.
    fn wait(&mut self, least: i64, most: i64) -> Result<(), End> {
        let taken = self.minutes(least, most);
        self.at += taken;
        self.arrive()
    }

    fn minutes(&mut self, least: i64, most: i64) -> TimeDelta {
        TimeDelta::seconds(self.dice.between(least * 60, most * 60))
    }

    fn arrive(&self) -> Result<(), End> {
        if self.at < self.world.now { Ok(()) } else { Err(End::NotYet) }
    }
}
