//! Who else has the ticket open, and who is writing. An admin who acts as somebody is not shown as them: the person is
//! not there.

use atum_core::{
    App, Problems, Result,
    caller::Role,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{OrganizationId, PersonId, TicketId},
};
use atum_identity::{Agent, PersonSummary};
use axum::extract::State;
use chrono::Duration;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{sight::TicketRef, ticket};

/// Who gave no sign for this long is gone.
const LAPSE_SECONDS: i64 = 45;
/// PostgreSQL refuses a notice of 8,000 bytes, and with it the whole transaction.
const MOST_NOTICE_BYTES: usize = 7_900;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Signal {
    Viewing,
    Writing,
    Gone,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum PresenceState {
    Viewing,
    Writing,
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct PresenceChange {
    state: Signal,
}

#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub(crate) struct Presence {
    person: PersonSummary,
    state: PresenceState,
}

/// What is told to every process, and by it to its staff's live streams.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Told {
    pub organization_id: OrganizationId,
    pub ticket_id: TicketId,
    /// `None`: more than a notice holds; whoever tells it on looks.
    pub people: Option<Vec<Presence>>,
}

/// Nobody needs to be told of themselves.
pub(crate) fn others(mut people: Vec<Presence>, person: PersonId) -> Vec<Presence> {
    people.retain(|presence| presence.person.id != person);
    people
}

/// Says that the caller has the ticket open, is writing, or left; every 20 seconds while it is open. Answers who
/// else is there.
#[utoipa::path(post, path = "/api/v1/tickets/{ticket}/presence", tag = "live", request_body = PresenceChange,
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = Vec<Presence>), Problems))]
pub(crate) async fn update_presence(
    State(app): State<App>,
    agent: Agent,
    Path(reference): Path<TicketRef>,
    Json(given): Json<PresenceChange>,
) -> Result<Json<Vec<Presence>>> {
    let mut tx = app.db.write(&agent).await?;
    let ticket = ticket::find(&mut tx, &agent, &reference).await?;
    let before = there(&mut tx, ticket.id).await?;
    if agent.impersonator_id.is_none() {
        note(&mut tx, ticket.id, given.state).await?;
    }
    let people = there(&mut tx, ticket.id).await?;
    if serde_json::to_value(&before).ok() != serde_json::to_value(&people).ok() {
        tell(&mut tx, ticket.id, people.clone()).await?;
    }
    tx.commit().await?;
    Ok(Json(others(people, agent.person_id)))
}

async fn note(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, signal: Signal) -> Result<()> {
    let actor = tx.actor.map(|actor| actor.0);
    let state = match signal {
        Signal::Viewing => PresenceState::Viewing,
        Signal::Writing => PresenceState::Writing,
        Signal::Gone => {
            let gone =
                sqlx::query!("delete from desk.presence where ticket_id = $1 and person_id = $2", ticket_id.0, actor);
            gone.execute(&mut **tx).await?;
            return Ok(());
        }
    };
    sqlx::query!(
        "insert into desk.presence (organization_id, ticket_id, person_id, state, seen_at) values ($1, $2, $3, $4, $5)
         on conflict (organization_id, ticket_id, person_id)
         do update set state = excluded.state, seen_at = excluded.seen_at",
        tx.organization_id.0,
        ticket_id.0,
        actor,
        state as _,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    let lapsed = tx.now - Duration::seconds(LAPSE_SECONDS);
    sqlx::query!("delete from desk.presence where ticket_id = $1 and seen_at < $2", ticket_id.0, lapsed)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

pub(crate) async fn there(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Vec<Presence>> {
    let rows = sqlx::query!(
        r#"select p.id as "id: PersonId", p.name, p.role as "role: Role", s.state as "state: PresenceState"
             from desk.presence s
             join desk.person p on p.organization_id = s.organization_id and p.id = s.person_id
            where s.ticket_id = $1 order by p.name, p.id"#,
        ticket_id.0,
    )
    .fetch_all(conn)
    .await?;
    let present = rows
        .into_iter()
        .map(|row| Presence { person: PersonSummary { id: row.id, name: row.name, role: row.role }, state: row.state });
    Ok(present.collect())
}

async fn tell(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, people: Vec<Presence>) -> Result<()> {
    let mut told = Told { organization_id: tx.organization_id, ticket_id, people: Some(people) };
    let mut payload = serde_json::to_string(&told).map_err(anyhow::Error::from)?;
    if payload.len() > MOST_NOTICE_BYTES {
        told.people = None;
        payload = serde_json::to_string(&told).map_err(anyhow::Error::from)?;
    }
    sqlx::query!("select pg_notify($1, $2)", atum_core::wake::PRESENCE, payload).execute(&mut **tx).await?;
    Ok(())
}
