use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    ids::{PersonId, TicketId},
    problem::Kind,
};
use atum_identity::Customer;
use axum::{extract::State, response::IntoResponse};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    show::commit_and_show,
    sight::TicketRef,
    status::Status,
    ticket::{self, Ticket},
    view::TicketView,
};

#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Rating {
    #[schema(minimum = 1, maximum = 5)]
    pub score: i16,
    pub comment: Option<String>,
    pub rated_at: DateTime<Utc>,
}

#[derive(Deserialize, ToSchema)]
pub struct NewRating {
    /// 1 (bad) to 5 (very good).
    #[schema(minimum = 1, maximum = 5)]
    score: i16,
    comment: Option<String>,
}

/// The requester says how it went, once the ticket is resolved. A second rating takes the first one's place.
#[utoipa::path(put, path = "/api/v1/tickets/{ticket}/rating", tag = "tickets", request_body = NewRating,
    params(("ticket" = String, Path, description = "The ticket's number or id.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn rate_ticket(
    State(app): State<App>,
    customer: Customer,
    Path(reference): Path<TicketRef>,
    Json(given): Json<NewRating>,
) -> Result<impl IntoResponse> {
    let mut tx = app.db.write(&customer).await?;
    let ticket = ticket::lock(&mut tx, &customer, &reference).await?;
    if ticket.requester_id != customer.person_id {
        return Err(Problem::new(Kind::Forbidden).detail("only who asked can rate the answer"));
    }
    rate(&mut tx, &ticket, given).await?;
    commit_and_show(tx, &customer, ticket).await
}

/// A ticket as whoever asked sees it, without an account.
pub struct Rateable {
    pub id: TicketId,
    pub number: i64,
    pub subject: String,
    pub requester_id: PersonId,
    /// It can be rated now.
    pub open: bool,
    pub rating: Option<Rating>,
}

/// The ticket of this number; who asks is for the caller to know.
pub async fn rateable(conn: &mut PgConnection, number: i64) -> Result<Option<Rateable>> {
    let found = sqlx::query!(
        r#"select id as "id: TicketId", subject, requester_id as "requester_id: PersonId", status as "status: Status"
             from desk.ticket where number = $1"#,
        number,
    );
    let Some(found) = found.fetch_optional(&mut *conn).await? else { return Ok(None) };
    let rating = find(conn, found.id).await?;
    let open = is_open(found.status);
    Ok(Some(Rateable { id: found.id, number, subject: found.subject, requester_id: found.requester_id, open, rating }))
}

/// In the name of whoever asked, who is the transaction's actor.
pub async fn rate_as_requester(tx: &mut TenantTx<ReadWrite>, id: TicketId, given: NewRating) -> Result<()> {
    let ticket = ticket::lock_by_id(tx, id).await?;
    rate(tx, &ticket, given).await
}

async fn rate(tx: &mut TenantTx<ReadWrite>, ticket: &Ticket, given: NewRating) -> Result<()> {
    let comment = given.comment.map(|comment| comment.trim().to_owned()).filter(|comment| !comment.is_empty());
    Checks::new()
        .require((1..=5).contains(&given.score), "score", "out_of_range", "must be 1 to 5")
        .text("comment", comment.as_deref().unwrap_or_default(), 0..=2_000)
        .finish()?;
    if !is_open(ticket.status) {
        return Err(Problem::wrong_state("a ticket can be rated once it is resolved"));
    }
    save(tx, ticket, given.score, comment).await
}

fn is_open(status: Status) -> bool {
    matches!(status, Status::Resolved | Status::Closed)
}

async fn save(tx: &mut TenantTx<ReadWrite>, ticket: &Ticket, score: i16, comment: Option<String>) -> Result<()> {
    let before = find(tx, ticket.id).await?;
    sqlx::query!(
        "insert into desk.rating (organization_id, ticket_id, score, comment, rated_at) values ($1, $2, $3, $4, $5)
         on conflict (organization_id, ticket_id)
         do update set score = excluded.score, comment = excluded.comment, rated_at = excluded.rated_at",
        tx.organization_id.0,
        ticket.id.0,
        score,
        comment,
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    let event = Event::public("ticket_rated")
        .ticket(ticket.id)
        .change("score", before.as_ref().map(|rating| rating.score), score)
        .change("comment", before.and_then(|rating| rating.comment), comment);
    atum_audit::record(tx, event).await?;
    Ok(())
}

async fn find(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Option<Rating>> {
    let rating =
        sqlx::query_as!(Rating, "select score, comment, rated_at from desk.rating where ticket_id = $1", ticket_id.0);
    Ok(rating.fetch_optional(conn).await?)
}
