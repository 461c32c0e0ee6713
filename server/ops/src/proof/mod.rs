//! The proof of isolation: what the catalogue says ([`catalogue`]) and what the runtime role can really do
//! ([`canary`]). Run before the process serves, and again whenever somebody asks for it.

mod canary;
mod catalogue;

use std::{collections::HashSet, fmt, time::Instant};

use atum_core::App;
use chrono::{DateTime, Utc};
use serde::Serialize;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    Pass,
    Fail,
}

#[derive(Debug, Clone, Serialize)]
pub struct Report {
    pub status: Status,
    /// Tables of schema desk.
    pub tables_total: usize,
    /// Those of them on which every check passed.
    pub tables_verified: usize,
    pub violations: Vec<Violation>,
    pub duration_ms: u64,
    pub checked_at: DateTime<Utc>,
}

/// One thing that is not as it must be. The object is named so that whoever has to repair it finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Violation {
    pub object: String,
    pub rule: String,
    pub detail: String,
}

impl Violation {
    fn new(object: &str, rule: &str, detail: impl Into<String>) -> Self {
        Self { object: object.to_owned(), rule: rule.to_owned(), detail: detail.into() }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {} ({})", self.object, self.detail, self.rule)
    }
}

/// Looks at everything and changes nothing. An error means that the proof could not be made, which is no proof either.
pub async fn prove(app: &App) -> anyhow::Result<Report> {
    let started = Instant::now();
    let mut violations = catalogue::violations(app).await?;
    let tables = canary::tables(app).await?;
    violations.extend(canary::violations(app, &tables).await?);
    let objects: HashSet<_> = violations.iter().map(|violation| violation.object.as_str()).collect();
    Ok(Report {
        status: if violations.is_empty() { Status::Pass } else { Status::Fail },
        tables_total: tables.len(),
        tables_verified: tables.iter().filter(|table| !objects.contains(table.name.as_str())).count(),
        violations,
        duration_ms: u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX),
        checked_at: app.clock.now(),
    })
}
