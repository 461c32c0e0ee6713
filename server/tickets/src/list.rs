use atum_core::{
    App, Problems, Result,
    caller::Caller,
    extract::{Json, Query},
    page::{self, PageQuery},
};
use atum_identity::Anyone;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Deserialize;
use sqlx::{PgConnection, Postgres, QueryBuilder};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::{
    days::Days,
    narrow::{narrow, priorities_in, statuses_in},
    order::{Deadline, Order, Sort},
    sight::Sight,
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

/// A page of what the caller may see and asked for.
pub async fn list(
    conn: &mut PgConnection,
    caller: &Caller,
    query: TicketQuery,
    now: DateTime<Utc>,
) -> Result<TicketPage> {
    let page = PageQuery { cursor: query.cursor.clone(), limit: query.limit };
    let sort = Sort::read(query.sort.as_deref())?;
    let after = page.after::<Place>()?;
    let sight = Sight::of(caller);
    let tonight = match query.sla.as_deref() {
        Some("due_today") => Days::of(conn, sight.person_id, now).await?.tonight(),
        _ => now,
    };
    let question = Question { query, sight, tonight };
    let most = page.limit() + 1;
    let mut rows: Vec<Row> = vec![];
    for &order in sort.parts() {
        // A cursor without a time ended among those that have no deadline.
        let behind = order.deadline == Deadline::Some && after.is_some_and(|(at, _)| at.is_none());
        let left = most - i64::try_from(rows.len()).unwrap_or(most);
        if left > 0 && !behind {
            let after = after.filter(|(at, _)| at.is_none() == (order.deadline == Deadline::None));
            rows.extend(question.ask(conn, order, after, left).await?);
        }
    }
    let (rows, next_cursor) = page::cut(rows, page.limit(), |row| (sort.of(row), row.id()));
    let staff = question.sight.staff;
    Ok(TicketPage { items: rows.into_iter().map(|row| row.into_summary(staff)).collect(), next_cursor })
}

/// Where a page ended.
type Place = (Option<DateTime<Utc>>, Uuid);

struct Question {
    query: TicketQuery,
    sight: Sight,
    /// When the caller's day ends, where that is asked for.
    tonight: DateTime<Utc>,
}

impl Question {
    async fn ask(&self, conn: &mut PgConnection, order: Order, after: Option<Place>, most: i64) -> Result<Vec<Row>> {
        // Whether it was read is shown to customers alone.
        let seen = if self.sight.staff { "null::timestamptz" } else { "s.seen_at" };
        let mut sql = QueryBuilder::new(format!("select {COLUMNS}, {seen} as seen_at from ("));
        self.push_found(&mut sql, order, after, most)?;
        sql.push(
            ") t join desk.person r on r.organization_id = t.organization_id and r.id = t.requester_id
              left join desk.company c on c.organization_id = t.organization_id and c.id = t.company_id
              left join desk.person a on a.organization_id = t.organization_id and a.id = t.assignee_id
              left join desk.sla_deadline d on d.organization_id = t.organization_id and d.ticket_id = t.id",
        );
        if !self.sight.staff {
            sql.push(
                " left join desk.ticket_seen s on s.organization_id = t.organization_id and s.ticket_id = t.id
                  and s.person_id = ",
            );
            sql.push_bind(self.sight.person_id.0);
        }
        sql.push(order.by()).push_bind(most);
        Ok(sql.build_query_as().fetch_all(conn).await?)
    }

    /// The tickets of the page, before anything is looked up beside them. Each status that is asked for is read along
    /// its own index: the many tickets that have ended are neither walked over nor sorted to find the few that wait.
    fn push_found(
        &self,
        sql: &mut QueryBuilder<Postgres>,
        order: Order,
        after: Option<Place>,
        most: i64,
    ) -> Result<()> {
        let statuses = self.query.status.as_deref().map(statuses_in).transpose()?;
        match statuses {
            Some(statuses) if order.deadline != Deadline::Some && self.query.q.is_none() => {
                sql.push("select t.* from unnest(").push_bind(statuses).push("::text[]) wanted (status) ");
                let priorities = self.query.priority.as_deref().map(priorities_in).transpose()?;
                let by_priority = priorities.is_some();
                if let Some(priorities) = priorities {
                    sql.push("cross join unnest(").push_bind(priorities).push("::text[]) urgent (priority) ");
                }
                sql.push("cross join lateral (");
                self.push_tickets(sql, order.deadline);
                sql.push(" and t.status = wanted.status");
                if by_priority {
                    sql.push(" and t.priority = urgent.priority");
                }
                self.push_page(sql, order, after, most)?;
                sql.push(") t").push(order.by()).push_bind(most);
            }
            statuses => {
                self.push_tickets(sql, order.deadline);
                if let Some(statuses) = statuses {
                    sql.push(" and t.status = any(").push_bind(statuses).push(")");
                }
                self.push_page(sql, order, after, most)?;
            }
        }
        Ok(())
    }

    fn push_page(&self, sql: &mut QueryBuilder<Postgres>, order: Order, after: Option<Place>, most: i64) -> Result<()> {
        narrow(sql, &self.query, self.sight, self.tonight)?;
        let Order { column, .. } = order;
        match after {
            None => {}
            Some((Some(at), id)) => {
                sql.push(format!(" and ({column}, t.id) {} (", order.beyond())).push_bind(at);
                sql.push(", ").push_bind(id).push(")");
            }
            Some((None, id)) => {
                sql.push(format!(
                    " and ({column}, t.id) {} (select created_at, id from desk.ticket where id = ",
                    order.beyond()
                ));
                sql.push_bind(id).push(")");
            }
        }
        sql.push(order.by()).push_bind(most);
        Ok(())
    }

    fn push_tickets(&self, sql: &mut QueryBuilder<Postgres>, deadline: Deadline) {
        sql.push("select t.* from desk.ticket t");
        let (join, condition) = match deadline {
            Deadline::Any if self.query.sla.is_none() => ("", "true"),
            Deadline::Any => ("left join", "true"),
            Deadline::Some => ("join", "d.due_at is not null"),
            Deadline::None => ("left join", "d.due_at is null"),
        };
        if !join.is_empty() {
            sql.push(format!(
                " {join} desk.sla_deadline d on d.organization_id = t.organization_id and d.ticket_id = t.id"
            ));
        }
        sql.push(format!(" where {condition}"));
    }
}
