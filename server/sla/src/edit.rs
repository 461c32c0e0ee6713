//! What policies and calendars share when they are edited: the version seen, and what a stale writer is told.

use atum_core::{Problem, Result, problem::Conflict};
use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

/// The version of what is edited, and who made it.
pub(crate) struct Edited {
    pub version: i64,
    pub at: DateTime<Utc>,
    /// None: the system.
    pub by: Option<String>,
}

/// One field as the writer would have it and as it is.
pub(crate) struct Field {
    name: &'static str,
    yours: serde_json::Value,
    theirs: serde_json::Value,
}

impl Field {
    pub fn new(name: &'static str, yours: impl Serialize, theirs: impl Serialize) -> Self {
        Self { name, yours: json!(yours), theirs: json!(theirs) }
    }
}

impl Edited {
    /// Whether there is anything to save. Refuses a writer who saw another version, naming both values of each field that
    /// differs; one who wants just what is there already disagrees with nobody.
    pub fn since(&self, seen: i64, fields: &[Field]) -> Result<bool> {
        let differing = fields.iter().filter(|field| field.yours != field.theirs);
        let conflict = |field: &Field| Conflict {
            field: field.name.to_owned(),
            yours: field.yours.clone(),
            theirs: field.theirs.clone(),
            changed_by: self.by.clone(),
            changed_at: Some(self.at),
        };
        let conflicts: Vec<_> = differing.map(conflict).collect();
        let changes = !conflicts.is_empty();
        if seen == self.version || !changes { Ok(changes) } else { Err(Problem::stale(conflicts)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edited() -> Edited {
        Edited { version: 4, at: "2026-11-20T15:00:00Z".parse().unwrap(), by: Some("Mona".into()) }
    }

    #[test]
    fn a_stale_writer_is_told_both_values_of_what_differs() {
        let fields = [Field::new("name", "Gold", "Silver"), Field::new("warn_percent", 75, 75)];
        let conflicts = edited().since(3, &fields).unwrap_err().conflicts;
        assert_eq!(conflicts.len(), 1);
        assert_eq!((&conflicts[0].yours, &conflicts[0].theirs), (&json!("Gold"), &json!("Silver")));
        assert_eq!(conflicts[0].changed_by.as_deref(), Some("Mona"));
    }

    #[test]
    fn who_saw_the_present_version_or_wants_nothing_else_is_not_stale() {
        assert!(edited().since(4, &[Field::new("name", "Gold", "Silver")]).unwrap());
        assert!(!edited().since(3, &[Field::new("name", "Gold", "Gold")]).unwrap());
    }
}
