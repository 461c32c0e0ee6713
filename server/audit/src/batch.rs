use atum_core::ids::{EventId, OrganizationId};
use chrono::{DateTime, Utc};
use sqlx::PgConnection;
use uuid::Uuid;

use crate::canonical::{self, Fact, Hash, Place};

const ENTRY_BYTES: usize = 16 + 8 + 32;

/// One event as its batch holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Entry {
    pub place: Place,
    pub hash: Hash,
}

/// One link of an organization's chain.
pub(crate) struct Batch {
    pub number: i64,
    pub version: i16,
    pub previous_hash: Vec<u8>,
    pub hash: Vec<u8>,
    pub event_count: i32,
    pub last_transaction_id: i64,
    pub last_event_id: EventId,
    pub entries: Vec<u8>,
    pub sealed_at: DateTime<Utc>,
}

impl Batch {
    /// Links these events, of which there is at least one, to the batch before.
    pub fn seal(
        organization_id: OrganizationId,
        after: Option<&Batch>,
        facts: &[Fact],
        sealed_at: DateTime<Utc>,
    ) -> Option<Self> {
        let last = facts.last()?;
        let entries = facts.iter().flat_map(|fact| {
            let Place { transaction_id, id } = fact.place();
            let hash = fact.hash(organization_id);
            id.0.into_bytes().into_iter().chain(transaction_id.to_be_bytes()).chain(hash)
        });
        let mut batch = Self {
            number: after.map_or(0, |batch| batch.number) + 1,
            version: canonical::VERSION,
            previous_hash: after.map_or(vec![0; 32], |batch| batch.hash.clone()),
            hash: vec![],
            event_count: i32::try_from(facts.len()).ok()?,
            last_transaction_id: last.transaction_id,
            last_event_id: last.id,
            entries: entries.collect(),
            sealed_at,
        };
        batch.hash = batch.right_hash(organization_id).to_vec();
        Some(batch)
    }

    pub fn right_hash(&self, organization_id: OrganizationId) -> Hash {
        canonical::hash(&(
            "atum batch 1",
            organization_id,
            self.number,
            hex::encode(&self.previous_hash),
            canonical::time(self.sealed_at),
            hex::encode(canonical::digest(&self.entries)),
        ))
    }

    /// Whether the row says of itself what its entries and its hash say.
    pub fn is_whole(&self, organization_id: OrganizationId) -> bool {
        let entries = self.entries();
        self.version == canonical::VERSION
            && self.entries.len().is_multiple_of(ENTRY_BYTES)
            && usize::try_from(self.event_count) == Ok(entries.len())
            && entries.last().is_some_and(|entry| entry.place == self.last())
            && self.hash == self.right_hash(organization_id)
    }

    pub fn entries(&self) -> Vec<Entry> {
        self.entries.chunks_exact(ENTRY_BYTES).map(entry).collect()
    }

    pub fn last(&self) -> Place {
        Place { transaction_id: self.last_transaction_id, id: self.last_event_id }
    }
}

fn entry(bytes: &[u8]) -> Entry {
    let (mut id, mut transaction_id, mut hash) = ([0; 16], [0; 8], [0; 32]);
    id.copy_from_slice(&bytes[..16]);
    transaction_id.copy_from_slice(&bytes[16..24]);
    hash.copy_from_slice(&bytes[24..]);
    let place = Place { transaction_id: i64::from_be_bytes(transaction_id), id: EventId(Uuid::from_bytes(id)) };
    Entry { place, hash }
}

/// The newest link.
pub(crate) async fn last(conn: &mut PgConnection) -> sqlx::Result<Option<Batch>> {
    sqlx::query_as!(
        Batch,
        r#"select number, version, previous_hash, hash, event_count, last_transaction_id,
                  last_event_id as "last_event_id: EventId", entries, sealed_at
             from desk.event_batch order by number desc limit 1"#,
    )
    .fetch_optional(conn)
    .await
}

/// The first link after a number.
pub(crate) async fn next(conn: &mut PgConnection, number: i64) -> sqlx::Result<Option<Batch>> {
    sqlx::query_as!(
        Batch,
        r#"select number, version, previous_hash, hash, event_count, last_transaction_id,
                  last_event_id as "last_event_id: EventId", entries, sealed_at
             from desk.event_batch where number > $1 order by number limit 1"#,
        number,
    )
    .fetch_optional(conn)
    .await
}

pub(crate) async fn insert(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    batch: &Batch,
) -> sqlx::Result<()> {
    sqlx::query!(
        "insert into desk.event_batch (organization_id, number, version, previous_hash, hash, event_count,
                                       last_transaction_id, last_event_id, entries, sealed_at)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
        organization_id.0,
        batch.number,
        batch.version,
        batch.previous_hash,
        batch.hash,
        batch.event_count,
        batch.last_transaction_id,
        batch.last_event_id.0,
        batch.entries,
        batch.sealed_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}
