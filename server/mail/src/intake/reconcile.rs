//! Once a day the mailbox and the ledger are compared: whatever lies below the mark and is no row is fetched after all.

use std::collections::BTreeSet;

use atum_audit::Event;
use atum_core::{App, Result};
use chrono::Duration;
use serde_json::json;

use super::{look, look::ours, state::Of, store::Place};
use crate::{imap::Mailbox, wire::Failed};

const PERIOD: Duration = Duration::hours(24);

pub(super) async fn reconcile(app: &App, of: Of, mailbox: &mut Mailbox, place: Place<'_>) -> Result<(), Failed> {
    let Some(known) = due(app, of, place).await.map_err(ours)? else { return Ok(()) };
    let there = mailbox.uids().await?;
    let missed: Vec<u32> =
        there.iter().filter(|uid| i64::from(**uid) <= known.mark && !known.uids.contains(uid)).copied().collect();
    // In pieces: a command has an end.
    for piece in missed.chunks(500) {
        let sizes = mailbox.sizes(piece).await?;
        look::fetch(app, of, mailbox, place, &sizes).await?;
    }
    note(app, of, place, there.len(), missed.len()).await.map_err(ours)
}

struct Known {
    mark: i64,
    uids: BTreeSet<u32>,
}

/// The ledger of a folder that was not compared for a day.
async fn due(app: &App, of: Of, place: Place<'_>) -> Result<Option<Known>> {
    let mut tx = app.db.read(&of.system()).await?;
    let before = tx.now - PERIOD;
    let folder = sqlx::query!(
        "select high_water, reconciled_at from desk.mail_folder
          where channel_id = $1 and folder = $2 and uid_validity = $3",
        of.channel_id.0,
        place.folder,
        place.uid_validity,
    );
    let Some(folder) = folder.fetch_optional(&mut *tx).await? else { return Ok(None) };
    if folder.reconciled_at.is_some_and(|at| at > before) {
        return Ok(None);
    }
    let uids = sqlx::query_scalar!(
        r#"select uid as "uid!" from desk.inbound_mail where channel_id = $1 and folder = $2 and uid_validity = $3"#,
        of.channel_id.0,
        place.folder,
        place.uid_validity,
    );
    let uids = uids.fetch_all(&mut *tx).await?.into_iter().filter_map(|uid| u32::try_from(uid).ok()).collect();
    Ok(Some(Known { mark: folder.high_water, uids }))
}

async fn note(app: &App, of: Of, place: Place<'_>, there: usize, missed: usize) -> Result<()> {
    let mut tx = app.db.write(&of.system()).await?;
    sqlx::query!(
        "update desk.mail_folder set reconciled_at = $4 where channel_id = $1 and folder = $2 and uid_validity = $3",
        of.channel_id.0,
        place.folder,
        place.uid_validity,
        tx.now,
    )
    .execute(&mut *tx)
    .await?;
    if missed > 0 {
        metrics::counter!("atum_mail_reconciled_total").increment(missed as u64);
        tracing::warn!(channel = %of.channel_id, missed, "mails lay in the mailbox that had not been fetched");
        let detail = json!({ "folder": place.folder, "in_mailbox": there, "fetched_after_all": missed });
        let event = Event::internal("mail_reconciled").subject(of.channel_id.0).detail(detail);
        atum_audit::record(&mut tx, event).await?;
    }
    tx.commit().await
}
