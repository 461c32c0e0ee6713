//! What a person was told.

use atum_core::{
    App, Problem, Problems, Result,
    caller::Caller,
    extract::{Json, Path, Query},
    ids::{NotificationId, PersonId, TicketId},
    page::{self, PageQuery},
    problem::Kind,
};
use atum_identity::Anyone;
use axum::{extract::State, http::StatusCode};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{status::Status, view::TicketStub};

/// What a person is told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum NotificationKind {
    TicketNew,
    TicketAccepted,
    TicketAssigned,
    CustomerReplied,
    StaffReplied,
    TicketResolved,
    TicketReopened,
    TicketClosed,
    TicketRated,
    SlaWarned,
    SlaBreached,
    /// An admin acted as the person: see `GET /api/v1/profile/impersonations`. Of no ticket.
    Impersonated,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Notification {
    id: NotificationId,
    kind: NotificationKind,
    ticket: Option<TicketStub>,
    /// `null`: the system.
    actor_name: Option<String>,
    created_at: DateTime<Utc>,
    read: bool,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct NotificationPage {
    items: Vec<Notification>,
    unread_count: i64,
    next_cursor: Option<String>,
}

/// What the caller was told, newest first.
#[utoipa::path(get, path = "/api/v1/notifications", tag = "notifications", params(PageQuery),
    responses((status = 200, body = NotificationPage), Problems))]
pub(crate) async fn list_notifications(
    State(app): State<App>,
    caller: Anyone,
    Query(query): Query<PageQuery>,
) -> Result<Json<NotificationPage>> {
    let mut tx = app.db.read(&caller).await?;
    let before: Option<Uuid> = query.after()?;
    let rows = select(&mut tx, caller.person_id, before, query.limit() + 1).await?;
    let (items, next_cursor) = page::cut(rows, query.limit(), |notification| notification.id);
    let unread_count = unread(&mut tx, caller.person_id).await?;
    Ok(Json(NotificationPage { items, unread_count, next_cursor }))
}

async fn select(
    conn: &mut PgConnection,
    person: PersonId,
    before: Option<Uuid>,
    most: i64,
) -> Result<Vec<Notification>> {
    let rows = sqlx::query!(
        r#"select n.id as "id: NotificationId", n.kind as "kind: NotificationKind", n.created_at, n.read_at, a.name as "actor_name?",
                  t.id as "ticket_id?: TicketId", t.number as "number?", t.subject as "subject?",
                  t.status as "status?: Status"
             from desk.notification n
             left join desk.ticket t on t.organization_id = n.organization_id and t.id = n.ticket_id
             left join desk.person a on a.organization_id = n.organization_id and a.id = n.actor_id
            where n.person_id = $1 and ($2::uuid is null or n.id < $2)
            order by n.id desc limit $3"#,
        person.0,
        before,
        most,
    )
    .fetch_all(conn)
    .await?;
    let notification = rows.into_iter().map(|row| Notification {
        id: row.id,
        kind: row.kind,
        ticket: row
            .ticket_id
            .zip(row.number)
            .zip(row.subject.zip(row.status))
            .map(|((id, number), (subject, status))| TicketStub { id, number, subject, status }),
        actor_name: row.actor_name,
        created_at: row.created_at,
        read: row.read_at.is_some(),
    });
    Ok(notification.collect())
}

/// For live streams: what was told by a transaction at or after the horizon to this person, or to everybody, oldest
/// first; each with whose it is, its transaction and its id.
pub(crate) async fn since(
    conn: &mut PgConnection,
    person: Option<PersonId>,
    horizon: i64,
) -> Result<Vec<(PersonId, i64, Uuid, Notification)>> {
    let rows = sqlx::query!(
        r#"select n.person_id as "person_id: PersonId", n.transaction_id, n.id as "id: NotificationId",
                  n.kind as "kind: NotificationKind", n.created_at, n.read_at, a.name as "actor_name?",
                  t.id as "ticket_id?: TicketId", t.number as "number?", t.subject as "subject?",
                  t.status as "status?: Status"
             from desk.notification n
             left join desk.ticket t on t.organization_id = n.organization_id and t.id = n.ticket_id
             left join desk.person a on a.organization_id = n.organization_id and a.id = n.actor_id
            where n.transaction_id >= $1 and ($2::uuid is null or n.person_id = $2)
            order by n.id limit 1000"#,
        horizon,
        person.map(|person| person.0),
    )
    .fetch_all(conn)
    .await?;
    let told = rows.into_iter().map(|row| {
        let ticket = row.ticket_id.zip(row.number).zip(row.subject.zip(row.status));
        let ticket = ticket.map(|((id, number), (subject, status))| TicketStub { id, number, subject, status });
        let (id, kind, actor_name) = (row.id, row.kind, row.actor_name);
        let read = row.read_at.is_some();
        let told = Notification { id, kind, ticket, actor_name, created_at: row.created_at, read };
        (row.person_id, row.transaction_id, id.0, told)
    });
    Ok(told.collect())
}

pub(crate) async fn unread(conn: &mut PgConnection, person: PersonId) -> Result<i64> {
    let count = sqlx::query_scalar!(
        r#"select count(*) as "count!" from desk.notification where person_id = $1 and read_at is null"#,
        person.0,
    );
    Ok(count.fetch_one(conn).await?)
}

/// What is new to somebody stays new, whoever acts as them.
fn refuse_impersonator(caller: &Caller) -> Result<()> {
    match caller.impersonator_id {
        Some(_) => Err(Problem::new(Kind::Impersonating).detail("what counts as read is the person's own")),
        None => Ok(()),
    }
}

#[utoipa::path(post, path = "/api/v1/notifications/{id}/read", tag = "notifications",
    params(("id" = NotificationId, Path)), responses((status = 204), Problems))]
pub(crate) async fn read_notification(
    State(app): State<App>,
    caller: Anyone,
    Path(id): Path<NotificationId>,
) -> Result<StatusCode> {
    refuse_impersonator(&caller)?;
    let mut tx = app.db.write(&caller).await?;
    let now = tx.now;
    let done = sqlx::query!(
        "update desk.notification set read_at = coalesce(read_at, $3) where id = $1 and person_id = $2",
        id.0,
        caller.person_id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    if done.rows_affected() == 0 {
        return Err(Problem::not_found());
    }
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[utoipa::path(post, path = "/api/v1/notifications/read-all", tag = "notifications",
    responses((status = 204), Problems))]
pub(crate) async fn read_all_notifications(State(app): State<App>, caller: Anyone) -> Result<StatusCode> {
    refuse_impersonator(&caller)?;
    let mut tx = app.db.write(&caller).await?;
    let now = tx.now;
    sqlx::query!(
        "update desk.notification set read_at = $2 where person_id = $1 and read_at is null",
        caller.person_id.0,
        now,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
