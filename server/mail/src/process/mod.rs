//! What becomes of a stored mail: a ticket, a message of one, a report on one of ours, or nothing that anybody is to see.
//!
//! Invariants
//! - Done once: the job's writes are one transaction, the ledger's row tells its end, and a mail is one message at most.
//! - A mail that cannot be read within its time and memory, three times over, becomes a ticket with the mail attached.
//! - Nothing of the text is cut; what is quoted is told as ranges.

mod accept;
mod again;
mod answer;
mod channel;
mod digest;
pub(crate) mod html;
mod sender;
pub(crate) mod show_html;
mod unreadable;
mod write;

use anyhow::Context;
use atum_core::{
    App, Problem,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::InboundMailId,
    problem::Kind,
};
use atum_jobs::{Handler, Job};
use serde::{Deserialize, Serialize};
use sqlx::Executor;

use crate::intake::inbound::{self, Outcome};

pub(crate) use again::{ProcessMailAgain, ProcessesAgain};
pub(crate) use answer::Acknowledges;
pub(crate) use write::subject;

/// After so many failures a person has to look at the mail itself.
const MOST_FAILURES: i32 = 3;

/// Makes of a stored mail what it is: a ticket, a message, a report. Enqueued in the transaction that stores it.
#[derive(Debug, Serialize, Deserialize)]
pub struct ProcessMail {
    pub inbound_mail_id: InboundMailId,
}

impl Job for ProcessMail {
    const KIND: &'static str = "process_mail";
    const PRIORITY: i16 = 1;
    // A mail that is to blame is a ticket long before; what else fails is mended some day, and the mail still waits.
    const MAX_ATTEMPTS: i32 = 1_000;

    fn unique_key(&self) -> Option<String> {
        Some(self.inbound_mail_id.to_string())
    }
}

pub(crate) struct Processes;

impl Handler for Processes {
    type Job = ProcessMail;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: ProcessMail) -> anyhow::Result<()> {
        attempt(app, tx, job.inbound_mail_id).await
    }
}

async fn attempt(app: &App, tx: &mut TenantTx<ReadWrite>, id: InboundMailId) -> anyhow::Result<()> {
    // The queue counts an attempt when it is claimed: one that took the process with it counts too.
    let failed = atum_jobs::effect::attempt_number()? - 1;
    tx.execute("savepoint mail").await?;
    let done = process(app, tx, id, failed).await;
    if let Err(error) = &done {
        // Lets go of the row, so that the failure can be told in it.
        tx.execute("rollback to savepoint mail").await?;
        note(app, tx, id, error).await?;
    }
    done
}

async fn process(app: &App, tx: &mut TenantTx<ReadWrite>, id: InboundMailId, failed: i32) -> anyhow::Result<()> {
    let mail = inbound::lock(tx, id).await?;
    let give_up = failed - mail.spared >= MOST_FAILURES;
    if !matches!(mail.outcome, Outcome::Stored | Outcome::Failed) {
        return Ok(());
    }
    let raw = crate::intake::raw(app, tx, id).await.context("its bytes")?;
    if give_up && mail.message_id.is_none() {
        return unreadable::keep(app, tx, &mail, raw).await;
    }
    accept::accept(app, tx, &mail, raw).await
}

/// In a transaction of its own: the job's is taken back.
async fn note(app: &App, tx: &TenantTx<ReadWrite>, id: InboundMailId, error: &anyhow::Error) -> anyhow::Result<()> {
    let system = System { organization_id: tx.organization_id, reason: Reason::Job };
    let mut tx = app.db.write_beside(&system).await?;
    inbound::note_failure(&mut tx, id, &format!("{error:#}"), is_ours(error)).await?;
    Ok(tx.commit().await?)
}

/// The disk is full or the database away: no mail is to blame for that.
fn is_ours(error: &anyhow::Error) -> bool {
    let problems = error.chain().filter_map(|cause| cause.downcast_ref::<Problem>());
    problems.into_iter().any(|problem| matches!(problem.kind, Kind::StorageFull | Kind::Unavailable))
}
