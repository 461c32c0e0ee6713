//! What a step leaves behind: messages, events, clocks, and in the end the ticket's row.

use atum_audit::Visibility;
use atum_core::ids::TicketId;
use atum_sla::Signal;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    cast::Member,
    life::{End, Life},
    rows::{
        Field::{At, Id, MaybeAt, MaybeId, MaybeText, Number, Text},
        Table,
    },
};

/// Whoever was told something longer ago has read it.
const UNREAD_FOR: TimeDelta = TimeDelta::hours(6);
/// Older notifications are not made: nobody pages back to them.
const TOLD_FOR: TimeDelta = TimeDelta::days(3);

/// An event, as far as the ticket does not say it.
pub struct Fact {
    pub kind: &'static str,
    pub visibility: Visibility,
    pub message_id: Option<Uuid>,
    pub subject_id: Option<Uuid>,
    pub changes: Value,
    pub detail: Value,
}

impl Fact {
    pub fn of(kind: &'static str) -> Self {
        let (changes, detail) = (json!([]), json!({}));
        Self { kind, visibility: Visibility::Public, message_id: None, subject_id: None, changes, detail }
    }
}

fn word(visibility: Visibility) -> &'static str {
    match visibility {
        Visibility::Public => "public",
        Visibility::Internal => "internal",
    }
}

impl Life<'_> {
    /// A save of the ticket: one version more, the event with what changed, and what the clocks make of it.
    pub fn change(
        &mut self,
        who: &Member,
        kind: &'static str,
        status: Option<&'static str>,
        others: Vec<(&'static str, Value)>,
    ) -> Result<(), End> {
        self.state.version += 1;
        let mut changes = vec![];
        if let Some(status) = status {
            changes.push(json!({ "field": "status", "old": self.state.status, "new": status }));
            self.state.field_versions.insert("status".to_owned(), self.state.version.into());
            self.state.status = status;
        }
        for (field, new) in others {
            changes.push(json!({ "field": field, "old": null, "new": new }));
            self.state.field_versions.insert(field.to_owned(), self.state.version.into());
        }
        self.state.updated_at = self.at;
        let event_id = self.event(self.at, Some(who), Fact { changes: changes.into(), ..Fact::of(kind) });
        let signal = match kind {
            "ticket_accepted" => {
                self.state.accepted_at = Some(self.at);
                Signal::Accepted { priority: self.priority }
            }
            "ticket_waiting" => Signal::WaitingStarted,
            "ticket_started" if who.role.is_staff() => return Ok(()),
            "ticket_started" => Signal::WaitingEnded,
            "ticket_resolved" => {
                self.state.resolved_at = Some(self.at);
                Signal::Resolved
            }
            "ticket_reopened" => {
                self.state.resolved_at = None;
                Signal::Reopened
            }
            "ticket_closed" => {
                self.state.closed_at = Some(self.at);
                Signal::Closed
            }
            "ticket_cancelled" => Signal::Cancelled,
            _ => {
                self.tell(self.agent, event_id, "ticket_assigned", who);
                return Ok(());
            }
        };
        self.signal(signal)
    }

    pub fn signal(&mut self, signal: Signal) -> Result<(), End> {
        let (ids, dice, at) = (&mut self.ids, &mut self.dice, self.at);
        self.clocks.signal(signal, at, || ids.at(at, dice)).map_err(End::Failed)
    }

    pub fn message(&mut self, who: &Member, visibility: Visibility, channel: &str, body: &str) -> Uuid {
        let id = self.ids.at(self.at, &mut self.dice);
        let shown = word(visibility);
        let fields = [Id(id), Id(self.id), Id(who.id), Text(shown), Text(channel), Text(body), At(self.at)];
        self.rows.push(Table::Message, &fields);
        self.document(visibility, body);
        let preview: String = body.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(160).collect();
        if visibility == Visibility::Public {
            self.state.public_preview.clone_from(&preview);
            self.state.last_public_message_at = Some(self.at);
        }
        self.state.preview = preview;
        self.state.updated_at = self.at;
        match who.role.is_staff() {
            true => self.state.agent_saw = Some(self.at),
            false => self.state.requester_saw = self.at,
        }
        id
    }

    pub fn document(&mut self, visibility: Visibility, words: &str) {
        let id = self.ids.at(self.at, &mut self.dice);
        self.rows.push(Table::SearchDocument, &[Id(id), Id(self.id), Text(word(visibility)), Text(words)]);
    }

    pub fn event(&mut self, at: DateTime<Utc>, who: Option<&Member>, fact: Fact) -> Uuid {
        let id = self.ids.at(at, &mut self.dice);
        let ip = who.map(|_| format!("192.0.2.{}", self.dice.between(1, 254)));
        let (changes, detail) = (fact.changes.to_string(), fact.detail.to_string());
        let fields = [
            Id(id),
            At(at),
            Text(fact.kind),
            Text(word(fact.visibility)),
            MaybeId(who.map(|who| who.id)),
            MaybeText(ip.as_deref()),
            Id(self.id),
            MaybeId(fact.message_id),
            MaybeId(fact.subject_id),
            Text(&changes),
            Text(&detail),
        ];
        self.rows.push(Table::Event, &fields);
        id
    }

    pub fn tell(&mut self, whom: &Member, event_id: Uuid, kind: &str, by: &Member) {
        let age = self.world.now - self.at;
        if age > TOLD_FOR {
            return;
        }
        let id = self.ids.at(self.at, &mut self.dice);
        let read_at = (age > UNREAD_FOR).then(|| self.at + TimeDelta::minutes(20));
        let fields =
            [Id(id), Id(whom.id), Id(event_id), Text(kind), Id(self.id), Id(by.id), At(self.at), MaybeAt(read_at)];
        self.rows.push(Table::Notification, &fields);
    }

    /// The ticket and what is known of it at the end.
    pub fn write(mut self) -> anyhow::Result<()> {
        let (lines, alarms) =
            std::mem::replace(&mut self.clocks, self.world.rehearsal.begin(TicketId(self.id), self.priority))
                .end(self.world.now);
        for alarm in alarms {
            let fact = Fact {
                visibility: Visibility::Internal,
                subject_id: Some(alarm.clock_id.0),
                detail: json!({ "metric": alarm.metric, "due_at": alarm.due_at }),
                ..Fact::of(alarm.kind)
            };
            self.event(alarm.at, None, fact);
        }
        self.rows.push_lines(Table::SlaClock, &lines.clocks);
        self.rows.push_lines(Table::SlaSegment, &lines.segments);
        self.rows.push_lines(Table::SlaDeadline, &lines.deadline);
        self.rows.push(Table::TicketSeen, &[Id(self.id), Id(self.requester.id), At(self.state.requester_saw)]);
        if let Some(saw) = self.state.agent_saw {
            self.rows.push(Table::TicketSeen, &[Id(self.id), Id(self.agent.id), At(saw)]);
        }
        let (state, field_versions) = (&self.state, Value::Object(self.state.field_versions.clone()).to_string());
        let fields = [
            Id(self.id),
            Number(self.number),
            Text(&state.subject),
            Text(&state.preview),
            Text(&state.public_preview),
            Text(state.status),
            Text(self.priority.as_str()),
            Id(self.requester.id),
            MaybeId(self.requester.company_id),
            MaybeId(state.assignee_id),
            MaybeText(state.resolution.as_deref()),
            MaybeText(state.root_cause.as_deref()),
            MaybeText(state.cancel_reason.as_deref()),
            Number(state.version),
            Text(&field_versions),
            At(state.filed_at),
            At(state.updated_at),
            MaybeAt(state.accepted_at),
            MaybeAt(state.resolved_at),
            MaybeAt(state.closed_at),
            MaybeAt(state.last_public_message_at),
        ];
        self.rows.push(Table::Ticket, &fields);
        Ok(())
    }
}
