use atum_audit::Event;
use atum_core::{
    App, Problem, Problems, Result,
    checks::Checks,
    db::{ReadWrite, TenantTx},
    extract::{Json, Path},
    problem::Conflict,
    version::IfMatch,
};
use atum_identity::Agent;
use atum_sla::{Priority, Signal};
use axum::{extract::State, response::IntoResponse};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    show::commit_and_show,
    sight::TicketRef,
    status,
    ticket::{self, Ticket},
    view::TicketView,
};

#[derive(Default, Deserialize, ToSchema)]
pub struct TicketChange {
    pub subject: Option<String>,
    pub priority: Option<Priority>,
}

/// Changes fields. Names the version it saw: a field that somebody else changed since is not overwritten; the answer
/// is then 409 with both values. Other fields may have changed meanwhile.
#[utoipa::path(patch, path = "/api/v1/tickets/{ticket}", tag = "tickets", request_body = TicketChange,
    params(("ticket" = String, Path, description = "The ticket's number or id."),
           ("If-Match" = String, Header, description = "The version that you saw.")),
    responses((status = 200, body = TicketView), Problems))]
pub(crate) async fn update_ticket(
    State(app): State<App>,
    agent: Agent,
    seen: IfMatch,
    Path(reference): Path<TicketRef>,
    Json(given): Json<TicketChange>,
) -> Result<impl IntoResponse> {
    if let Some(subject) = &given.subject {
        Checks::new().text("subject", subject, 1..=200).finish()?;
    }
    let mut tx = app.db.write(&agent).await?;
    let before = ticket::lock(&mut tx, &agent, &reference).await?;
    let saved = change_ticket(&mut tx, before, given, seen).await?;
    commit_and_show(tx, &agent, saved).await
}

/// Changes fields of a ticket that is locked, whoever writes: a person, a rule or a job. What another writer changed after
/// the version that this one saw is refused with both values (409).
pub async fn change_ticket(
    tx: &mut TenantTx<ReadWrite>,
    before: Ticket,
    given: TicketChange,
    seen: IfMatch,
) -> Result<Ticket> {
    let after = given.apply(before.clone())?;
    refuse_stale(tx, &before, &after, Some(seen)).await?;
    if before.subject == after.subject && before.priority == after.priority {
        return Ok(before);
    }
    let saved = ticket::save(tx, &before, after, Event::public("ticket_updated")).await?;
    let now = tx.now;
    if saved.priority != before.priority {
        atum_sla::apply(tx, saved.id, Signal::PriorityChanged { priority: saved.priority }, now).await?;
    }
    Ok(saved)
}

impl TicketChange {
    fn apply(self, ticket: Ticket) -> Result<Ticket> {
        if ticket.status.is_final() {
            return Err(status::read_only(ticket.status));
        }
        Ok(Ticket {
            subject: self.subject.map_or(ticket.subject, |subject| subject.trim().to_owned()),
            priority: self.priority.unwrap_or(ticket.priority),
            ..ticket
        })
    }
}

/// Refuses to overwrite what another writer changed after `seen`, and tells both values.
pub(crate) async fn refuse_stale(
    conn: &mut PgConnection,
    before: &Ticket,
    after: &Ticket,
    seen: Option<IfMatch>,
) -> Result<()> {
    let Some(IfMatch(seen)) = seen else { return Ok(()) };
    let mut conflicts = vec![];
    for ((field, theirs), (_, yours)) in before.fields().into_iter().zip(after.fields()) {
        if theirs != yours && before.changed_since(field, seen) {
            let (changed_by, changed_at) = last_change(conn, before, field).await?;
            conflicts.push(Conflict { field: field.to_owned(), yours, theirs, changed_by, changed_at });
        }
    }
    if conflicts.is_empty() { Ok(()) } else { Err(Problem::stale(conflicts)) }
}

async fn last_change(
    conn: &mut PgConnection,
    ticket: &Ticket,
    field: &str,
) -> Result<(Option<String>, Option<DateTime<Utc>>)> {
    let row = sqlx::query!(
        r#"select p.name as "name?", e.at from desk.event e
             left join desk.person p on p.organization_id = e.organization_id and p.id = e.actor_id
            where e.ticket_id = $1 and e.changes @> jsonb_build_array(jsonb_build_object('field', $2::text))
            order by e.at desc, e.id desc limit 1"#,
        ticket.id.0,
        field,
    )
    .fetch_optional(conn)
    .await?;
    Ok(row.map_or((None, None), |row| (row.name, Some(row.at))))
}
