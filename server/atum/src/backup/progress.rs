//! How far long work is: a line that is written over on a terminal, now and then a line where logs are collected.

use std::{
    io::{IsTerminal, Write},
    sync::Mutex,
    time::{Duration, Instant},
};

const LOGGED_EVERY: Duration = Duration::from_secs(30);

pub struct Progress {
    terminal: bool,
    last: Mutex<Option<Instant>>,
}

impl Progress {
    pub fn on_terminal() -> Self {
        Self { terminal: std::io::stderr().is_terminal(), last: Mutex::new(None) }
    }

    pub fn logged() -> Self {
        Self { terminal: false, last: Mutex::new(None) }
    }

    /// A step begins.
    pub fn step(&self, what: &str) {
        if self.terminal {
            eprintln!("▸ {what}");
        } else {
            tracing::info!("{what}");
        }
    }

    pub fn show(&self, what: &str, done: u64, of: u64) {
        if self.is_due(done == of) {
            self.tell(&format!("  {done} of {of} {what}"), done == of);
        }
    }

    /// Where nobody knows how much it will be.
    pub fn bytes(&self, what: &str, bytes: u64) {
        if self.is_due(false) {
            self.tell(&format!("  {} MiB of {what}", bytes >> 20), false);
        }
    }

    fn is_due(&self, last: bool) -> bool {
        let pause = if self.terminal { Duration::from_millis(200) } else { LOGGED_EVERY };
        let mut told = self.last.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
        let is_due = (last && self.terminal) || told.is_none_or(|at| at.elapsed() > pause);
        // The first look only begins the pause where a log would fill with short steps.
        let begins = told.is_none() && !self.terminal;
        if is_due {
            *told = Some(Instant::now());
        }
        is_due && !begins
    }

    fn tell(&self, line: &str, last: bool) {
        if self.terminal {
            eprint!("\r\x1b[2K{line}{}", if last { "\n" } else { "" });
            let _ = std::io::stderr().flush();
        } else {
            tracing::info!("{}", line.trim());
        }
    }
}
