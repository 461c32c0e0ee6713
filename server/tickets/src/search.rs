//! Words: what is written is found. The index is a table of its own that one audited function reads; see the migration.

use atum_audit::Visibility;
use atum_core::{
    App, Problems, Result,
    db::{ReadWrite, TenantTx},
    extract::{Json, Query},
    ids::TicketId,
    words,
};
use atum_identity::{Anyone, Person};
use axum::extract::State;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use utoipa::{IntoParams, ToSchema};

use crate::{sight::Sight, status::Status, view::TicketStub};

/// Tickets that the palette shows.
const MOST: i64 = 8;

#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct SearchQuery {
    /// Words, or a ticket's number.
    q: String,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct SearchResult {
    /// At most 8, newest first.
    tickets: Vec<TicketStub>,
    /// At most 5; for staff.
    people: Vec<Person>,
}

/// Finds tickets by number and words, and people by name, for the palette.
#[utoipa::path(get, path = "/api/v1/search", tag = "search", params(SearchQuery),
    responses((status = 200, body = SearchResult), Problems))]
pub(crate) async fn search(
    State(app): State<App>,
    caller: Anyone,
    Query(query): Query<SearchQuery>,
) -> Result<Json<SearchResult>> {
    let mut tx = app.db.read(&caller).await?;
    let tickets = find_tickets(&mut tx, Sight::of(&caller), &query.q).await?;
    let people = if caller.role.is_staff() && !query.q.trim().is_empty() {
        atum_identity::person::find(&mut tx, &query.q, 5).await?
    } else {
        vec![]
    };
    Ok(Json(SearchResult { tickets, people }))
}

/// The one of that number, and the newest in which the words stand.
async fn find_tickets(conn: &mut PgConnection, sight: Sight, q: &str) -> Result<Vec<TicketStub>> {
    let rows = sqlx::query_as!(
        TicketStub,
        r#"select id as "id: TicketId", number, subject, status as "status: Status" from desk.ticket
            where id in (select numbered.id from desk.ticket numbered where numbered.number = $1
                         union all
                         select desk.search_newest_ticket($2, $3, $6))
              and ($3 or requester_id = $4
                   or ($5 and company_id = (select company_id from desk.person where id = $4)))
            order by number = $1 desc nulls last, updated_at desc limit $7"#,
        number(q),
        words::beginnings(q).unwrap_or_default(),
        sight.staff,
        sight.person_id.0,
        sight.company,
        // Who sees all is shown the newest; for others the newest may be somebody else's.
        sight.staff.then_some(MOST),
        MOST,
    );
    Ok(rows.fetch_all(conn).await?)
}

/// Adds a text's words to a ticket's.
pub async fn index(
    tx: &mut TenantTx<ReadWrite>,
    ticket_id: TicketId,
    visibility: Visibility,
    text: &str,
) -> Result<()> {
    sqlx::query!(
        "insert into desk.search_document (organization_id, id, ticket_id, visibility, words)
         values ($1, $2, $3, $4, to_tsvector('simple', $5))",
        tx.organization_id.0,
        uuid::Uuid::now_v7(),
        ticket_id.0,
        visibility as _,
        beginning(text),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// PostgreSQL holds a megabyte of words; a quarter of it is text at most, whatever the words are.
const MOST_INDEXED_BYTES: usize = 256 << 10;

fn beginning(text: &str) -> &str {
    &text[..text.floor_char_boundary(MOST_INDEXED_BYTES)]
}

/// Makes the words of a ticket anew from what it says now: a message left it, or came to be seen by others.
pub async fn index_anew(tx: &mut TenantTx<ReadWrite>, ticket_id: TicketId) -> Result<()> {
    sqlx::query!("delete from desk.search_document where ticket_id = $1", ticket_id.0).execute(&mut **tx).await?;
    let texts = sqlx::query!(
        r#"select 'public' as "visibility!: Visibility", number || ' ' || subject as "text!" from desk.ticket where id = $1
           union all
           select visibility, body from desk.message where ticket_id = $1"#,
        ticket_id.0,
    );
    for text in texts.fetch_all(&mut **tx).await? {
        index(tx, ticket_id, text.visibility, &text.text).await?;
    }
    Ok(())
}

/// `#1042` or `1042`.
pub fn number(q: &str) -> Option<i64> {
    q.trim().trim_start_matches('#').parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_read_with_and_without_its_sign() {
        assert_eq!(number(" #42 "), Some(42));
        assert_eq!(number("42"), Some(42));
        assert_eq!(number("42 apples"), None);
    }
}
