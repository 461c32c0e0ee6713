//! What is done without anyone asking: every domain's jobs, rounds and schedules.

use std::{sync::Arc, time::Duration};

use atum_core::App;
use atum_jobs::{Registry, Schedule};
use serde_json::json;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// How long an event waits for its seal at most, where nothing holds it up.
const SEALING: Duration = Duration::from_secs(2);

/// A part of the work that can run in a process of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Part {
    /// Warnings and breaches of deadlines.
    Sla,
    /// Fetching of mail.
    Mail,
    /// The queue, and what comes round by itself.
    Jobs,
    /// The seal on what happened.
    Audit,
}

impl Part {
    pub const ALL: [Self; 4] = [Self::Sla, Self::Mail, Self::Jobs, Self::Audit];

    /// As it is chosen by `--only`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Sla => "sla",
            Self::Mail => "mail",
            Self::Jobs => "jobs",
            Self::Audit => "audit",
        }
    }
}

/// Who carries out which kind of job.
pub fn registry() -> Registry {
    let mut registry = Registry::default();
    atum_files::jobs(&mut registry);
    atum_sla::jobs(&mut registry);
    atum_tickets::jobs(&mut registry);
    atum_mail::jobs(&mut registry);
    atum_ops::jobs(&mut registry);
    registry
}

fn schedules() -> Vec<Schedule> {
    vec![atum_files::remove_unattached_files(), atum_ops::prove_isolation(), atum_ops::sweep()]
}

/// Starts these parts; they end when told to stop, with what they had begun.
pub fn start(app: &App, parts: &[Part], stop: &CancellationToken) -> TaskTracker {
    let tasks = TaskTracker::new();
    tasks.spawn(atum_ops::keep_logged_errors(app.clone(), stop.clone()));
    if parts.contains(&Part::Sla) {
        tasks.spawn(atum_sla::run_worker(app.clone(), stop.clone()));
    }
    if parts.contains(&Part::Mail) {
        tasks.spawn(atum_mail::run_worker(app.clone(), stop.clone()));
    }
    if parts.contains(&Part::Jobs) {
        tasks.spawn(atum_jobs::worker::run(app.clone(), Arc::new(registry()), stop.clone()));
        tasks.spawn(atum_jobs::every(
            app.clone(),
            "schedules",
            Duration::from_secs(60),
            stop.clone(),
            look_at_schedules,
        ));
    }
    if parts.contains(&Part::Audit) {
        tasks.spawn(atum_jobs::every(app.clone(), "audit", SEALING, stop.clone(), tell_and_seal));
    }
    tasks.close();
    tasks
}

/// What happened to accounts becomes the organizations' own events, and then all events are sealed.
async fn tell_and_seal(app: App) -> anyhow::Result<serde_json::Value> {
    let over = atum_identity::end_overdue_impersonations(&app).await;
    let told = atum_identity::tell_organizations(&app).await;
    let sealed = atum_audit::seal(&app).await?;
    Ok(json!({ "impersonations_ended": over?, "told": told?, "sealed": sealed }))
}

async fn look_at_schedules(app: App) -> anyhow::Result<serde_json::Value> {
    let started = atum_jobs::run_schedules(&app, &schedules()).await?;
    Ok(json!({ "started": started }))
}
