//! Compares the events with the chain, and the chain with itself.

use std::{
    collections::{HashMap, HashSet},
    fmt,
};

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{EventId, OrganizationId},
};
use serde::Serialize;
use sqlx::PgConnection;

use crate::{
    batch::{self, Batch, Entry},
    canonical::{self, Fact, Place},
    head::Head,
};

/// One thing that is not as it was sealed. `batch` is the number of the batch that tells it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(tag = "finding", rename_all = "snake_case")]
pub enum Finding {
    BatchMissing {
        batch: i64,
    },
    BatchChanged {
        batch: i64,
    },
    EventChanged {
        event: EventId,
        batch: i64,
    },
    EventRemoved {
        event: EventId,
        batch: i64,
    },
    EventReordered {
        event: EventId,
        batch: i64,
    },
    EventInserted {
        event: EventId,
        batch: i64,
    },
    /// The chain ends before a head that was signed.
    HeadMissing {
        batch: i64,
    },
    /// The chain has another batch where a head was signed.
    HeadDiffers {
        batch: i64,
    },
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BatchMissing { batch } => write!(f, "batch {batch} is missing"),
            Self::BatchChanged { batch } => write!(f, "batch {batch} was changed"),
            Self::EventChanged { event, batch } => write!(f, "event {event} was changed (batch {batch})"),
            Self::EventRemoved { event, batch } => write!(f, "event {event} was removed (batch {batch})"),
            Self::EventReordered { event, batch } => write!(f, "event {event} was reordered (batch {batch})"),
            Self::EventInserted { event, batch } => write!(f, "event {event} was inserted (batch {batch})"),
            Self::HeadMissing { batch } => {
                write!(f, "batch {batch}, whose head was signed, is missing: the chain was cut off")
            }
            Self::HeadDiffers { batch } => write!(f, "batch {batch} is not the one whose head was signed"),
        }
    }
}

/// What the comparison came to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Verification {
    pub batches: i64,
    pub events: i64,
    /// Events that no batch holds yet: they are seconds old, or nobody seals.
    pub unsealed: i64,
    /// In the order of the chain.
    pub findings: Vec<Finding>,
}

/// Compares everything. A head that was signed earlier must still be in the chain.
pub async fn verify(app: &App, organization_id: OrganizationId, heads: &[Head]) -> Result<Verification> {
    let mut tx = app.db.read(&System { organization_id, reason: Reason::Operator }).await?;
    let mut walk = Walk::new(organization_id);
    while let Some(batch) = batch::next(&mut tx, walk.number).await? {
        walk.step(&mut tx, &batch, heads).await?;
    }
    let unsealed = sqlx::query_scalar!(
        r#"select count(*) as "count!" from desk.event where (transaction_id, id) > ($1, $2)"#,
        walk.after.transaction_id,
        walk.after.id.0,
    );
    let unsealed = unsealed.fetch_one(&mut *tx).await?;
    Ok(walk.finish(unsealed, heads))
}

struct Walk {
    organization_id: OrganizationId,
    /// Of the batch before, as its row has it.
    number: i64,
    hash: Vec<u8>,
    after: Place,
    found: Verification,
    /// Events inside the sealed stretch that the batch of their place does not hold: inserted, or moved there.
    strangers: Vec<(EventId, i64)>,
    reordered: HashSet<EventId>,
}

impl Walk {
    fn new(organization_id: OrganizationId) -> Self {
        Self {
            organization_id,
            number: 0,
            hash: vec![0; 32],
            after: Place::START,
            found: Verification::default(),
            strangers: vec![],
            reordered: HashSet::new(),
        }
    }

    async fn step(&mut self, conn: &mut PgConnection, batch: &Batch, heads: &[Head]) -> sqlx::Result<()> {
        let entries = batch.entries();
        let gap = batch.number > self.number + 1;
        self.found.findings.extend((self.number + 1..batch.number).map(|batch| Finding::BatchMissing { batch }));
        if !batch.is_whole(self.organization_id) || (!gap && batch.previous_hash != self.hash) {
            self.found.findings.push(Finding::BatchChanged { batch: batch.number });
        }
        let hash = hex::encode(&batch.hash);
        if heads.iter().any(|head| head.number == batch.number && head.hash != hash) {
            self.found.findings.push(Finding::HeadDiffers { batch: batch.number });
        }
        self.compare(conn, batch.number, &entries, gap).await?;
        self.found.batches += 1;
        self.found.events += i64::try_from(entries.len()).unwrap_or(i64::MAX);
        self.number = batch.number;
        self.hash.clone_from(&batch.hash);
        self.after = entries.last().map_or(batch.last(), |entry| entry.place);
        Ok(())
    }

    async fn compare(
        &mut self,
        conn: &mut PgConnection,
        number: i64,
        entries: &[Entry],
        gap: bool,
    ) -> sqlx::Result<()> {
        let Some((first, last)) = entries.first().zip(entries.last()) else { return Ok(()) };
        // What a missing batch held cannot be told from what was inserted: after a gap only this batch's own stretch.
        let after = if gap { just_before(first.place) } else { self.after };
        let facts = canonical::between(conn, after, last.place).await?;
        let mut there: HashMap<EventId, Fact> = facts.into_iter().map(|fact| (fact.id, fact)).collect();
        let absent: Vec<_> = entries.iter().map(|entry| entry.place.id).filter(|id| !there.contains_key(id)).collect();
        let elsewhere = elsewhere(conn, &absent).await?;
        for Entry { place, hash } in entries {
            let (event, batch) = (place.id, number);
            match there.remove(&event) {
                Some(fact) if fact.place() != *place => self.reorder(event, batch),
                Some(fact) if fact.hash(self.organization_id) != *hash => {
                    self.found.findings.push(Finding::EventChanged { event, batch });
                }
                Some(_) => {}
                None if elsewhere.contains(&event) => self.reorder(event, batch),
                None => self.found.findings.push(Finding::EventRemoved { event, batch }),
            }
        }
        let mut strangers: Vec<_> = there.into_values().map(|fact| (fact.place(), fact.id)).collect();
        strangers.sort_unstable();
        self.strangers.extend(strangers.into_iter().map(|(_, id)| (id, number)));
        Ok(())
    }

    fn reorder(&mut self, event: EventId, batch: i64) {
        self.reordered.insert(event);
        self.found.findings.push(Finding::EventReordered { event, batch });
    }

    fn finish(mut self, unsealed: i64, heads: &[Head]) -> Verification {
        let inserted = self.strangers.iter().filter(|(event, _)| !self.reordered.contains(event));
        self.found
            .findings
            .extend(inserted.map(|(event, batch)| Finding::EventInserted { event: *event, batch: *batch }));
        let cut_off = heads.iter().filter(|head| head.number > self.number);
        self.found.findings.extend(cut_off.map(|head| Finding::HeadMissing { batch: head.number }));
        self.found.findings.sort_by_key(|finding| finding.batch());
        Verification { unsealed, ..self.found }
    }
}

impl Finding {
    fn batch(&self) -> i64 {
        match *self {
            Self::BatchMissing { batch }
            | Self::BatchChanged { batch }
            | Self::EventChanged { batch, .. }
            | Self::EventRemoved { batch, .. }
            | Self::EventReordered { batch, .. }
            | Self::EventInserted { batch, .. }
            | Self::HeadMissing { batch }
            | Self::HeadDiffers { batch } => batch,
        }
    }
}

/// The greatest place that is before this one.
fn just_before(place: Place) -> Place {
    match place.id.0.as_u128().checked_sub(1) {
        Some(id) => Place { id: EventId(uuid::Uuid::from_u128(id)), ..place },
        None => Place { transaction_id: place.transaction_id - 1, id: EventId(uuid::Uuid::max()) },
    }
}

/// Those of these events that are there, in another place.
async fn elsewhere(conn: &mut PgConnection, ids: &[EventId]) -> sqlx::Result<HashSet<EventId>> {
    let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
    let found = sqlx::query_scalar!(r#"select id as "id: EventId" from desk.event where id = any($1)"#, &ids[..]);
    Ok(found.fetch_all(conn).await?.into_iter().collect())
}
