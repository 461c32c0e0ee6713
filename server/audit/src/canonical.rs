//! The bytes that are hashed, so that anybody with a database and SHA-256 can check the chain without this program.
//!
//! Version 1. Each hash is SHA-256 (FIPS 180-4) over one JSON array without spaces (RFC 8259; `"`, `\` and control
//! characters are escaped, nothing else), whose first element says what it is:
//!
//! - an event: `["atum event 1", organization, id, at, kind, visibility, actor, ip, ticket, message, subject, changes,
//!   detail]`. Ids are lower-case UUIDs, `at` is RFC 3339 in UTC with six decimals, what is absent is `null`, and
//!   `changes` and `detail` are strings: PostgreSQL's own text of the jsonb values.
//! - an event of an admin who acted as the actor: the same, but beginning with `"atum event 2"` and with the admin's id
//!   after the actor's. Every other event stays `"atum event 1"`, so that chains from before are what they were; who
//!   adds the admin to an event or takes it away changes its hash.
//! - a batch: `["atum batch 1", organization, number, previous hash, sealed at, SHA-256 of the entries]`, hashes in
//!   lower-case hexadecimal. The first batch's previous hash is 32 zero bytes.
//! - the entries: for each event, in order, 16 bytes of its id, 8 of its transaction (big-endian) and 32 of its hash.

use atum_core::ids::{EventId, OrganizationId};
use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::PgConnection;
use uuid::Uuid;

pub(crate) const VERSION: i16 = 1;

pub(crate) type Hash = [u8; 32];

/// Where an event stands among its organization's: by transaction, then by id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub transaction_id: i64,
    pub id: EventId,
}

impl Place {
    /// Before the first event.
    pub const START: Self = Self { transaction_id: 0, id: EventId(Uuid::nil()) };
}

/// An event as the table has it.
pub(crate) struct Fact {
    pub id: EventId,
    pub transaction_id: i64,
    at: DateTime<Utc>,
    kind: String,
    visibility: String,
    actor_id: Option<Uuid>,
    impersonator_id: Option<Uuid>,
    ip: Option<String>,
    ticket_id: Option<Uuid>,
    message_id: Option<Uuid>,
    subject_id: Option<Uuid>,
    changes: String,
    detail: String,
}

impl Fact {
    pub fn place(&self) -> Place {
        Place { transaction_id: self.transaction_id, id: self.id }
    }

    pub fn hash(&self, organization_id: OrganizationId) -> Hash {
        let (name, impersonator) = match self.impersonator_id {
            None => ("atum event 1", vec![]),
            Some(id) => ("atum event 2", vec![json!(id)]),
        };
        let mut parts = vec![json!(name), json!(organization_id), json!(self.id), json!(time(self.at))];
        parts.extend([json!(self.kind), json!(self.visibility), json!(self.actor_id)]);
        parts.extend(impersonator);
        parts.extend([json!(self.ip), json!(self.ticket_id), json!(self.message_id), json!(self.subject_id)]);
        parts.extend([json!(self.changes), json!(self.detail)]);
        hash(&parts)
    }
}

/// Events after one place and up to another, in order.
pub(crate) async fn between(conn: &mut PgConnection, after: Place, last: Place) -> sqlx::Result<Vec<Fact>> {
    sqlx::query_as!(
        Fact,
        r#"select id as "id: EventId", transaction_id, at, kind, visibility, actor_id, impersonator_id, ip, ticket_id,
                  message_id, subject_id, changes::text as "changes!", detail::text as "detail!"
             from desk.event
            where (transaction_id, id) > ($1, $2) and (transaction_id, id) <= ($3, $4)
            order by transaction_id, id"#,
        after.transaction_id,
        after.id.0,
        last.transaction_id,
        last.id.0,
    )
    .fetch_all(conn)
    .await
}

/// Finished events after a place, in order. One whose transaction may still be overtaken by an older one is not among
/// them: what lies before the oldest open transaction is all there will ever be.
pub(crate) async fn finished(conn: &mut PgConnection, after: Place, most: i64) -> sqlx::Result<Vec<Fact>> {
    sqlx::query_as!(
        Fact,
        r#"select id as "id: EventId", transaction_id, at, kind, visibility, actor_id, impersonator_id, ip, ticket_id,
                  message_id, subject_id, changes::text as "changes!", detail::text as "detail!"
             from desk.event
            where (transaction_id, id) > ($1, $2)
              and transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
            order by transaction_id, id limit $3"#,
        after.transaction_id,
        after.id.0,
        most,
    )
    .fetch_all(conn)
    .await
}

pub(crate) fn time(at: DateTime<Utc>) -> String {
    at.to_rfc3339_opts(SecondsFormat::Micros, true)
}

pub(crate) fn hash(parts: &impl Serialize) -> Hash {
    // Strings, numbers and nothing else: writing them to memory cannot fail.
    digest(&serde_json::to_vec(parts).expect("plain values are JSON"))
}

pub(crate) fn digest(bytes: &[u8]) -> Hash {
    Sha256::digest(bytes).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with Python's json and hashlib: another program must come to the same.
    #[test]
    fn an_event_hashes_to_what_the_description_says() {
        assert_eq!(hashed(None), "89e354f46113f5b4cd2b3ea08b5badc49f7dea5dabda9f0e72243c09ce814dc7");
    }

    /// Made in the same way.
    #[test]
    fn who_acted_as_the_actor_is_part_of_the_hash() {
        assert_eq!(hashed(Some(4)), "326572a3a7d27f744cbe80af13f7de42af2408d9f4465d1f02833e55889ca24a");
    }

    fn hashed(impersonator: Option<u128>) -> String {
        let fact = Fact {
            id: EventId(Uuid::from_u128(2)),
            transaction_id: 7,
            at: "2026-11-20T10:00:00Z".parse().unwrap(),
            kind: "person_updated".into(),
            visibility: "internal".into(),
            actor_id: None,
            impersonator_id: impersonator.map(Uuid::from_u128),
            ip: Some("192.0.2.7".into()),
            ticket_id: None,
            message_id: None,
            subject_id: Some(Uuid::from_u128(3)),
            changes: r#"[{"new": "منى", "old": null, "field": "name"}]"#.into(),
            detail: "{}".into(),
        };
        hex::encode(fact.hash(OrganizationId(Uuid::from_u128(1))))
    }
}
