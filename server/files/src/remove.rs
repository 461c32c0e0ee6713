//! Uploads that nobody sent are removed after a day.
//!
//! Row and blob are removed in two steps, so that no failure leaves a row without its blob: the row goes first, and in
//! the same transaction a job is left for the blob. That job takes the lock of the content, which an upload of the same
//! bytes takes too before it moves its blob and writes its row. So either the upload comes first and the job sees its
//! row, or the job comes first and the upload brings the blob anew.

use std::{collections::HashSet, time::Duration};

use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::OrganizationId,
};
use atum_jobs::{Handler, Job, Schedule};
use futures::FutureExt;
use object_store::{ObjectStoreExt, path::Path};
use serde::{Deserialize, Serialize};

use crate::{file, store};

/// Somebody may have left the page open overnight.
const KEPT_HOURS: i64 = 24;

/// Has every organization cleaned once an hour.
pub fn remove_unattached_files() -> Schedule {
    Schedule { name: "remove_unattached_files", period: Duration::from_secs(3600), start: |app| start(app).boxed() }
}

async fn start(app: App) -> anyhow::Result<()> {
    let mut identity = app.db.identity().await?;
    let organizations = sqlx::query_scalar!(r#"select id as "id: OrganizationId" from identity.organization"#)
        .fetch_all(&mut *identity)
        .await?;
    drop(identity);
    for organization_id in organizations {
        let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
        atum_jobs::enqueue(&mut tx, RemoveUnattached {}).await?;
        tx.commit().await?;
    }
    Ok(())
}

#[derive(Serialize, Deserialize)]
pub(crate) struct RemoveUnattached {}

impl Job for RemoveUnattached {
    const KIND: &'static str = "remove_unattached_files";
    const PRIORITY: i16 = 3;
}

pub(crate) struct RemovesUnattached;

impl Handler for RemovesUnattached {
    type Job = RemoveUnattached;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, _: RemoveUnattached) -> anyhow::Result<()> {
        let before = tx.now - chrono::Duration::hours(KEPT_HOURS);
        let removed = sqlx::query_scalar!(
            "delete from desk.file where message_id is null and created_at < $1 returning sha256",
            before,
        )
        .fetch_all(&mut **tx)
        .await?;
        for sha256 in removed.into_iter().collect::<HashSet<_>>() {
            atum_jobs::enqueue(tx, RemoveBlob { sha256 }).await?;
        }
        Ok(())
    }
}

/// Removes the bytes and the thumbnail, unless a row still has them.
#[derive(Serialize, Deserialize)]
pub(crate) struct RemoveBlob {
    sha256: String,
}

impl Job for RemoveBlob {
    const KIND: &'static str = "remove_blob";
    const PRIORITY: i16 = 3;
}

pub(crate) struct RemovesBlob;

impl Handler for RemovesBlob {
    type Job = RemoveBlob;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: RemoveBlob) -> anyhow::Result<()> {
        file::lock_content(tx, &job.sha256).await?;
        let in_use = sqlx::query_scalar!("select exists (select from desk.file where sha256 = $1)", job.sha256)
            .fetch_one(&mut **tx)
            .await?;
        if in_use != Some(true) {
            remove(app, store::thumbnail(tx.organization_id, &job.sha256)).await?;
            remove(app, store::blob(tx.organization_id, &job.sha256)).await?;
        }
        Ok(())
    }
}

/// Gone already is as good: a job may be run again.
async fn remove(app: &App, place: Path) -> anyhow::Result<()> {
    match app.blobs.delete(&place).await {
        Err(object_store::Error::NotFound { .. }) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
