//! One stream a browser: what was committed, as hints to look again.
//!
//! An event's id is a horizon: the oldest transaction that was still open when the events before it were read. A
//! stream that resumes reads from there, so that nothing is skipped, not even a commit that was overtaken by a later
//! one; what is read twice is told once.

use std::{collections::HashSet, convert::Infallible, time::Duration};

use atum_core::{
    App, Problems, Result,
    caller::Caller,
    ids::{EventId, NotificationId, PersonId, TicketId},
    wake::Notice,
};
use atum_identity::Anyone;
use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, header},
    response::{
        IntoResponse, Response,
        sse::{Event, KeepAlive, Sse},
    },
};
use chrono::{DateTime, Utc};
use futures::Stream;
use serde::Serialize;
use sqlx::PgConnection;
use tokio::{sync::broadcast::error::RecvError, time};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{notification, presence, seat::Seat, sight::Sight};

/// More than this was missed: looking at everything again is cheaper than hearing it.
const MOST_RESUMED: usize = 500;
/// Commits that come together are told together.
const GATHER: Duration = Duration::from_millis(40);
/// The stream looks by itself this often: a lost notice costs time only. Also when a session is checked anew.
const LOOK: Duration = Duration::from_secs(15);

/// Something happened: whoever shows this ticket should look again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveChange {
    kind: String,
    ticket_id: Option<TicketId>,
    ticket_number: Option<i64>,
    actor_id: Option<PersonId>,
    at: DateTime<Utc>,
}

/// The caller's live stream (`text/event-stream`): `change` with a LiveChange, `notification` with a Notification,
/// `presence` with `{ticket_id, people}`, and `resync` when everything should be read again. Send `Last-Event-ID` to go
/// on where a stream broke off. A comment every 15 seconds keeps the connection open.
#[utoipa::path(get, path = "/api/v1/live", tag = "live",
    responses((status = 200, content_type = "text/event-stream", body = LiveChange), Problems))]
pub(crate) async fn stream_live(State(app): State<App>, caller: Anyone, headers: HeaderMap) -> Result<Response> {
    let seat = Seat::take(caller.person_id)?;
    let resumed = headers.get("last-event-id").and_then(|id| id.to_str().ok()).and_then(|id| id.parse().ok());
    let horizon = match resumed {
        Some(horizon) => horizon,
        None => horizon(&mut *app.db.read(&caller).await?).await?,
    };
    let stream = LiveStream { app, caller: Caller::clone(&caller), horizon, told: HashSet::new(), _seat: seat }
        .run(resumed.is_some());
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(LOOK)).into_response();
    // A proxy that gathers would hold back what is to be told at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

struct LiveStream {
    app: App,
    caller: Caller,
    horizon: i64,
    /// Told since the horizon: not to be told again.
    told: HashSet<Uuid>,
    _seat: Seat,
}

impl LiveStream {
    fn run(mut self, resumed: bool) -> impl Stream<Item = Result<Event, Infallible>> {
        async_stream::stream! {
            let mut notices = self.app.wake.subscribe();
            let stop = self.app.stop.clone();
            let mut look = resumed;
            // Tells the browser at once that the stream is open, and where it would resume.
            yield Ok(Event::default().event("open").id(self.horizon.to_string()).data("{}"));
            loop {
                if look {
                    match self.news().await {
                        Ok(events) => for event in events { yield Ok(event) },
                        // The database is away or the session is over: the browser asks anew and is told which.
                        Err(_) => return,
                    }
                }
                look = tokio::select! {
                    () = stop.cancelled() => return,
                    () = time::sleep(LOOK) => match self.still_signed_in().await { true => true, false => return },
                    notice = notices.recv() => match notice {
                        Ok(Notice::Live(organization)) => organization == self.caller.organization_id,
                        Ok(Notice::Presence(told)) => {
                            if let Some(event) = self.presence(&told).await { yield Ok(event) }
                            false
                        }
                        Ok(Notice::Jobs) => false,
                        Ok(Notice::Resync) | Err(RecvError::Lagged(_)) => true,
                        Err(RecvError::Closed) => return,
                    },
                };
                if look {
                    time::sleep(GATHER).await;
                }
            }
        }
    }

    async fn still_signed_in(&self) -> bool {
        // A database that is away says nothing about the session.
        atum_identity::session::is_current(&self.app, &self.caller).await.unwrap_or(true)
    }

    /// What was committed since the horizon and is the caller's to see.
    async fn news(&mut self) -> Result<Vec<Event>> {
        let mut tx = self.app.db.read(&self.caller).await?;
        // The horizon is taken first: what commits between the two queries is read again, not missed.
        let next = horizon(&mut tx).await?;
        let changes = changes(&mut tx, Sight::of(&self.caller), self.horizon).await?;
        let notifications = notification::since(&mut tx, self.caller.person_id, self.horizon).await?;
        let id = next.to_string();
        if changes.len() > MOST_RESUMED {
            (self.horizon, self.told) = (next, HashSet::new());
            return Ok(vec![Event::default().event("resync").id(id).data("{}")]);
        }
        let mut seen = HashSet::new();
        let mut events = vec![];
        for (event_id, change) in &changes {
            seen.insert(event_id.0);
            if !self.told.contains(&event_id.0) {
                events.push(Event::default().event("change").id(&id).json_data(change));
            }
        }
        for (notification_id, notification) in &notifications {
            let NotificationId(uuid) = notification_id;
            seen.insert(*uuid);
            if !self.told.contains(uuid) {
                events.push(Event::default().event("notification").id(&id).json_data(notification));
            }
        }
        (self.horizon, self.told) = (next, seen);
        Ok(events.into_iter().flatten().collect())
    }

    /// Presence is staff's.
    async fn presence(&self, told: &str) -> Option<Event> {
        let told: presence::Told = serde_json::from_str(told).ok()?;
        if told.organization_id != self.caller.organization_id || !self.caller.role.is_staff() {
            return None;
        }
        let people = match told.people {
            Some(people) => people,
            None => presence::there(&mut *self.app.db.read(&self.caller).await.ok()?, told.ticket_id).await.ok()?,
        };
        let people = presence::others(people, self.caller.person_id);
        let body = serde_json::json!({ "ticket_id": told.ticket_id, "people": people });
        Event::default().event("presence").json_data(body).ok()
    }
}

/// The oldest transaction that is still open: whatever comes later has this number or a higher one.
async fn horizon(conn: &mut PgConnection) -> Result<i64> {
    let horizon = sqlx::query_scalar!(r#"select pg_snapshot_xmin(pg_current_snapshot())::text::bigint as "horizon!""#);
    Ok(horizon.fetch_one(conn).await?)
}

async fn changes(conn: &mut PgConnection, sight: Sight, since: i64) -> Result<Vec<(EventId, LiveChange)>> {
    let rows = sqlx::query!(
        r#"select e.id as "id: EventId", e.kind, e.ticket_id as "ticket_id: TicketId", t.number as "number?",
                  e.actor_id as "actor_id: PersonId", e.at
             from desk.event e
             left join desk.ticket t on t.organization_id = e.organization_id and t.id = e.ticket_id
            where e.transaction_id >= $1
              and ($2 or (e.visibility = 'public'
                   and (t.requester_id = $3
                        or ($4 and t.company_id = (select company_id from desk.person where id = $3)))))
            order by e.transaction_id, e.id limit 501"#,
        since,
        sight.staff,
        sight.person_id.0,
        sight.company,
    )
    .fetch_all(conn)
    .await?;
    let change = rows.into_iter().map(|row| {
        let change = LiveChange {
            kind: row.kind,
            ticket_id: row.ticket_id,
            ticket_number: row.number,
            actor_id: row.actor_id,
            at: row.at,
        };
        (row.id, change)
    });
    Ok(change.collect())
}
