//! Changes tell people by id, and ids say nothing to people.

use std::collections::HashMap;

use atum_audit::Change;
use atum_core::ids::PersonId;
use serde_json::Value;

use crate::PersonSummary;

const ASSIGNEE: &str = "assignee_id";

/// Whom these changes mention.
pub fn people_in(changes: &[Change]) -> impl Iterator<Item = PersonId> {
    let changes = changes.iter().filter(|change| change.field == ASSIGNEE);
    changes.flat_map(|change| [person_in(&change.old), person_in(&change.new)]).flatten()
}

/// An assignee's change told by names; every other as it is.
pub fn named(change: Change, people: &HashMap<PersonId, PersonSummary>) -> Change {
    if change.field != ASSIGNEE {
        return change;
    }
    let person = |value: &Value| person_in(value).and_then(|id| people.get(&id));
    let name = |value: &Value| person(value).map_or(Value::Null, |person| person.name.clone().into());
    Change { field: "assignee".into(), old: name(&change.old), new: name(&change.new) }
}

fn person_in(value: &Value) -> Option<PersonId> {
    value.as_str().and_then(|text| text.parse().ok())
}
