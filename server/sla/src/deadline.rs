//! The next deadline of each ticket: the one row that lists sort and filter by.

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::json;

use atum_core::{
    Result,
    db::{ReadWrite, TenantTx},
    ids::TicketId,
};

use crate::{NextDeadline, clock::SlaClock};

/// Of the clocks that run the one due first, breached or not; where all stand still one of those, paused; none where
/// nothing is open.
pub(crate) fn next(clocks: &[&SlaClock], now: DateTime<Utc>) -> Option<NextDeadline> {
    let open = clocks.iter().filter(|clock| clock.is_open());
    let first = open.min_by_key(|clock| (clock.due_at.is_none(), clock.due_at, clock.metric))?;
    Some(NextDeadline { metric: first.metric, state: first.state_at(now), due_at: first.due_at })
}

#[derive(Serialize)]
struct Row {
    ticket_id: TicketId,
    #[serde(flatten)]
    deadline: NextDeadline,
}

/// Writes the deadlines of tickets, given all clocks of each.
pub(crate) async fn save(
    tx: &mut TenantTx<ReadWrite>,
    tickets: &[(TicketId, Vec<&SlaClock>)],
    now: DateTime<Utc>,
) -> Result<()> {
    let deadline = |(id, clocks): &(TicketId, Vec<&SlaClock>)| (*id, next(clocks, now));
    let deadlines: Vec<_> = tickets.iter().map(deadline).collect();
    let without: Vec<_> = deadlines.iter().filter(|(_, next)| next.is_none()).map(|(id, _)| *id).collect();
    let rows: Vec<_> = deadlines
        .into_iter()
        .filter_map(|(ticket_id, next)| next.map(|deadline| Row { ticket_id, deadline }))
        .collect();
    sqlx::query!("delete from desk.sla_deadline where ticket_id = any($1)", &without as _).execute(&mut **tx).await?;
    sqlx::query!(
        "insert into desk.sla_deadline (organization_id, ticket_id, metric, state, due_at)
         select $1, r.ticket_id, r.metric, r.state, r.due_at
           from jsonb_populate_recordset(null::desk.sla_deadline, $2) r
         on conflict (organization_id, ticket_id) do update
            set metric = excluded.metric, state = excluded.state, due_at = excluded.due_at
          where (sla_deadline.metric, sla_deadline.state, sla_deadline.due_at)
                is distinct from (excluded.metric, excluded.state, excluded.due_at)",
        tx.organization_id.0,
        json!(rows),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        ClockState, Metric, Priority, Signal,
        clock::fixture::{Desk, berlin},
    };

    fn next_of(desk: &Desk, wall: &str) -> Option<(Metric, ClockState)> {
        let clocks: Vec<_> = desk.clocks.iter().collect();
        next(&clocks, berlin(wall)).map(|deadline| (deadline.metric, deadline.state))
    }

    #[test]
    fn the_clock_that_is_due_first_counts_breached_or_not() {
        let mut desk = Desk::new();
        assert_eq!(next_of(&desk, "2026-11-20 16:00"), None);
        desk.signal("2026-11-20 16:00", Signal::Accepted { priority: Priority::Normal });
        assert_eq!(next_of(&desk, "2026-11-20 16:00"), Some((Metric::FirstResponse, ClockState::Running)));
        assert_eq!(next_of(&desk, "2026-11-23 12:00"), Some((Metric::FirstResponse, ClockState::Breached)));
        desk.signal("2026-11-23 12:00", Signal::StaffReplied);
        assert_eq!(next_of(&desk, "2026-11-23 12:00"), Some((Metric::Resolution, ClockState::Running)));
        desk.signal("2026-11-23 12:00", Signal::WaitingStarted);
        assert_eq!(next_of(&desk, "2026-11-23 12:00"), Some((Metric::Resolution, ClockState::Paused)));
        desk.signal("2026-11-23 12:10", Signal::Resolved);
        assert_eq!(next_of(&desk, "2026-11-23 12:10"), None);
    }
}
