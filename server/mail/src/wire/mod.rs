//! Connections to mail servers, in named steps: whoever set a channel up reads which one failed and why.

mod connect;
mod tls;

use std::{fmt, time::Duration};

use serde::Serialize;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    time::Instant,
};
use utoipa::ToSchema;

pub use connect::connect;
pub use tls::encrypt;

/// A connection, encrypted or not.
pub trait Wire: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send + fmt::Debug> Wire for T {}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MailStepName)]
pub enum StepName {
    /// The host's name becomes an address.
    Resolve,
    Connect,
    Tls,
    /// The server says who it is and what it can do.
    Greeting,
    SignIn,
    Folder,
    Recipient,
}

/// What was tried, and how it went.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[schema(as = MailStep)]
pub struct Step {
    pub name: StepName,
    pub ok: bool,
    /// A sentence for whoever set it up.
    pub detail: String,
    pub took_ms: u64,
}

/// Why it goes no further.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{detail}")]
pub struct Failed {
    pub step: StepName,
    pub detail: String,
    /// Only a person can mend it: trying again is of no use.
    pub lasting: bool,
}

impl Failed {
    pub fn new(step: StepName, detail: impl Into<String>) -> Self {
        Self { step, detail: detail.into(), lasting: false }
    }

    pub fn lasting(step: StepName, detail: impl Into<String>) -> Self {
        Self { lasting: true, ..Self::new(step, detail) }
    }
}

/// Takes down each step, with the time that it took.
#[derive(Debug, Default)]
pub struct Steps(pub Vec<Step>);

impl Steps {
    /// A step that succeeds tells in words what was found.
    pub async fn take<T>(
        &mut self,
        name: StepName,
        longest: Duration,
        step: impl Future<Output = Result<(T, String), Failed>>,
    ) -> Result<T, Failed> {
        let begun = Instant::now();
        let slow = || Failed::new(name, format!("no answer within {} seconds", longest.as_secs()));
        let outcome = tokio::time::timeout(longest, step).await.unwrap_or_else(|_| Err(slow()));
        let took_ms = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
        let detail = match &outcome {
            Ok((_, words)) => words.clone(),
            Err(failed) => failed.detail.clone(),
        };
        self.0.push(Step { name, ok: outcome.is_ok(), detail, took_ms });
        outcome.map(|(value, _)| value)
    }
}
