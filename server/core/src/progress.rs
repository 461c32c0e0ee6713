//! Loops that never end say by when they will have come round again. Who watches the process sees by it that one of them
//! hangs, which an idle thread or an open port would not tell.

use std::{
    collections::BTreeMap,
    pin::pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

/// How late a loop may be before it is taken to hang, beyond what it waits for.
const SLACK: Duration = Duration::from_secs(10);
/// How often a loop comes round that waits for others' work.
const ROUND: Duration = Duration::from_secs(1);

/// The promises of one process, by the names of its loops.
#[derive(Clone, Default)]
pub struct Progress(Arc<Mutex<BTreeMap<&'static str, Instant>>>);

/// A loop that should have come round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overdue {
    pub name: &'static str,
    pub late: Duration,
}

impl Progress {
    /// The loop will come round within this time, give or take ten seconds. A loop that promised once is watched until
    /// the process ends.
    pub fn expect(&self, name: &'static str, within: Duration) {
        self.promises().insert(name, Instant::now() + within + SLACK);
    }

    /// A step of a long round was taken; the next one will be within this time. Where no loop of this name runs in the
    /// process, somebody else takes the step and nothing is promised.
    pub fn step(&self, name: &'static str, within: Duration) {
        if let Some(due) = self.promises().get_mut(name) {
            *due = Instant::now() + within + SLACK;
        }
    }

    /// Waits for what may take any time without anything being amiss, coming round meanwhile.
    pub async fn wait<F: Future>(&self, name: &'static str, what: F) -> F::Output {
        let mut what = pin!(what);
        loop {
            self.expect(name, ROUND);
            tokio::select! { done = &mut what => return done, () = tokio::time::sleep(ROUND) => {} }
        }
    }

    /// The loops that hang.
    pub fn overdue(&self) -> Vec<Overdue> {
        let now = Instant::now();
        let late = |(&name, &due): (&&'static str, &Instant)| match now.checked_duration_since(due) {
            Some(late) if !late.is_zero() => Some(Overdue { name, late }),
            _ => None,
        };
        self.promises().iter().filter_map(late).collect()
    }

    fn promises(&self) -> MutexGuard<'_, BTreeMap<&'static str, Instant>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(progress: &Progress) -> Vec<&'static str> {
        progress.overdue().into_iter().map(|overdue| overdue.name).collect()
    }

    /// As if the promise had been made so long ago.
    fn age(progress: &Progress, name: &'static str, by: Duration) {
        let mut promises = progress.promises();
        let due = promises.get_mut(name).expect("a promise");
        *due = due.checked_sub(by).expect("a time");
    }

    #[test]
    fn a_loop_that_does_not_come_round_is_overdue_until_it_does() {
        let progress = Progress::default();
        progress.expect("claim", Duration::from_secs(2));
        progress.expect("accept", Duration::from_secs(60));
        age(&progress, "claim", Duration::from_secs(11));
        assert_eq!(names(&progress), [""; 0], "it may be late by ten seconds");
        age(&progress, "claim", Duration::from_secs(2));
        assert_eq!(names(&progress), ["claim"]);
        progress.step("claim", Duration::from_secs(2));
        assert_eq!(names(&progress), [""; 0]);
    }

    #[test]
    fn a_step_of_a_loop_that_runs_elsewhere_promises_nothing() {
        let progress = Progress::default();
        progress.step("audit", Duration::ZERO);
        assert!(progress.promises().is_empty());
    }

    #[tokio::test]
    async fn who_waits_comes_round() {
        let progress = Progress::default();
        progress.expect("accept", Duration::ZERO);
        age(&progress, "accept", Duration::from_secs(60));
        assert_eq!(names(&progress), ["accept"]);
        let looked = async { names(&progress) };
        assert_eq!(progress.wait("accept", looked).await, [""; 0]);
    }
}
