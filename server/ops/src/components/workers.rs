use std::collections::BTreeMap;

use atum_core::{App, Result};
use chrono::{DateTime, Utc};

use super::{Component, spoken};

/// What must be done for a helpdesk to work, and the unit that does it on a packaged machine.
pub(crate) const NEEDED: [(&str, &str); 5] = [
    ("audit", "atum-job-worker"),
    ("jobs", "atum-job-worker"),
    ("outbox", "atum-mail-worker"),
    ("schedules", "atum-job-worker"),
    ("sla", "atum-sla-worker"),
];
/// Most workers beat every few seconds, some once a minute after a round that may take a while.
const SILENT_S: f64 = 150.0;

/// One that is there, or was there and did not leave in good order.
pub(crate) struct Worker {
    pub kind: String,
    host: String,
    pid: i32,
    pub version: String,
    pub beat_at: DateTime<Utc>,
    /// By the database's clock.
    age_s: f64,
    /// Another of its kind began on its host after it fell silent.
    replaced: bool,
    /// What its last round failed with.
    error: Option<String>,
}

impl Worker {
    pub fn is_alive(&self) -> bool {
        self.age_s < SILENT_S
    }

    pub fn is_dead(&self) -> bool {
        !self.is_alive() && !self.replaced
    }
}

pub(super) async fn look(app: &App) -> Result<Vec<Worker>> {
    let mut tx = app.db.jobs().await?;
    let workers = sqlx::query_as!(
        Worker,
        r#"select kind, host, pid, version, beat_at, extract(epoch from now() - beat_at)::float8 as "age_s!",
                  detail ->> 'error' as error,
                  exists (select from queue.worker other
                           where other.kind = w.kind and other.host = w.host and other.started_at > w.beat_at)
                  as "replaced!"
             from queue.worker w order by kind, beat_at desc, id"#
    );
    Ok(workers.fetch_all(&mut *tx).await?)
}

pub(super) fn judged(workers: &[Worker]) -> Vec<Component> {
    let mut kinds: BTreeMap<&str, Vec<&Worker>> = NEEDED.iter().map(|(kind, _)| (*kind, vec![])).collect();
    for worker in workers {
        kinds.entry(&worker.kind).or_default().push(worker);
    }
    kinds.into_iter().map(|(kind, workers)| of_kind(kind, &workers)).collect()
}

fn of_kind(kind: &str, workers: &[&Worker]) -> Component {
    let name = format!("worker:{kind}");
    let Some(freshest) = workers.first() else {
        return Component::warn(name, format!("nobody does this work: {}", start(kind)));
    };
    let dead = workers.iter().find(|worker| worker.is_dead());
    let failing = workers.iter().find(|worker| worker.is_alive() && worker.error.is_some());
    let judged = match (dead, failing) {
        (Some(dead), _) if freshest.is_alive() => {
            let rest = "the others do its work; it is forgotten after a day";
            Component::warn(name, format!("{}: {rest}", silent(dead)))
        }
        (Some(dead), _) => Component::fail(name, format!("{}: see its log, then {}", silent(dead), start(kind))),
        (None, Some(failing)) => {
            let error = failing.error.as_deref().unwrap_or_default();
            Component::warn(name, format!("its last round failed and is tried again: {error}"))
        }
        (None, None) => Component::pass(name),
    };
    judged.observed(freshest.age_s.max(0.0), "s").since(Some(freshest.beat_at))
}

fn silent(worker: &Worker) -> String {
    format!("process {} on {} gave no sign of life for {}", worker.pid, worker.host, spoken(worker.age_s))
}

fn start(kind: &str) -> String {
    match NEEDED.iter().find(|(needed, _)| *needed == kind) {
        Some((_, unit)) => format!("systemctl start {unit} (or atum serve, which works by itself)"),
        None => "start it again".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::HealthStatus::{Fail, Pass, Warn};

    fn worker(age_s: f64, replaced: bool) -> Worker {
        Worker {
            kind: "jobs".into(),
            host: "here".into(),
            pid: 1,
            version: "0".into(),
            beat_at: DateTime::UNIX_EPOCH,
            age_s,
            replaced,
            error: None,
        }
    }

    #[test]
    fn a_dead_worker_is_one_that_beats_no_more_and_has_no_successor() {
        let judged = |workers: &[Worker]| of_kind("jobs", &workers.iter().collect::<Vec<_>>()).status;
        assert_eq!(judged(&[]), Warn, "nobody is there");
        assert_eq!(judged(&[worker(SILENT_S - 1.0, false)]), Pass);
        assert_eq!(judged(&[worker(SILENT_S, false)]), Fail);
        assert_eq!(judged(&[worker(1.0, false), worker(SILENT_S, true)]), Pass, "it was started again");
        assert_eq!(judged(&[worker(1.0, false), worker(SILENT_S, false)]), Warn, "one of two machines is gone");
        assert_eq!(judged(&[Worker { error: Some("no room".into()), ..worker(1.0, false) }]), Warn);
    }
}
