use std::fmt;

use super::reply::{Enhanced, Reply};

/// How one hand-over ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The server took it; its words tell its name for it.
    Accepted(Reply),
    /// Not now: 4yz, or the line was lost before the final dot.
    Deferred(Failure),
    /// Never: 5yz.
    Refused(Failure),
    /// The line was lost after the final dot. The server has it or not.
    Uncertain(Failure),
    /// Whoever sends took it back before the final dot.
    Withdrawn,
}

/// Why, in words for whoever looks at the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    pub sentence: String,
    pub reply: Option<Reply>,
    /// The connection cannot be used any more.
    pub connection_lost: bool,
}

impl Failure {
    pub(super) fn said(at: &str, reply: Reply) -> Self {
        // 421: the server closes the connection (RFC 5321, section 3.8).
        let connection_lost = reply.code == 421;
        Self { sentence: format!("{at}: the server said {reply}"), reply: Some(reply), connection_lost }
    }

    pub(super) fn lost(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), reply: None, connection_lost: true }
    }

    pub(super) fn plain(sentence: impl Into<String>) -> Self {
        Self { sentence: sentence.into(), reply: None, connection_lost: false }
    }

    pub fn enhanced(&self) -> Option<Enhanced> {
        self.reply.as_ref()?.enhanced
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

impl Outcome {
    /// A reply that was not the one hoped for.
    pub(super) fn of(at: &str, reply: Reply) -> Self {
        // Without a 5 it can be tried again, also where the server answers what no standard foresees.
        if reply.code >= 500 {
            Self::Refused(Failure::said(at, reply))
        } else {
            Self::Deferred(Failure::said(at, reply))
        }
    }
}
