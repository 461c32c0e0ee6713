//! One look into a folder: what is new is fetched and stored, then the mailbox is told what is here.

use atum_core::{App, Problem};

use super::{
    state::Of,
    store::{self, Arrival, From, Place},
};
use crate::{
    channel::ImapSettings,
    imap::{Fetched, Mailbox, What},
    wire::{Failed, StepName},
};

/// Asked for at once: more would lie in the server's hands for long, fewer would be a way there and back each.
const BATCH_MAILS: usize = 50;
const BATCH_BYTES: u64 = 8 << 20;
/// Of a mail that is too large.
const HEADER_BYTES: usize = 1 << 20;

/// A larger mail is here by its header alone. Most servers take no more than half of it.
pub(super) const LARGEST_BYTES: u64 = 50 << 20;

/// Gives how many were fetched.
pub(super) async fn look(
    app: &App,
    of: Of,
    mailbox: &mut Mailbox,
    settings: &ImapSettings,
    folder: &str,
) -> Result<usize, Failed> {
    let selected = mailbox.select(folder).await?;
    let place = Place { folder, uid_validity: selected.uid_validity };
    let mark = mark(app, of, place).await?;
    let new = mailbox.above(mark).await?;
    fetch(app, of, mailbox, place, &new).await?;
    super::reconcile::reconcile(app, of, mailbox, place).await?;
    super::tell::tell(app, of, mailbox, settings, selected, place).await?;
    Ok(new.len())
}

/// One look into the folder of what was sent: from now on, for what lies there already is nobody's question. Nothing in it
/// is ever marked, moved or deleted.
pub(super) async fn look_at_sent(app: &App, of: Of, mailbox: &mut Mailbox, folder: &str) -> Result<(), Failed> {
    let selected = mailbox.select(folder).await?;
    let place = Place { folder, uid_validity: selected.uid_validity };
    if !is_known(app, of, folder).await? {
        let newest = mailbox.uids().await?.last().copied().unwrap_or(0);
        return store::pass_over(app, of.organization_id, of.channel_id, place, newest.into()).await.map_err(ours);
    }
    let mark = mark(app, of, place).await?;
    let new = mailbox.above(mark).await?;
    fetch(app, of, mailbox, place, &new).await
}

async fn is_known(app: &App, of: Of, folder: &str) -> Result<bool, Failed> {
    let known = async {
        let mut tx = app.db.read(&of.system()).await?;
        store::is_known(&mut tx, of.channel_id, folder).await
    };
    known.await.map_err(ours)
}

async fn mark(app: &App, of: Of, place: Place<'_>) -> Result<i64, Failed> {
    let mark = async {
        let mut tx = app.db.read(&of.system()).await?;
        store::mark(&mut tx, of.channel_id, place).await
    };
    mark.await.map_err(ours)
}

/// Numbers with sizes, ascending.
pub(super) async fn fetch(
    app: &App,
    of: Of,
    mailbox: &mut Mailbox,
    place: Place<'_>,
    new: &[(u32, u64)],
) -> Result<(), Failed> {
    let mut rest = new;
    while !rest.is_empty() {
        let (batch, after) = rest.split_at(batch(rest, LARGEST_BYTES));
        fetch_batch(app, of, mailbox, place, batch).await?;
        rest = after;
    }
    Ok(())
}

/// How many of the first belong together: one that is too large goes by itself.
fn batch(mails: &[(u32, u64)], largest: u64) -> usize {
    let mut bytes = 0;
    let fits = |(_, size): &&(u32, u64)| {
        bytes += size;
        *size <= largest && bytes <= BATCH_BYTES
    };
    mails.iter().take(BATCH_MAILS).take_while(fits).count().max(1)
}

async fn fetch_batch(
    app: &App,
    of: Of,
    mailbox: &mut Mailbox,
    place: Place<'_>,
    batch: &[(u32, u64)],
) -> Result<(), Failed> {
    let largest = batch.iter().map(|(_, size)| *size).max().unwrap_or(0);
    let whole = largest <= LARGEST_BYTES;
    let what = if whole { What::Whole } else { What::Header(HEADER_BYTES) };
    let uids: Vec<u32> = batch.iter().map(|(uid, _)| *uid).collect();
    let fetch = mailbox.begin_fetch(&uids, what).await?;
    let mut missing = uids.clone();
    while let Some(fetched) = mailbox.next_fetched(&fetch, largest).await? {
        let Some(at) = missing.iter().position(|uid| *uid == fetched.uid) else { continue };
        missing.remove(at);
        // Servers may answer in any order: the mark stays below what is still to come.
        let mark = missing.first().map_or(uids[uids.len() - 1], |uid| uid - 1);
        let size = batch.iter().find(|(uid, _)| *uid == fetched.uid).map_or(0, |(_, size)| *size);
        let bytes = if whole { fetched.raw.len() as u64 } else { size };
        keep(app, of, place, &fetched, mark, bytes, whole).await?;
    }
    // The server said OK: what it did not give is gone.
    if !missing.is_empty() {
        let mark = i64::from(uids[uids.len() - 1]);
        store::pass_over(app, of.organization_id, of.channel_id, place, mark).await.map_err(ours)?;
    }
    Ok(())
}

async fn keep(
    app: &App,
    of: Of,
    place: Place<'_>,
    fetched: &Fetched,
    mark: u32,
    bytes: u64,
    whole: bool,
) -> Result<(), Failed> {
    let from = From::Folder { place, uid: fetched.uid, mark: mark.into() };
    let arrival = Arrival { from, raw: &fetched.raw, bytes, whole };
    store::store(app, of.organization_id, of.channel_id, &arrival).await.map(drop).map_err(ours)
}

/// What is wrong on our own side, as the channel's state tells it.
pub(super) fn ours(problem: Problem) -> Failed {
    Failed::new(StepName::Folder, format!("mail cannot be stored here: {problem}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn batches_are_bounded_in_number_and_bytes_and_a_large_mail_is_by_itself() {
        let largest = 20 << 20;
        assert_eq!(batch(&[(1, 100); 200], largest), 50);
        assert_eq!(batch(&[(1, 3 << 20); 10], largest), 2);
        assert_eq!(batch(&[(1, 10 << 20), (2, 1)], largest), 1);
        assert_eq!(batch(&[(1, 1), (2, 60 << 20), (3, 1)], largest), 1);
        assert_eq!(batch(&[(2, 60 << 20), (3, 1)], largest), 1);
    }
}
