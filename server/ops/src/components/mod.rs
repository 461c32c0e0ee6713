//! What the installation consists of, and how each part of it is. The facts are asked once ([`Observed`]) and told three
//! times: judged for people here, as numbers in the metrics, and by `atum doctor`.
//!
//! `fail` means that somebody must mend something now; `warn` that something is not as it should be and the
//! installation goes on. What one organization can bring about alone, such as a mailbox with a wrong password, is never
//! more than a warning.

mod backups;
mod certificates;
mod clock;
mod database;
mod disk;
mod isolation;
mod mail;
mod migrations;
mod queues;
mod workers;

use std::path::PathBuf;

use atum_core::{App, Result};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

pub use migrations::MIGRATIONS;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum HealthStatus {
    Pass,
    /// It goes on, and somebody should look.
    Warn,
    /// Somebody must mend it now.
    Fail,
}

/// One part of the installation.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = HealthComponent)]
pub struct Component {
    /// `database`, or with what it is one of: `worker:jobs`, `queue:mail`.
    pub name: String,
    pub status: HealthStatus,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub observed_unit: Option<&'static str>,
    /// When it was last known to be well: a sign of life, a proof, a backup.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
    /// What is the matter and what to do about it. Not given where nothing is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output: Option<String>,
}

/// One row of docs/health.md.
pub struct Described {
    pub name: &'static str,
    pub what: &'static str,
    pub warns: &'static str,
    pub fails: &'static str,
}

const fn described(name: &'static str, what: &'static str, warns: &'static str, fails: &'static str) -> Described {
    Described { name, what, warns, fails }
}

/// Every component that there can be.
pub const DESCRIBED: &[Described] = &[
    described(
        "database",
        "One transaction with one question",
        "slower than 500 ms, or all connections of a plane in use",
        "no answer",
    ),
    described("disk", "Free where files are stored", "less than 1 GiB", "less than 128 MiB"),
    described(
        "certificate",
        "The watched certificate that ends first",
        "21 days before its end",
        "3 days before its end, or it cannot be read",
    ),
    described("clock", "The process's clock against the database's", "5 s apart", "30 s apart"),
    described("migrations", "The schema against this version's", "newer than the process", "steps were not run"),
    described(
        "isolation",
        "The newest proof that organizations are kept apart",
        "older than two hours, or none",
        "it found something",
    ),
    described(
        "worker:…",
        "The freshest sign of life of each kind of worker",
        "nobody does the work, one of several fell silent, or its last round failed",
        "silent for 150 s and none took its place",
    ),
    described(
        "queue:…",
        "How long the oldest due job has waited: of `mail`, in and out, and all other `jobs`",
        "5 minutes",
        "30 minutes",
    ),
    described("dead_letters", "Jobs whose attempts are spent", "there are some", ""),
    described(
        "mail:channel",
        "Mailboxes of all organizations",
        "one stopped, cannot be reached, or is silent for longer than usual",
        "",
    ),
    described("mail:outgoing", "How long the oldest due mail has waited", "5 minutes", "1 hour"),
    described("backup", "The last whole backup", "none was ever made", "older than 26 hours, or the last one failed"),
    described(
        "restore",
        "The last restore that proved a backup",
        "none was ever made",
        "older than 8 days, or the last one failed",
    ),
    described("archive", "The archive of the database's changes; shown only while it is broken", "", "it is broken"),
];

impl Component {
    fn pass(name: impl Into<String>) -> Self {
        let name = name.into();
        Self { name, status: HealthStatus::Pass, observed_value: None, observed_unit: None, since: None, output: None }
    }

    fn warn(name: impl Into<String>, output: impl Into<String>) -> Self {
        Self { status: HealthStatus::Warn, output: Some(output.into()), ..Self::pass(name) }
    }

    fn fail(name: impl Into<String>, output: impl Into<String>) -> Self {
        Self { status: HealthStatus::Fail, output: Some(output.into()), ..Self::pass(name) }
    }

    fn observed(self, value: f64, unit: &'static str) -> Self {
        // A thousandth of anything is fine enough for whoever reads it.
        Self { observed_value: Some((value * 1e3).round() / 1e3), observed_unit: Some(unit), ..self }
    }

    fn since(self, since: Option<DateTime<Utc>>) -> Self {
        Self { since, ..self }
    }
}

/// How every part of the installation is.
pub async fn components(app: &App) -> Vec<Component> {
    Observed::look(app).await.judged()
}

/// The worst of them.
pub(crate) fn worst(components: &[Component]) -> HealthStatus {
    components.iter().map(|component| component.status).max().unwrap_or(HealthStatus::Pass)
}

/// The facts, unjudged.
pub(crate) struct Observed {
    pub database: database::Database,
    pub free_disk: Option<u64>,
    data_dir: PathBuf,
    pub certificates: Vec<certificates::Certificate>,
    /// `None`: the database does not answer.
    pub kept: Option<Kept>,
}

/// What the database tells. Each by itself: one question that cannot be answered, as on a schema of another version, hides
/// no other answer.
pub(crate) struct Kept {
    pub clock: Result<clock::Clocks>,
    pub migrations: Result<migrations::Schema>,
    pub isolation: Result<Option<isolation::Proof>>,
    pub workers: Result<Vec<workers::Worker>>,
    pub queues: Result<queues::Queues>,
    pub mail: Result<mail::Mail>,
    pub backups: Result<backups::Backups>,
}

impl Observed {
    pub async fn look(app: &App) -> Self {
        let data_dir = app.config.data_dir.clone();
        let (database, free_disk, certificates) = tokio::join!(
            database::Database::look(app),
            disk::free(data_dir.clone()),
            certificates::look(app.config.watched_certificates.clone()),
        );
        let kept = match database.latency_ms {
            Some(_) => Some(Kept::look(app).await),
            None => None,
        };
        Self { database, free_disk, data_dir, certificates, kept }
    }

    pub fn judged(&self) -> Vec<Component> {
        let mut all = vec![self.database.judged(), disk::judged(&self.data_dir, self.free_disk)];
        all.extend(certificates::judged(&self.certificates));
        let Some(kept) = &self.kept else { return all };
        all.extend(each("clock", &kept.clock, |clocks| vec![clocks.judged()]));
        all.extend(each("migrations", &kept.migrations, |schema| vec![schema.judged()]));
        all.extend(each("isolation", &kept.isolation, |proof| vec![isolation::judged(proof.as_ref())]));
        all.extend(each("worker", &kept.workers, |workers| workers::judged(workers)));
        all.extend(each("queue", &kept.queues, queues::Queues::judged));
        all.extend(each("mail", &kept.mail, mail::Mail::judged));
        all.extend(each("backup", &kept.backups, backups::Backups::judged));
        all
    }
}

impl Kept {
    /// One after the other, on one connection: health must not take the connections that people wait for.
    async fn look(app: &App) -> Self {
        Self {
            clock: clock::Clocks::look(app).await,
            migrations: migrations::Schema::look(app).await,
            isolation: isolation::look(app).await,
            workers: workers::look(app).await,
            queues: queues::Queues::look(app).await,
            mail: mail::Mail::look(app).await,
            backups: backups::Backups::look(app).await,
        }
    }
}

fn each<T>(name: &str, fact: &Result<T>, judged: impl Fn(&T) -> Vec<Component>) -> Vec<Component> {
    match fact {
        Ok(fact) => judged(fact),
        Err(problem) => {
            tracing::warn!(component = name, "cannot be told: {problem}");
            vec![Component::fail(name, "the database could not tell; see the log, and whether `atum migrate` ran")]
        }
    }
}

/// `4 min`, `3 h`, `2 days`: as people say it.
fn spoken(seconds: f64) -> String {
    match seconds {
        under if under < 120.0 => format!("{under:.0} s"),
        under if under < 7200.0 => format!("{:.0} min", under / 60.0),
        under if under < 172_800.0 => format!("{:.0} h", under / 3600.0),
        days => format!("{:.0} days", days / 86_400.0),
    }
}
