//! The ledger: what happened to each clock and why, in order, never changed. Every deadline and every report is a sum
//! over it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use atum_audit::Event;
use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{CalendarId, ClockId, PolicyId, SegmentId, TicketId},
};

use crate::{
    Metric,
    clock::{Alarm, SlaClock, State},
    deadline,
    rule::Change,
    story::Entry,
};

/// Why a segment of the ledger began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Cause {
    Start,
    Pause,
    Resume,
    Stop,
    Recalculation,
}

/// Locks every clock of the tickets, oldest first. The tickets' rows are locked before (shared: a reader of the ticket's
/// key, which is what a foreign key takes), in the order that whoever changes a ticket takes them.
pub(crate) async fn lock(tx: &mut TenantTx<ReadWrite>, ticket_ids: &[TicketId]) -> Result<Vec<SlaClock>> {
    sqlx::query!("select id from desk.ticket where id = any($1) order by id for key share", ticket_ids as _)
        .fetch_all(&mut **tx)
        .await?;
    lock_clocks(tx, ticket_ids).await
}

/// [`lock`] where the caller has locked the tickets' rows.
pub(crate) async fn lock_clocks(tx: &mut TenantTx<ReadWrite>, ticket_ids: &[TicketId]) -> Result<Vec<SlaClock>> {
    let clocks = sqlx::query_as!(
        SlaClock,
        r#"select id as "id: ClockId", ticket_id as "ticket_id: TicketId", metric as "metric: _",
                  policy_id as "policy_id: _", policy_version, calendar_id as "calendar_id: _", target_minutes,
                  warn_percent, state as "state: State", started_at, used_ms, segment_at, warn_at, due_at, warned_at,
                  breached_at, stopped_at
             from desk.sla_clock where ticket_id = any($1) order by id for update"#,
        ticket_ids as _,
    )
    .fetch_all(&mut **tx)
    .await?;
    Ok(clocks)
}

/// A clock with the name of what promised it and what the ledger says of it, in order.
pub(crate) struct Told {
    pub clock: SlaClock,
    pub policy_name: String,
    pub ledger: Vec<Entry>,
}

/// The clocks of a ticket, oldest first.
pub(crate) async fn read(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Vec<Told>> {
    let rows = sqlx::query!(
        r#"select c.id as "id: ClockId", c.metric as "metric: Metric", c.policy_id as "policy_id: PolicyId",
                  c.policy_version, c.calendar_id as "calendar_id: CalendarId", c.target_minutes, c.warn_percent,
                  c.state as "state: State", c.started_at, c.used_ms, c.segment_at, c.warn_at, c.due_at, c.warned_at,
                  c.breached_at, c.stopped_at, p.name as policy_name,
                  coalesce((select jsonb_agg(to_jsonb(s) order by s.at, s.id) from desk.sla_segment s
                             where s.organization_id = c.organization_id and s.clock_id = c.id), '[]')
                      as "ledger!: Json<Vec<Entry>>"
             from desk.sla_clock c
             join desk.sla_policy p on p.organization_id = c.organization_id and p.id = c.policy_id
            where c.ticket_id = $1 order by c.started_at, c.metric, c.id"#,
        ticket_id.0,
    )
    .fetch_all(conn)
    .await?;
    let told = rows.into_iter().map(|row| Told {
        clock: SlaClock {
            id: row.id,
            ticket_id,
            metric: row.metric,
            policy_id: row.policy_id,
            policy_version: row.policy_version,
            calendar_id: row.calendar_id,
            target_minutes: row.target_minutes,
            warn_percent: row.warn_percent,
            state: row.state,
            started_at: row.started_at,
            used_ms: row.used_ms,
            segment_at: row.segment_at,
            warn_at: row.warn_at,
            due_at: row.due_at,
            warned_at: row.warned_at,
            breached_at: row.breached_at,
            stopped_at: row.stopped_at,
        },
        policy_name: row.policy_name,
        ledger: row.ledger.0,
    });
    Ok(told.collect())
}

/// Writes changes of clocks that were locked: the ledger, the clocks, what they have to say, and the tickets' deadlines.
pub(crate) async fn record(
    tx: &mut TenantTx<ReadWrite>,
    locked: &[SlaClock],
    changes: &[Change],
    now: DateTime<Utc>,
) -> Result<()> {
    if changes.is_empty() {
        return Ok(());
    }
    save_clocks(tx, changes).await?;
    append_segments(tx, changes).await?;
    let mut clocks: BTreeMap<ClockId, &SlaClock> = locked.iter().map(|clock| (clock.id, clock)).collect();
    clocks.extend(changes.iter().map(|change| (change.clock.id, &change.clock)));
    let mut tickets: HashMap<TicketId, Vec<&SlaClock>> = HashMap::new();
    for clock in clocks.into_values() {
        tickets.entry(clock.ticket_id).or_default().push(clock);
    }
    let mut tickets: Vec<_> = tickets.into_iter().collect();
    tickets.sort_by_key(|(id, _)| *id);
    deadline::save(tx, &tickets, now).await?;
    for change in changes {
        say(tx, change).await?;
    }
    Ok(())
}

async fn save_clocks(tx: &mut TenantTx<ReadWrite>, changes: &[Change]) -> Result<()> {
    let rows: Vec<_> = changes.iter().map(|change| &change.clock).collect();
    sqlx::query!(
        "insert into desk.sla_clock
             (organization_id, id, ticket_id, metric, policy_id, policy_version, calendar_id, target_minutes,
              warn_percent, state, started_at, used_ms, segment_at, warn_at, due_at, warned_at, breached_at, stopped_at)
         select $1, r.id, r.ticket_id, r.metric, r.policy_id, r.policy_version, r.calendar_id, r.target_minutes,
                r.warn_percent, r.state, r.started_at, r.used_ms, r.segment_at, r.warn_at, r.due_at, r.warned_at,
                r.breached_at, r.stopped_at
           from jsonb_populate_recordset(null::desk.sla_clock, $2) r
         on conflict (organization_id, id) do update
            set policy_id = excluded.policy_id, policy_version = excluded.policy_version,
                calendar_id = excluded.calendar_id, target_minutes = excluded.target_minutes,
                warn_percent = excluded.warn_percent, state = excluded.state, used_ms = excluded.used_ms,
                segment_at = excluded.segment_at, warn_at = excluded.warn_at, due_at = excluded.due_at,
                warned_at = excluded.warned_at, breached_at = excluded.breached_at, stopped_at = excluded.stopped_at",
        tx.organization_id.0,
        json!(rows),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A row of `desk.sla_segment`.
#[derive(Serialize)]
struct Row {
    id: SegmentId,
    clock_id: ClockId,
    cause: Cause,
    at: DateTime<Utc>,
    used_ms: i64,
    target_minutes: i32,
    due_at: Option<DateTime<Utc>>,
}

async fn append_segments(tx: &mut TenantTx<ReadWrite>, changes: &[Change]) -> Result<()> {
    let row = |clock: &SlaClock, cause| Row {
        id: SegmentId::new(),
        clock_id: clock.id,
        cause,
        at: clock.segment_at,
        used_ms: clock.used_ms,
        target_minutes: clock.target_minutes,
        due_at: clock.due_at,
    };
    let rows: Vec<_> = changes.iter().filter_map(|change| Some(row(&change.clock, change.cause?))).collect();
    sqlx::query!(
        "insert into desk.sla_segment (organization_id, id, clock_id, cause, at, used_ms, target_minutes, due_at)
         select $1, r.id, r.clock_id, r.cause, r.at, r.used_ms, r.target_minutes, r.due_at
           from jsonb_populate_recordset(null::desk.sla_segment, $2) r",
        tx.organization_id.0,
        json!(rows),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// What a clock has to say becomes an event, and by that a notification and a live change.
async fn say(tx: &mut TenantTx<ReadWrite>, change: &Change) -> Result<()> {
    let SlaClock { id, ticket_id, metric, due_at, breached_at, .. } = &change.clock;
    let kind = match change.alarm {
        None => return Ok(()),
        Some(Alarm::Warned) => "sla_warned",
        Some(Alarm::Breached) => "sla_breached",
    };
    let detail = json!({ "metric": metric, "due_at": due_at.or(*breached_at) });
    metrics::counter!("atum_sla_alarms_total", "kind" => kind, "metric" => metric.as_str()).increment(1);
    let event = Event::internal(kind).ticket(*ticket_id).subject(id.0).detail(detail);
    // Time broke the promise, not the person whose change made somebody look.
    let (actor, ip) = (tx.actor.take(), tx.ip.take());
    let recorded = atum_audit::record(tx, event).await;
    (tx.actor, tx.ip) = (actor, ip);
    recorded.map(|_| ())
}
