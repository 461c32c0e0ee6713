//! The ledger: what happened to each clock and why, in order, never changed. Every deadline and every report is a sum
//! over it.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;
use sqlx::PgConnection;
use utoipa::ToSchema;

use atum_audit::Event;
use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::{ClockId, SegmentId, TicketId},
};

use crate::{
    clock::{Alarm, SlaClock, State},
    deadline,
    rule::Change,
    story::Entry,
};

/// Why a segment of the ledger began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, ToSchema, sqlx::Type)]
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

/// The clocks of a ticket, oldest first.
pub(crate) async fn read(conn: &mut PgConnection, ticket_id: TicketId) -> Result<Vec<SlaClock>> {
    let clocks = sqlx::query_as!(
        SlaClock,
        r#"select id as "id: ClockId", ticket_id as "ticket_id: TicketId", metric as "metric: _",
                  policy_id as "policy_id: _", policy_version, calendar_id as "calendar_id: _", target_minutes,
                  warn_percent, state as "state: State", started_at, used_ms, segment_at, warn_at, due_at, warned_at,
                  breached_at, stopped_at
             from desk.sla_clock where ticket_id = $1 order by started_at, metric, id"#,
        ticket_id.0,
    )
    .fetch_all(conn)
    .await?;
    Ok(clocks)
}

/// The ledger of each clock of a ticket, in order.
pub(crate) async fn entries(conn: &mut PgConnection, ticket_id: TicketId) -> Result<HashMap<ClockId, Vec<Entry>>> {
    let rows = sqlx::query!(
        r#"select s.clock_id as "clock_id: ClockId", s.cause as "cause: Cause", s.at, s.used_ms, s.target_minutes, s.due_at
             from desk.sla_clock c join desk.sla_segment s on s.clock_id = c.id and s.organization_id = c.organization_id
            where c.ticket_id = $1 order by s.at, s.id"#,
        ticket_id.0,
    )
    .fetch_all(conn)
    .await?;
    let mut ledgers: HashMap<ClockId, Vec<Entry>> = HashMap::new();
    for row in rows {
        let entry = Entry {
            cause: row.cause,
            at: row.at,
            used_ms: row.used_ms,
            target_minutes: row.target_minutes,
            due_at: row.due_at,
        };
        ledgers.entry(row.clock_id).or_default().push(entry);
    }
    Ok(ledgers)
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
