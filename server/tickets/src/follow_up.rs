//! Follow-ups: what comes after a ticket that ended.

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{status::Status, view::TicketStub};

#[derive(Debug, Serialize, ToSchema)]
pub struct TicketLink {
    kind: LinkKind,
    ticket: TicketStub,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LinkKind {
    /// The linked ticket ended and this one goes on from it.
    FollowUpOf,
    /// The linked ticket goes on from this one.
    FollowedUpBy,
}

pub async fn link(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, follow_up_of: TicketId) -> Result<()> {
    sqlx::query!(
        "insert into desk.ticket_link (organization_id, ticket_id, follow_up_of, created_at) values ($1, $2, $3, $4)",
        tx.organization_id.0,
        ticket_id.0,
        follow_up_of.0,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

pub async fn links(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Vec<TicketLink>> {
    let rows = sqlx::query!(
        r#"select l.ticket_id = $1 as "follows!", t.id as "id: TicketId", t.number, t.subject,
                  t.status as "status: Status"
             from desk.ticket_link l
             join desk.ticket t on t.organization_id = l.organization_id
              and t.id = case when l.ticket_id = $1 then l.follow_up_of else l.ticket_id end
            where l.ticket_id = $1 or l.follow_up_of = $1
            order by t.number"#,
        ticket_id.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| TicketLink {
            kind: if row.follows { LinkKind::FollowUpOf } else { LinkKind::FollowedUpBy },
            ticket: TicketStub { id: row.id, number: row.number, subject: row.subject, status: row.status },
        })
        .collect())
}
