use atum_core::{
    App, Problem, Problems, Result,
    caller::Caller,
    extract::{Json, Query},
    page::{self, PageQuery},
    problem::Kind,
};
use atum_identity::Anyone;
use atum_sla::Priority;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::{Deserialize, de::DeserializeOwned};
use sqlx::{PgConnection, Postgres, QueryBuilder};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    search,
    sight::Sight,
    status::Status,
    summary::{COLUMNS, Row, TicketPage},
};

#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct TicketQuery {
    /// Statuses with commas between them, or `open`.
    pub status: Option<String>,
    /// `me`, `none`, or a person's id.
    pub assignee: Option<String>,
    /// Priorities with commas between them.
    pub priority: Option<String>,
    /// `breached`, `warning` or `due_today`.
    pub sla: Option<String>,
    /// Words, or a number.
    pub q: Option<String>,
    pub requester: Option<Uuid>,
    pub company: Option<Uuid>,
    /// These tickets only: numbers with commas between them, 100 at most. What is left out does not match.
    pub number: Option<String>,
    /// Customers: `mine` (unless given) or, for a customer admin, `company`.
    pub scope: Option<String>,
    /// `updated` (newest first, unless given), `created` (newest first), `oldest`, `due` (soonest first).
    pub sort: Option<String>,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
    /// 1 to 100, 50 unless given.
    pub limit: Option<u32>,
}

/// Tickets: all for staff, their own for customers.
#[utoipa::path(get, path = "/api/v1/tickets", tag = "tickets", params(TicketQuery),
    responses((status = 200, body = TicketPage), Problems))]
pub(crate) async fn list_tickets(
    State(app): State<App>,
    caller: Anyone,
    Query(query): Query<TicketQuery>,
) -> Result<Json<TicketPage>> {
    let mut tx = app.db.read(&caller).await?;
    let now = tx.now;
    Ok(Json(list(&mut tx, &caller, query, now).await?))
}

#[derive(Clone, Copy)]
enum Sort {
    Updated,
    Created,
    Oldest,
    Due,
}

impl Sort {
    fn read(text: Option<&str>) -> Result<Self> {
        match text {
            None | Some("updated") => Ok(Self::Updated),
            Some("created") => Ok(Self::Created),
            Some("oldest") => Ok(Self::Oldest),
            Some("due") => Ok(Self::Due),
            Some(other) => Err(unknown("sort", other)),
        }
    }

    /// The parts of the list, one after the other. What has no deadline comes after everything that has one, and each is
    /// read in the order of an index: over both together there is none.
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Updated => &[Part { condition: "", column: Some("t.updated_at"), falls: true }],
            Self::Created => &[Part { condition: "", column: Some("t.created_at"), falls: true }],
            Self::Oldest => &[Part { condition: "", column: Some("t.created_at"), falls: false }],
            Self::Due => &[
                Part { condition: " and d.due_at is not null", column: Some("d.due_at"), falls: false },
                Part { condition: " and d.due_at is null", column: None, falls: false },
            ],
        }
    }

    /// Where in the list a row stands.
    fn place(self, row: &Row) -> Place {
        let at = match self {
            Self::Updated => Some(row.updated_at),
            Self::Created | Self::Oldest => Some(row.created_at),
            Self::Due => row.due_at,
        };
        (at, row.id().0)
    }
}

/// A time, or none in the part that has none, and an id.
type Place = (Option<DateTime<Utc>>, Uuid);

/// Rows that are ordered by one column, or by nothing; the id decides between equals.
struct Part {
    condition: &'static str,
    column: Option<&'static str>,
    falls: bool,
}

impl Part {
    /// Whether a list that goes on after this place has left it behind.
    fn is_over(&self, after: Option<Place>) -> bool {
        self.column.is_some() && after.is_some_and(|(at, _)| at.is_none())
    }

    fn order(&self, sql: &mut QueryBuilder<Postgres>, after: Option<Place>) {
        let (direction, beyond) = if self.falls { ("desc", "<") } else { ("asc", ">") };
        sql.push(self.condition);
        match (self.column, after) {
            (Some(column), Some((at, id))) => {
                sql.push(format!(" and ({column}, t.id) {beyond} (")).push_bind(at);
                sql.push(", ").push_bind(id).push(")");
            }
            (None, Some((None, id))) => drop(sql.push(format!(" and t.id {beyond} ")).push_bind(id)),
            (_, None) | (None, Some((Some(_), _))) => {}
        }
        sql.push(" order by ");
        if let Some(column) = self.column {
            sql.push(format!("{column} {direction}, "));
        }
        sql.push(format!("t.id {direction} limit "));
    }
}

/// A page of what the caller may see and asked for.
pub async fn list(
    conn: &mut PgConnection,
    caller: &Caller,
    query: TicketQuery,
    now: DateTime<Utc>,
) -> Result<TicketPage> {
    let sight = Sight::of(caller);
    let sort = Sort::read(query.sort.as_deref())?;
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let (after, most) = (page.after::<Place>()?, page.limit() + 1);
    let mut rows: Vec<Row> = vec![];
    for part in sort.parts() {
        let missing = most - i64::try_from(rows.len()).unwrap_or(most);
        if missing == 0 || part.is_over(after) {
            continue;
        }
        let mut sql = select(sight);
        narrow(&mut sql, &query, sight, now)?;
        part.order(&mut sql, after);
        sql.push_bind(missing);
        rows.extend(sql.build_query_as::<Row>().fetch_all(&mut *conn).await?);
    }
    let (rows, next_cursor) = page::cut(rows, page.limit(), |row| sort.place(row));
    Ok(TicketPage { items: rows.into_iter().map(|row| row.into_summary(sight.staff)).collect(), next_cursor })
}

fn select(sight: Sight) -> QueryBuilder<Postgres> {
    // Whether it was read is shown to customers alone.
    let seen = if sight.staff { "null::timestamptz" } else { "s.seen_at" };
    let mut sql = QueryBuilder::new(format!("select {COLUMNS}, {seen} as seen_at from desk.ticket t"));
    sql.push(
        " join desk.person r on r.organization_id = t.organization_id and r.id = t.requester_id
          left join desk.company c on c.organization_id = t.organization_id and c.id = t.company_id
          left join desk.person a on a.organization_id = t.organization_id and a.id = t.assignee_id
          left join desk.sla_deadline d on d.organization_id = t.organization_id and d.ticket_id = t.id",
    );
    if !sight.staff {
        sql.push(
            " left join desk.ticket_seen s on s.organization_id = t.organization_id and s.ticket_id = t.id
              and s.person_id = ",
        );
        sql.push_bind(sight.person_id.0);
    }
    sql.push(" where true");
    sql
}

fn narrow(sql: &mut QueryBuilder<Postgres>, query: &TicketQuery, sight: Sight, now: DateTime<Utc>) -> Result<()> {
    reach(sql, sight, query.scope.as_deref());
    if let Some(statuses) = query.status.as_deref() {
        sql.push(" and t.status = any(").push_bind(statuses_in(statuses)?).push(")");
    }
    if let Some(priorities) = query.priority.as_deref() {
        let chosen: Vec<Priority> = words_in("priority", priorities)?;
        sql.push(" and t.priority = any(").push_bind(texts(&chosen)).push(")");
    }
    match query.assignee.as_deref() {
        None => {}
        Some("none") => drop(sql.push(" and t.assignee_id is null")),
        Some("me") => drop(sql.push(" and t.assignee_id = ").push_bind(sight.person_id.0)),
        Some(id) => {
            let id: Uuid = id.parse().map_err(|_| unknown("assignee", id))?;
            sql.push(" and t.assignee_id = ").push_bind(id);
        }
    }
    if let Some(numbers) = query.number.as_deref() {
        sql.push(" and t.number = any(").push_bind(numbers_in(numbers)?).push(")");
    }
    if let Some(id) = query.requester {
        sql.push(" and t.requester_id = ").push_bind(id);
    }
    if let Some(id) = query.company {
        sql.push(" and t.company_id = ").push_bind(id);
    }
    narrow_by_sla(sql, query.sla.as_deref(), sight, now)?;
    narrow_by_words(sql, query.q.as_deref(), sight);
    Ok(())
}

/// What a customer reaches: their own, or with the scope the company's where they may see it.
fn reach(sql: &mut QueryBuilder<Postgres>, sight: Sight, scope: Option<&str>) {
    if sight.staff {
        return;
    }
    if sight.company && scope == Some("company") {
        sql.push(" and t.company_id = (select company_id from desk.person where id = ");
        sql.push_bind(sight.person_id.0).push(")");
    } else {
        sql.push(" and t.requester_id = ").push_bind(sight.person_id.0);
    }
}

/// Deadlines are staff's: a customer's question for them finds nothing.
fn narrow_by_sla(sql: &mut QueryBuilder<Postgres>, sla: Option<&str>, sight: Sight, now: DateTime<Utc>) -> Result<()> {
    match sla {
        None => return Ok(()),
        Some(state @ ("breached" | "warning")) => drop(sql.push(" and d.state = ").push_bind(state.to_owned())),
        Some("due_today") => {
            let zone = "(select time_zone from desk.person where id = ";
            sql.push(" and d.state in ('running', 'warning') and d.due_at < (date_trunc('day', ").push_bind(now);
            sql.push(format!(" at time zone {zone}")).push_bind(sight.person_id.0);
            sql.push(format!(")) + interval '1 day') at time zone {zone}")).push_bind(sight.person_id.0).push(")");
        }
        Some(other) => return Err(unknown("sla", other)),
    }
    if !sight.staff {
        sql.push(" and false");
    }
    Ok(())
}

fn narrow_by_words(sql: &mut QueryBuilder<Postgres>, q: Option<&str>, sight: Sight) {
    let Some(q) = q.filter(|q| !q.trim().is_empty()) else { return };
    // Not "number or words": no index answers an or of two, and every ticket would be looked at.
    sql.push(" and t.id in (select numbered.id from desk.ticket numbered where numbered.number = ");
    sql.push_bind(search::number(q));
    if let Some(prefixes) = search::prefixes(q) {
        sql.push(" union all select desk.search_ticket(").push_bind(prefixes);
        sql.push(", ").push_bind(sight.staff).push(")");
    }
    sql.push(")");
}

pub(crate) fn statuses_in(text: &str) -> Result<Vec<String>> {
    let chosen = if text == "open" { Status::OPEN.to_vec() } else { words_in("status", text)? };
    Ok(texts(&chosen))
}

fn numbers_in(text: &str) -> Result<Vec<i64>> {
    let numbers = text.split(',').map(|number| number.trim().parse());
    let numbers: Vec<i64> = numbers.collect::<Result<_, _>>().map_err(|_| unknown("number", text))?;
    if numbers.len() > 100 {
        return Err(Problem::new(Kind::Malformed).detail("number takes at most 100 numbers"));
    }
    Ok(numbers)
}

fn words_in<T: DeserializeOwned>(parameter: &str, text: &str) -> Result<Vec<T>> {
    let read = |word: &str| serde_json::from_value(word.trim().into()).map_err(|_| unknown(parameter, word));
    text.split(',').map(read).collect()
}

fn texts<T: serde::Serialize>(words: &[T]) -> Vec<String> {
    let text = |word: &T| serde_json::to_value(word).ok().and_then(|value| value.as_str().map(str::to_owned));
    words.iter().filter_map(text).collect()
}

fn unknown(parameter: &str, value: &str) -> Problem {
    Problem::new(Kind::Malformed).detail(format!("{parameter} cannot be {value:?}"))
}
