//! What is stored here is marked, moved or deleted in the mailbox, as the channel's settings say. It may be done again: a
//! mail that was moved already is not there any more, which is as good.

use std::collections::BTreeSet;

use atum_core::{App, Result};
use chrono::Duration;

use super::{look::ours, state::Of, store::Place};
use crate::{
    channel::{After, AfterAction, ImapSettings},
    imap::{Mailbox, Selected},
    wire::Failed,
};

const BATCH: i64 = 200;
const KEYWORD: &str = "$Imported";

pub(super) async fn tell(
    app: &App,
    of: Of,
    mailbox: &mut Mailbox,
    settings: &ImapSettings,
    selected: Selected,
    place: Place<'_>,
) -> Result<(), Failed> {
    loop {
        let untold = untold(app, of, place, &settings.after).await.map_err(ours)?;
        if untold.is_empty() {
            return Ok(());
        }
        act(mailbox, &settings.after, selected, &untold).await?;
        note(app, of, place, &untold).await.map_err(ours)?;
    }
}

async fn act(mailbox: &mut Mailbox, after: &After, selected: Selected, uids: &[u32]) -> Result<(), Failed> {
    match (after.action, &after.folder) {
        (AfterAction::Keep, _) if selected.keeps_keywords => mailbox.mark(uids, KEYWORD).await,
        (AfterAction::Move, Some(folder)) => {
            // Some servers refuse a whole move for one mail that is gone.
            let there = mailbox.uids().await?;
            let uids: Vec<u32> = BTreeSet::from_iter(uids.iter().copied()).intersection(&there).copied().collect();
            if uids.is_empty() { Ok(()) } else { mailbox.move_to(&uids, folder).await }
        }
        (AfterAction::Delete, _) => mailbox.delete(uids).await,
        _ => Ok(()),
    }
}

/// What is to be deleted waits for its days, and until it was processed: what failed is never deleted.
async fn untold(app: &App, of: Of, place: Place<'_>, after: &After) -> Result<Vec<u32>> {
    let mut tx = app.db.read(&of.system()).await?;
    let days = after.days.filter(|_| after.action == AfterAction::Delete);
    let before = days.map(|days| tx.now - Duration::days(days.into()));
    let uids = sqlx::query_scalar!(
        r#"select uid as "uid!" from desk.inbound_mail
            where channel_id = $1 and folder = $2 and uid_validity = $3 and told_at is null
              and ($4::timestamptz is null or (received_at < $4 and outcome in ('accepted', 'duplicate', 'quarantined')))
            order by uid limit $5"#,
        of.channel_id.0,
        place.folder,
        place.uid_validity,
        before,
        BATCH,
    );
    let uids = uids.fetch_all(&mut *tx).await?;
    Ok(uids.into_iter().filter_map(|uid| u32::try_from(uid).ok()).collect())
}

async fn note(app: &App, of: Of, place: Place<'_>, uids: &[u32]) -> Result<()> {
    let mut tx = app.db.write(&of.system()).await?;
    let uids: Vec<i64> = uids.iter().map(|uid| i64::from(*uid)).collect();
    sqlx::query!(
        "update desk.inbound_mail set told_at = $5
          where channel_id = $1 and folder = $2 and uid_validity = $3 and uid = any($4)",
        of.channel_id.0,
        place.folder,
        place.uid_validity,
        &uids,
        tx.now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}
