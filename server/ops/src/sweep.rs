//! What is over is removed once a day, in small transactions.

use std::time::Duration;

use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    idempotency,
};
use atum_jobs::{Handler, Job, Schedule};
use futures::FutureExt;
use serde::{Deserialize, Serialize};

/// Sessions, sign-ins, invitations and browsers of the whole installation; of every organization the keys of requests
/// that nobody repeats any more.
pub fn sweep() -> Schedule {
    Schedule { name: "sweep", period: Duration::from_hours(24), start: |app| start(app).boxed() }
}

async fn start(app: App) -> anyhow::Result<()> {
    let removed = atum_identity::sweep(&app).await?;
    tracing::info!("{removed} rows of what is over were removed from the identity plane");
    for organization in atum_identity::list_organizations(&app).await? {
        let mut tx = app.db.write(&System { organization_id: organization.id, reason: Reason::Job }).await?;
        atum_jobs::enqueue(&mut tx, ForgetKeys {}).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct ForgetKeys {}

impl Job for ForgetKeys {
    const KIND: &'static str = "forget_idempotency_keys";
    const PRIORITY: i16 = 3;
}

pub(crate) struct ForgetsKeys;

impl Handler for ForgetsKeys {
    type Job = ForgetKeys;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, _: ForgetKeys) -> anyhow::Result<()> {
        if idempotency::forget(tx).await? {
            atum_jobs::enqueue(tx, ForgetKeys {}).await?;
        }
        Ok(())
    }
}
