//! The proof of isolation in three layers: what the catalogue says ([`catalogue`]), what the runtime role can really do
//! ([`canary`]), and whether all of it is what was shipped ([`drift`]). Made before the process serves, every hour by
//! whichever process leads, and whenever somebody asks for it.

mod canary;
mod catalogue;
mod drift;

use std::{collections::HashSet, fmt, time::Instant};

use atum_core::App;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ProofStatus)]
pub enum Status {
    Pass,
    Fail,
}

/// In the manner of the Internet draft "Health Check Response Format for HTTP APIs".
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = IsolationReport)]
pub struct Report {
    pub status: Status,
    pub checks: Checks,
    /// Tables of schema desk.
    pub tables_total: usize,
    /// Those of them on which every check passed.
    pub tables_verified: usize,
    pub violations: Vec<Violation>,
    pub duration_ms: u64,
    pub checked_at: DateTime<Utc>,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = IsolationChecks)]
pub struct Checks {
    #[serde(rename = "rls:catalog")]
    pub catalogue: [Check; 1],
    #[serde(rename = "rls:canary")]
    pub canary: [Check; 1],
    #[serde(rename = "rls:drift")]
    pub drift: [Check; 1],
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = IsolationCheck)]
pub struct Check {
    pub status: Status,
    /// How many violations.
    pub observed_value: usize,
    pub observed_unit: String,
    pub duration_ms: u64,
    pub time: DateTime<Utc>,
    /// Of the facts found; beside it that of the facts shipped. Both only of `rls:drift`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hash: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shipped_hash: Option<String>,
}

/// One thing that is not as it must be. The object is named so that whoever has to repair it finds it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(as = IsolationViolation)]
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

impl Status {
    fn of(violations: &[Violation]) -> Self {
        if violations.is_empty() { Self::Pass } else { Self::Fail }
    }
}

impl Check {
    fn of(app: &App, violations: &[Violation], started: Instant) -> Self {
        Self {
            status: Status::of(violations),
            observed_value: violations.len(),
            observed_unit: "violations".to_owned(),
            duration_ms: milliseconds(started),
            time: app.clock.now(),
            hash: None,
            shipped_hash: None,
        }
    }
}

/// Looks at everything and changes nothing. An error means that the proof could not be made, which is no proof either.
pub async fn prove(app: &App) -> anyhow::Result<Report> {
    let started = Instant::now();
    let (catalogue, mut violations) = look_at_catalogue(app).await?;
    let (canary, tables, tried) = send_canary(app).await?;
    let (drift, drifted) = look_for_drift(app).await?;
    violations.extend(tried.into_iter().chain(drifted));
    let objects: HashSet<_> = violations.iter().map(|violation| violation.object.as_str()).collect();
    Ok(Report {
        status: Status::of(&violations),
        checks: Checks { catalogue: [catalogue], canary: [canary], drift: [drift] },
        tables_total: tables.len(),
        tables_verified: tables.iter().filter(|table| !objects.contains(table.name.as_str())).count(),
        violations,
        duration_ms: milliseconds(started),
        checked_at: app.clock.now(),
    })
}

async fn look_at_catalogue(app: &App) -> anyhow::Result<(Check, Vec<Violation>)> {
    let started = Instant::now();
    let violations = catalogue::violations(app).await?;
    Ok((Check::of(app, &violations, started), violations))
}

async fn send_canary(app: &App) -> anyhow::Result<(Check, Vec<canary::Table>, Vec<Violation>)> {
    let started = Instant::now();
    let tables = canary::tables(app).await?;
    let violations = canary::violations(app, &tables).await?;
    Ok((Check::of(app, &violations, started), tables, violations))
}

async fn look_for_drift(app: &App) -> anyhow::Result<(Check, Vec<Violation>)> {
    let started = Instant::now();
    let drift::Drift { hash, shipped_hash, violations } = drift::look(app).await?;
    let check = Check::of(app, &violations, started);
    Ok((Check { hash: Some(hash), shipped_hash: Some(shipped_hash), ..check }, violations))
}

fn milliseconds(started: Instant) -> u64 {
    u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX)
}
