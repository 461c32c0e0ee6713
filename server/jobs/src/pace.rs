use std::time::Duration;

/// How often a worker looks and how long it waits. The usual pace is [`Pace::default`]; tests that must see a lease run
/// out take a quicker one, in the same proportions.
#[derive(Debug, Clone, Copy)]
pub struct Pace {
    /// The wait between two looks while nothing is heard.
    pub poll: Duration,
    /// A running job shows this often that its worker lives.
    pub beat: Duration,
    /// A job that was silent for longer is given to another worker.
    pub stale: Duration,
    /// Between two looks for silent workers and passed deadlines. A killed worker's job is free after at most
    /// `stale + rescue`.
    pub rescue: Duration,
    /// The worker's own row shows this often that it lives.
    pub sign: Duration,
    /// How long a stopping worker lets running jobs finish before it hands them back.
    pub drain: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            poll: Duration::from_secs(2),
            beat: Duration::from_secs(30),
            stale: Duration::from_secs(90),
            rescue: Duration::from_secs(20),
            sign: Duration::from_secs(10),
            drain: Duration::from_secs(20),
        }
    }
}
