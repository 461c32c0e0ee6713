use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use serde_json::{Value, json};

use crate::{claim::Claimed, hours::Unwritten};

/// What this worker did. Shown in its row, for people, and counted in the metrics.
#[derive(Default)]
pub(crate) struct Tally {
    completed: AtomicU64,
    failed: AtomicU64,
    late_finish: AtomicU64,
    late_failure: AtomicU64,
    late_beat: AtomicU64,
    pub hour: Unwritten,
}

/// What a worker that had lost its lease tried to write.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Late {
    Finish,
    Failure,
    Beat,
}

impl Tally {
    pub fn completed(&self, jobs: &[Claimed]) {
        let number = jobs.len() as u64;
        self.completed.fetch_add(number, Relaxed);
        metrics::counter!("atum_jobs_completed_total").increment(number);
        for job in jobs {
            self.hour.completed(job.organization_id, &job.kind);
        }
    }

    pub fn failed(&self, job: &Claimed) {
        self.failed.fetch_add(1, Relaxed);
        self.hour.failed(job.organization_id, &job.kind);
        metrics::counter!("atum_jobs_failed_total").increment(1);
    }

    pub fn late(&self, what: Late) {
        let (count, name) = match what {
            Late::Finish => (&self.late_finish, "finish"),
            Late::Failure => (&self.late_failure, "failure"),
            Late::Beat => (&self.late_beat, "heartbeat"),
        };
        count.fetch_add(1, Relaxed);
        metrics::counter!("atum_jobs_stale_total", "late" => name).increment(1);
    }

    pub fn as_json(&self) -> Value {
        json!({
            "completed": self.completed.load(Relaxed),
            "failed": self.failed.load(Relaxed),
            "late_finish": self.late_finish.load(Relaxed),
            "late_failure": self.late_failure.load(Relaxed),
            "late_heartbeat": self.late_beat.load(Relaxed),
        })
    }
}
