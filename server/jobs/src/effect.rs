//! The ledger of effects outside the database: a mail sent, a hook called.
//!
//! [`once`] writes that the effect begins, brings it about, and writes that it happened; each write is its own commit.
//! What that guarantees, exactly:
//! - What is written as done is never done again, by no retry, replay or rescue of that job.
//! - It is begun only under the lease of the job; a worker that lost it begins nothing.
//! - A worker that dies between the two writes leaves it open whether the effect happened. The next attempt then asks the
//!   outside by the same key (`look`) and acts only if the answer is no. So it happens exactly once where the outside
//!   can be asked, or refuses a key it has seen. Where neither is possible `look` has to choose: `Ok(None)` is at least
//!   once, `Ok(Some(…))` at most once.
//! - A worker that is stopped for longer than its lease inside `act` itself may act beside its successor. Only the
//!   outside can refuse the second, by the key; so give it the key ([`key`]).

use anyhow::{Context, bail};
use atum_core::{App, ids::JobId};

tokio::task_local! {
    /// The attempt that a handler runs in. Not an argument of every handler: few have effects outside.
    pub(crate) static ATTEMPT: Attempt;
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct Attempt {
    pub job_id: JobId,
    pub run_lease: i64,
    /// From 1 on. A claim is committed before anything is done, so an attempt that killed its worker counts.
    pub number: i32,
}

/// Which attempt of its job this is, from 1 on.
pub fn attempt_number() -> anyhow::Result<i32> {
    Ok(current()?.number)
}

enum Begun {
    /// Nobody began it before.
    Fresh,
    /// Somebody began it and did not live to tell.
    Unknown,
    Done(String),
}

/// What names this effect to the outside, the same in every attempt of the job.
pub fn key(purpose: &str) -> anyhow::Result<String> {
    Ok(format!("{}/{purpose}", current()?.job_id))
}

/// Brings an effect about once for this job and `purpose`; gives what `act` or `look` said of it.
pub async fn once<Act, Look>(app: &App, purpose: &str, look: Look, act: Act) -> anyhow::Result<String>
where
    Act: Future<Output = anyhow::Result<String>> + Send,
    Look: Future<Output = anyhow::Result<Option<String>>> + Send,
{
    let happened = match begin(app, purpose).await? {
        Begun::Done(detail) => return Ok(detail),
        Begun::Unknown => look.await.context("asking whether it happened already")?,
        Begun::Fresh => None,
    };
    let detail = match happened {
        Some(detail) => detail,
        None => act.await?,
    };
    finish(app, purpose, &detail).await?;
    Ok(detail)
}

async fn begin(app: &App, purpose: &str) -> anyhow::Result<Begun> {
    let attempt = current()?;
    let mut tx = app.db.jobs().await?;
    let held = sqlx::query_scalar!(
        "select id from queue.job where id = $1 and state = 'running' and run_lease = $2 for no key update",
        attempt.job_id.0,
        attempt.run_lease,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if held.is_none() {
        bail!("the lease was lost; {purpose} is not begun");
    }
    let earlier = sqlx::query!(
        "select done_at, detail from queue.effect where job_id = $1 and purpose = $2",
        attempt.job_id.0,
        purpose,
    )
    .fetch_optional(&mut *tx)
    .await?;
    if let Some(earlier) = earlier {
        let done = earlier.done_at.and(earlier.detail);
        return Ok(done.map_or(Begun::Unknown, Begun::Done));
    }
    sqlx::query!("insert into queue.effect (job_id, purpose) values ($1, $2)", attempt.job_id.0, purpose)
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(Begun::Fresh)
}

/// Not fenced: it happened, whoever holds the lease now.
async fn finish(app: &App, purpose: &str, detail: &str) -> anyhow::Result<()> {
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.effect set done_at = now(), detail = $3 where job_id = $1 and purpose = $2 and done_at is null",
        current()?.job_id.0,
        purpose,
        detail,
    )
    .execute(&mut *tx)
    .await?;
    Ok(tx.commit().await?)
}

fn current() -> anyhow::Result<Attempt> {
    ATTEMPT.try_with(|attempt| *attempt).context("an effect belongs to a job; this is none")
}
