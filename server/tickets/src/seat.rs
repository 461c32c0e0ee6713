//! How many live streams one person has open in this process. Each takes a connection and asks the database whenever
//! something is committed; without a limit one account could take all there are.

use std::{
    collections::HashMap,
    sync::{LazyLock, Mutex, MutexGuard, PoisonError},
};

use atum_core::{Problem, Result, ids::PersonId, problem::Kind};

/// One for each window that a person may have open, and some more.
const MOST: usize = 30;

/// Given back when it is dropped.
#[derive(Debug)]
pub(crate) struct Seat(PersonId);

impl Seat {
    pub fn take(person: PersonId) -> Result<Self> {
        let mut taken = taken();
        let seats = taken.entry(person).or_default();
        if *seats >= MOST {
            let words = format!("{MOST} live streams are open already; close one");
            return Err(Problem::new(Kind::TooManyRequests).detail(words).retry_after(15));
        }
        *seats += 1;
        Ok(Self(person))
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = taken();
        let left = taken.get(&self.0).copied().unwrap_or_default().saturating_sub(1);
        match left {
            0 => drop(taken.remove(&self.0)),
            left => drop(taken.insert(self.0, left)),
        }
    }
}

fn taken() -> MutexGuard<'static, HashMap<PersonId, usize>> {
    static TAKEN: LazyLock<Mutex<HashMap<PersonId, usize>>> = LazyLock::new(Mutex::default);
    TAKEN.lock().unwrap_or_else(PoisonError::into_inner)
}
