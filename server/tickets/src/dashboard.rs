use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Agent;
use axum::extract::State;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use serde::Serialize;
use sqlx::PgConnection;
use utoipa::ToSchema;

use crate::{
    days::Days,
    list::{self, TicketQuery},
    summary::TicketSummary,
};

#[derive(Serialize, ToSchema)]
pub(crate) struct Dashboard {
    waiting_for_acceptance: Trend,
    due_today: Trend,
    breached: Trend,
    answered_today: Trend,
    /// The last 14 days in the caller's time zone.
    volume: Vec<Volume>,
    /// The caller's open tickets, soonest deadline first; at most 8.
    my_next: Vec<TicketSummary>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Trend {
    value: i64,
    /// The same number a day ago, where it can be known.
    yesterday: Option<i64>,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct Volume {
    day: NaiveDate,
    created: i64,
    resolved: i64,
}

/// What matters this morning, in numbers that are counted at every look.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "dashboard",
    responses((status = 200, body = Dashboard), Problems))]
pub(crate) async fn get_dashboard(State(app): State<App>, agent: Agent) -> Result<Json<Dashboard>> {
    let mut tx = app.db.read(&agent).await?;
    let now = tx.now;
    let days = Days::of(&mut tx, agent.person_id, now).await?;
    let mine = TicketQuery {
        assignee: Some("me".into()),
        status: Some("accepted,in_progress,waiting_customer".into()),
        sort: Some("due".into()),
        limit: Some(8),
        ..Default::default()
    };
    Ok(Json(Dashboard {
        waiting_for_acceptance: waiting(&mut tx, now).await?,
        due_today: due_today(&mut tx, days).await?,
        breached: breached(&mut tx, now).await?,
        answered_today: answered_today(&mut tx, now, days).await?,
        volume: volume(&mut tx, days).await?,
        my_next: list::list(&mut tx, &agent, mine, now).await?.items,
    }))
}

/// What ceased to wait since yesterday was changed since yesterday: that is what an index finds it by.
async fn waiting(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Trend> {
    let row = sqlx::query!(
        r#"select (select count(*) from desk.ticket where status = 'new') as "value!",
                  (select count(*) from desk.ticket where status = 'new' and created_at <= $1)
                  + (select count(*) from desk.ticket
                      where status <> 'new' and created_at <= $1 and updated_at > $1
                        and coalesce(accepted_at > $1, true)) as "yesterday!""#,
        now - Duration::days(1),
    )
    .fetch_one(conn)
    .await?;
    Ok(Trend { value: row.value, yesterday: Some(row.yesterday) })
}

/// Yesterday's is not known: deadlines move, and where they stood is not kept.
async fn due_today(conn: &mut PgConnection, days: Days) -> Result<Trend> {
    let value = sqlx::query_scalar!(
        r#"select count(*) as "count!" from desk.sla_deadline
            where state in ('running', 'warning') and due_at < $1"#,
        days.tonight(),
    )
    .fetch_one(conn)
    .await?;
    Ok(Trend { value, yesterday: None })
}

/// Open promises that are broken.
async fn breached(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<Trend> {
    let row = sqlx::query!(
        r#"select (select count(*) from desk.sla_deadline where state = 'breached') as "value!",
                  (select count(distinct ticket_id) from desk.sla_clock
                    where breached_at <= $1 and coalesce(stopped_at, 'infinity') > $1) as "yesterday!""#,
        now - Duration::days(1),
    )
    .fetch_one(conn)
    .await?;
    Ok(Trend { value: row.value, yesterday: Some(row.yesterday) })
}

/// Tickets that staff answered since midnight, and until this time yesterday. Each message changes its ticket, so that
/// only what changed since then is looked at.
async fn answered_today(conn: &mut PgConnection, now: DateTime<Utc>, days: Days) -> Result<Trend> {
    let row = sqlx::query!(
        r#"with answer as (
                    select m.ticket_id, m.created_at from desk.ticket t
                      join desk.message m on m.organization_id = t.organization_id and m.ticket_id = t.id
                      join desk.person p on p.organization_id = m.organization_id and p.id = m.author_id
                     where m.visibility = 'public' and p.role in ('agent', 'manager', 'admin')
                       and t.updated_at >= $1 and m.created_at >= $1)
           select count(distinct ticket_id) filter (where created_at >= $2) as "value!",
                  count(distinct ticket_id) filter (where created_at < $2 and created_at <= $3) as "yesterday!"
             from answer"#,
        days.begin_of(days.ago(1)),
        days.begin_of(days.today),
        now - Duration::days(1),
    )
    .fetch_one(conn)
    .await?;
    Ok(Trend { value: row.value, yesterday: Some(row.yesterday) })
}

/// A moment is counted to the last day that had begun by then.
async fn volume(conn: &mut PgConnection, days: Days) -> Result<Vec<Volume>> {
    let shown: Vec<NaiveDate> = (0..14).rev().map(|ago| days.ago(ago)).collect();
    let begins: Vec<DateTime<Utc>> = shown.iter().map(|day| days.begin_of(*day)).collect();
    let rows = sqlx::query_as!(
        Volume,
        r#"with day as (select day, nth::int from unnest($1::date[]) with ordinality as shown(day, nth)),
                created as (select width_bucket(created_at, $2::timestamptz[]) as nth, count(*) as n from desk.ticket
                             where created_at >= $3 group by 1),
                resolved as (select width_bucket(resolved_at, $2::timestamptz[]) as nth, count(*) as n from desk.ticket
                              where updated_at >= $3 and resolved_at >= $3 group by 1)
           select day.day as "day!", coalesce(created.n, 0) as "created!", coalesce(resolved.n, 0) as "resolved!"
             from day left join created using (nth) left join resolved using (nth) order by nth"#,
        &shown,
        &begins,
        begins[0],
    )
    .fetch_all(conn)
    .await?;
    Ok(rows)
}
