use std::{path::PathBuf, sync::Arc};

use chrono::{DateTime, Duration, Utc};

/// The injected clock. Rules never ask the machine for the time.
#[derive(Clone)]
pub struct Clock(Arc<Source>);

enum Source {
    Machine,
    /// The machine's clock moved by the seconds written in a file, read at every look: how a test of the built binary
    /// makes it Friday afternoon.
    Moved(PathBuf),
    Fixed(std::sync::Mutex<DateTime<Utc>>),
}

impl Clock {
    pub fn machine() -> Self {
        Self(Arc::new(Source::Machine))
    }

    /// The machine's clock, or in a debug build one moved by the file that `ATUM_CLOCK_FILE` names. A release build
    /// knows no such thing.
    pub fn from_environment() -> Self {
        match std::env::var_os("ATUM_CLOCK_FILE") {
            Some(path) if cfg!(debug_assertions) => Self(Arc::new(Source::Moved(path.into()))),
            _ => Self::machine(),
        }
    }

    pub fn fixed(at: DateTime<Utc>) -> Self {
        Self(Arc::new(Source::Fixed(at.into())))
    }

    /// Sets a fixed clock; any other keeps its own time.
    pub fn set(&self, to: DateTime<Utc>) {
        if let Source::Fixed(at) = &*self.0 {
            *at.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = to;
        }
    }

    /// To the microsecond, which is what PostgreSQL keeps: a time read back equals the one written.
    pub fn now(&self) -> DateTime<Utc> {
        let now = match &*self.0 {
            Source::Machine => machine_now(),
            Source::Moved(path) => machine_now() + moved_by(path),
            Source::Fixed(at) => *at.lock().unwrap_or_else(|poisoned| poisoned.into_inner()),
        };
        DateTime::from_timestamp_micros(now.timestamp_micros()).unwrap_or(now)
    }
}

#[expect(clippy::disallowed_methods, reason = "the one place that asks the machine")]
fn machine_now() -> DateTime<Utc> {
    Utc::now()
}

fn moved_by(path: &std::path::Path) -> Duration {
    let seconds = std::fs::read_to_string(path).ok().and_then(|text| text.trim().parse().ok());
    Duration::seconds(seconds.unwrap_or(0))
}
