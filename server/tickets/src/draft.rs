//! What a person has typed and not yet sent, kept on the server. It is nobody else's: an admin who acts as the person
//! neither reads it nor writes over it, and what they send takes nothing of it away.

use atum_audit::Visibility;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::TicketId,
    problem::{Conflict, Kind},
};
use atum_identity::Anyone;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

use crate::{sight::TicketRef, ticket};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub(crate) enum DraftKind {
    Reply,
    Note,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Draft {
    body: String,
    /// 0: nothing is kept.
    version: i64,
    saved_at: Option<DateTime<Utc>>,
}

impl Draft {
    const NONE: Self = Self { body: String::new(), version: 0, saved_at: None };
}

#[derive(Deserialize, ToSchema)]
pub(crate) struct DraftChange {
    /// Empty: forget it.
    body: String,
    /// The version that this text goes on from.
    version: i64,
}

/// The caller's own draft; an empty one of version 0 where none is kept.
#[utoipa::path(get, path = "/api/v1/tickets/{ticket}/drafts/{kind}", tag = "drafts",
    params(("ticket" = String, Path, description = "The ticket's number or id."), ("kind" = inline(DraftKind), Path)),
    responses((status = 200, body = Draft), Problems))]
pub(crate) async fn get_draft(
    State(app): State<App>,
    caller: Anyone,
    Path((reference, kind)): Path<(TicketRef, DraftKind)>,
) -> Result<Json<Draft>> {
    let mut tx = app.db.write(&caller).await?;
    let ticket = ticket::find(&mut tx, &caller, &reference).await?;
    if caller.impersonator_id.is_some() {
        return Ok(Json(Draft::NONE));
    }
    Ok(Json(lock(&mut tx, ticket.id, kind).await?))
}

/// Keeps what was typed. A text that goes on from an older version than the kept one, as a second tab's would, is
/// refused with 409 and both texts.
#[utoipa::path(put, path = "/api/v1/tickets/{ticket}/drafts/{kind}", tag = "drafts", request_body = DraftChange,
    params(("ticket" = String, Path, description = "The ticket's number or id."), ("kind" = inline(DraftKind), Path)),
    responses((status = 200, body = Draft), Problems))]
pub(crate) async fn save_draft(
    State(app): State<App>,
    caller: Anyone,
    Path((reference, kind)): Path<(TicketRef, DraftKind)>,
    Json(given): Json<DraftChange>,
) -> Result<Json<Draft>> {
    Checks::new().text("body", &given.body, 0..=50_000).finish()?;
    if caller.impersonator_id.is_some() {
        return Err(Problem::new(Kind::Impersonating).detail("the draft is the person's own"));
    }
    let mut tx = app.db.write(&caller).await?;
    let ticket = ticket::find(&mut tx, &caller, &reference).await?;
    let kept = lock(&mut tx, ticket.id, kind).await?;
    if kept.version != given.version && kept.body != given.body && kept.version != 0 {
        return Err(Problem::stale(vec![Conflict {
            field: "body".into(),
            yours: json!(given.body),
            theirs: json!({ "body": kept.body, "version": kept.version }),
            changed_by: None,
            changed_at: kept.saved_at,
        }]));
    }
    let saved = save(&mut tx, ticket.id, kind, given.body, kept.version + 1).await?;
    tx.commit().await?;
    Ok(Json(saved))
}

async fn lock(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, kind: DraftKind) -> Result<Draft> {
    let row = sqlx::query!(
        "select body, version, saved_at from desk.draft
          where ticket_id = $1 and person_id = $2 and kind = $3 for update",
        ticket_id.0,
        tx.actor.map(|actor| actor.0),
        kind as _,
    )
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map_or(Draft::NONE, |row| Draft { body: row.body, version: row.version, saved_at: Some(row.saved_at) }))
}

async fn save(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    kind: DraftKind,
    body: String,
    version: i64,
) -> Result<Draft> {
    if body.is_empty() {
        delete(tx, ticket_id, kind).await?;
        return Ok(Draft { body, version: 0, saved_at: Some(tx.now) });
    }
    sqlx::query!(
        "insert into desk.draft (organization_id, ticket_id, person_id, kind, body, version, saved_at)
         values ($1, $2, $3, $4, $5, $6, $7)
         on conflict (organization_id, ticket_id, person_id, kind)
         do update set body = excluded.body, version = excluded.version, saved_at = excluded.saved_at",
        tx.organization_id.0,
        ticket_id.0,
        tx.actor.map(|actor| actor.0),
        kind as _,
        body,
        version,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(Draft { body, version, saved_at: Some(tx.now) })
}

async fn delete(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, kind: DraftKind) -> Result<()> {
    sqlx::query!(
        "delete from desk.draft where ticket_id = $1 and person_id = $2 and kind = $3",
        ticket_id.0,
        tx.actor.map(|actor| actor.0),
        kind as _,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What was sent is no draft any more; in the transaction that sends it.
pub(crate) async fn forget(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId, visibility: Visibility) -> Result<()> {
    if tx.impersonator.is_some() {
        return Ok(());
    }
    let kind = if visibility == Visibility::Public { DraftKind::Reply } else { DraftKind::Note };
    delete(tx, ticket_id, kind).await
}
