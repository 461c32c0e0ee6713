use atum_jobs::Hour;
use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::Queue;

/// Attempts that ended in one hour.
#[derive(Debug, PartialEq, Serialize, ToSchema)]
pub(crate) struct MonitoredHour {
    /// When it began.
    at: DateTime<Utc>,
    jobs: Ended,
    mail: Ended,
}

#[derive(Debug, Default, PartialEq, Serialize, ToSchema)]
#[schema(as = EndedAttempts)]
pub(crate) struct Ended {
    completed: i64,
    failed: i64,
}

/// Every hour of the day, also those in which nothing ended.
pub(super) fn of(now: DateTime<Utc>, ended: &[Hour]) -> Vec<MonitoredHour> {
    let present = now.duration_trunc(TimeDelta::hours(1)).unwrap_or(now);
    let hours = (0..=24).rev().map(|ago| present - TimeDelta::hours(ago));
    hours.map(|at| MonitoredHour { at, jobs: sum(Queue::Jobs, at, ended), mail: sum(Queue::Mail, at, ended) }).collect()
}

fn sum(queue: Queue, at: DateTime<Utc>, ended: &[Hour]) -> Ended {
    let of_it = ended.iter().filter(|hour| hour.hour == at && Queue::of(&hour.kind) == queue);
    of_it.fold(Ended::default(), |sum, hour| Ended {
        completed: sum.completed + hour.completed,
        failed: sum.failed + hour.failed,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_has_every_hour_and_each_queue_its_own() {
        let now: DateTime<Utc> = "2026-11-20T10:59:59Z".parse().unwrap();
        let hour = |at: &str, kind: &str, completed, failed| Hour {
            hour: at.parse().unwrap(),
            kind: kind.into(),
            completed,
            failed,
            last_failed_at: None,
        };
        let hours = of(
            now,
            &[
                hour("2026-11-19T10:00:00Z", "notify_people", 7, 0),
                hour("2026-11-20T10:00:00Z", "notify_people", 2, 1),
                hour("2026-11-20T10:00:00Z", "remove_blob", 3, 0),
                hour("2026-11-20T10:00:00Z", "send_reply", 0, 4),
            ],
        );
        assert_eq!((hours.len(), hours[0].at.to_rfc3339()), (25, "2026-11-19T10:00:00+00:00".into()));
        assert_eq!(hours[0].jobs, Ended { completed: 7, failed: 0 });
        assert_eq!((&hours[1].jobs, &hours[1].mail), (&Ended::default(), &Ended::default()));
        assert_eq!(hours[24].jobs, Ended { completed: 5, failed: 1 });
        assert_eq!(hours[24].mail, Ended { completed: 0, failed: 4 });
    }
}
