use std::borrow::Cow;

use atum_core::ids::{MessageId, TicketId};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;
use uuid::Uuid;

/// Who may see a message or an event: everybody who sees the ticket, or staff alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Visibility {
    Public,
    Internal,
}

/// One field's old and new value.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Change {
    pub field: String,
    pub old: Value,
    pub new: Value,
}

/// A fact to be recorded. Who, when and from where come from the transaction.
#[derive(Debug)]
pub struct Event {
    pub(crate) kind: Cow<'static, str>,
    pub(crate) visibility: Visibility,
    pub(crate) ticket_id: Option<TicketId>,
    pub(crate) message_id: Option<MessageId>,
    pub(crate) subject_id: Option<Uuid>,
    pub(crate) changes: Vec<Change>,
    pub(crate) detail: Value,
}

impl Event {
    /// A fact that only staff may see. Kinds are past tense: `ticket_accepted`.
    pub fn internal(kind: impl Into<Cow<'static, str>>) -> Self {
        Self {
            kind: kind.into(),
            visibility: Visibility::Internal,
            ticket_id: None,
            message_id: None,
            subject_id: None,
            changes: vec![],
            detail: json!({}),
        }
    }

    /// A fact that the customer of the ticket may see too.
    pub fn public(kind: impl Into<Cow<'static, str>>) -> Self {
        Self { visibility: Visibility::Public, ..Self::internal(kind) }
    }

    pub fn ticket(mut self, id: TicketId) -> Self {
        self.ticket_id = Some(id);
        self
    }

    pub fn message(mut self, id: MessageId) -> Self {
        self.message_id = Some(id);
        self
    }

    /// What it happened to, where that is no ticket: a person, a policy, a file.
    pub fn subject(mut self, id: Uuid) -> Self {
        self.subject_id = Some(id);
        self
    }

    /// Tells a field's change; one that changed nothing is left out.
    pub fn change(mut self, field: &str, old: impl Serialize, new: impl Serialize) -> Self {
        let change = Change { field: field.to_owned(), old: json!(old), new: json!(new) };
        if change.old != change.new {
            self.changes.push(change);
        }
        self
    }

    /// Facts that belong to this kind alone.
    pub fn detail(mut self, detail: Value) -> Self {
        self.detail = detail;
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_of_nothing_is_no_change() {
        let event = Event::internal("ticket_updated").change("priority", "high", "high").change("subject", "a", "b");
        assert_eq!(event.changes, [Change { field: "subject".into(), old: json!("a"), new: json!("b") }]);
    }
}
