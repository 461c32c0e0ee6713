//! One stream a browser: what was committed, as hints to look again.
//!
//! An event's id is a horizon: the oldest transaction that was still open when the events before it were read. A
//! stream that resumes reads from there, so that nothing is skipped, not even a commit that was overtaken by a later
//! one; what is read twice is told once.

use std::{collections::HashSet, convert::Infallible, sync::Arc, time::Duration};

use atum_core::{
    App, Problems, Result,
    caller::Caller,
    extract::Query,
    ids::{OrganizationId, PersonId, TicketId},
    wake::{self, Notice},
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
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time,
};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::{feed, notification, presence, seat::Seat, sight::Sight};

/// More than this was missed: looking at everything again is cheaper than hearing it.
const MOST_RESUMED: usize = 500;
/// Commits that come together are told together.
pub(crate) const GATHER: Duration = Duration::from_millis(40);
/// The stream looks by itself this often: a lost notice costs time only. Also when a session is checked anew.
pub(crate) const LOOK: Duration = Duration::from_secs(15);

/// Something happened: whoever shows this ticket should look again.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LiveChange {
    kind: String,
    ticket_id: Option<TicketId>,
    ticket_number: Option<i64>,
    actor_id: Option<PersonId>,
    at: DateTime<Utc>,
}

/// Where to go on.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Since {
    /// The id of an event, or a session's `live_since`: what was committed from there on is told first.
    since: Option<i64>,
}

/// The caller's live stream (`text/event-stream`): `change` with a LiveChange, `notification` with a Notification,
/// `presence` with `{ticket_id, people}`, and `resync` when everything should be read again. Send `Last-Event-ID` to go
/// on where a stream broke off, or `since` where no header can be sent. A comment every 15 seconds keeps the connection
/// open.
#[utoipa::path(get, path = "/api/v1/live", tag = "live", params(Since),
    responses((status = 200, content_type = "text/event-stream", body = LiveChange), Problems))]
pub(crate) async fn stream_live(
    State(app): State<App>,
    caller: Anyone,
    Query(Since { since }): Query<Since>,
    headers: HeaderMap,
) -> Result<Response> {
    let seat = Seat::take(caller.person_id)?;
    // Heard from before the horizon is taken: what is committed in between comes from one or the other.
    let source = Source::of(&app, &caller);
    // A browser that reconnects by itself sends the later of the two in the header.
    let resumed = resumed(&headers).or(since);
    let horizon = match resumed {
        Some(horizon) => horizon,
        None => wake::horizon(&mut *app.db.read(&caller).await?).await?,
    };
    let stream = LiveStream { app, caller: Caller::clone(&caller), horizon, told: HashSet::new(), _seat: seat }
        .run(source, resumed.is_some());
    let mut response = Sse::new(stream).keep_alive(KeepAlive::new().interval(LOOK)).into_response();
    // A proxy that gathers would hold back what is to be told at once.
    response.headers_mut().insert("x-accel-buffering", HeaderValue::from_static("no"));
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

/// The horizon where a stream broke off. What is no id of ours begins anew.
pub(crate) fn resumed(headers: &HeaderMap) -> Option<i64> {
    headers.get("last-event-id")?.to_str().ok()?.parse().ok()
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
    fn run(mut self, mut source: Source, resumed: bool) -> impl Stream<Item = Result<Event, Infallible>> {
        async_stream::stream! {
            let stop = self.app.stop.clone();
            let mut check = time::interval_at(time::Instant::now() + LOOK, LOOK);
            let mut heard = if resumed { Heard::Look } else { Heard::Nothing };
            // Tells the browser at once that the stream is open, and where it would resume.
            yield Ok(Event::default().event("open").id(self.horizon.to_string()).data("{}"));
            loop {
                let events = match heard {
                    Heard::Nothing => Ok(vec![]),
                    Heard::Look => self.look().await,
                    Heard::News(news) => self.hear(&news).await,
                    Heard::Presence(told) => Ok(self.presence(&told).await.into_iter().collect()),
                    Heard::End => return,
                };
                match events {
                    Ok(events) => for event in events { yield Ok(event) },
                    // The database is away or the session is over: the browser asks anew and is told which.
                    Err(_) => return,
                }
                heard = tokio::select! {
                    () = stop.cancelled() => return,
                    _ = check.tick() => match self.still_signed_in().await {
                        true => source.after_a_while(),
                        false => return,
                    },
                    heard = source.next(self.caller.organization_id) => heard,
                };
            }
        }
    }

    async fn still_signed_in(&self) -> bool {
        // A database that is away says nothing about the session.
        atum_identity::session::is_current(&self.app, &self.caller).await.unwrap_or(true)
    }

    /// What was committed since the horizon and is the caller's to see.
    async fn look(&mut self) -> Result<Vec<Event>> {
        let mut tx = self.app.db.read(&self.caller).await?;
        let sight = Sight::of(&self.caller);
        let news = News::read(&mut tx, sight, Some(self.caller.person_id), self.horizon).await?;
        Ok(self.tell(&news))
    }

    /// What the feed read for everybody, if that begins early enough; otherwise the stream looks for itself.
    async fn hear(&mut self, news: &News) -> Result<Vec<Event>> {
        if news.since > self.horizon {
            return self.look().await;
        }
        Ok(self.tell(news))
    }

    fn tell(&mut self, news: &News) -> Vec<Event> {
        // It was read before what was told last, which had all of it.
        if news.next < self.horizon {
            return vec![];
        }
        let id = news.next.to_string();
        if news.too_much {
            (self.horizon, self.told) = (news.next, HashSet::new());
            return vec![Event::default().event("resync").id(id).data("{}")];
        }
        let mine = |item: &&Item| {
            item.transaction_id >= self.horizon && item.person_id.is_none_or(|person| person == self.caller.person_id)
        };
        let mine: Vec<&Item> = news.items.iter().filter(mine).collect();
        let untold = mine.iter().filter(|item| !self.told.contains(&item.id));
        let events = untold.map(|item| Event::default().event(item.event).id(&id).data(&item.json)).collect();
        let seen = mine.iter().map(|item| item.id);
        if news.next == self.horizon {
            self.told.extend(seen);
        } else {
            (self.horizon, self.told) = (news.next, seen.collect());
        }
        events
    }

    /// Presence is staff's.
    async fn presence(&self, told: &presence::Told) -> Option<Event> {
        if told.organization_id != self.caller.organization_id || !self.caller.role.is_staff() {
            return None;
        }
        let people = match &told.people {
            Some(people) => people.clone(),
            None => presence::there(&mut *self.app.db.read(&self.caller).await.ok()?, told.ticket_id).await.ok()?,
        };
        let people = presence::others(people, self.caller.person_id);
        let body = serde_json::json!({ "ticket_id": told.ticket_id, "people": people });
        Event::default().event("presence").json_data(body).ok()
    }
}

/// What a stream hears of.
#[derive(Clone)]
pub(crate) enum Heard {
    Nothing,
    Look,
    News(Arc<News>),
    Presence(Arc<presence::Told>),
    /// The feed ended: its database is away.
    End,
}

/// Staff of one organization see the same, so one feed reads it for all their streams. Each customer sees something
/// else and reads for themselves.
enum Source {
    Feed(broadcast::Receiver<Heard>),
    Notices(broadcast::Receiver<Notice>),
}

impl Source {
    fn of(app: &App, caller: &Caller) -> Self {
        match caller.role.is_staff() {
            true => Self::Feed(feed::subscribe(app, caller.organization_id)),
            false => Self::Notices(app.wake.subscribe()),
        }
    }

    /// A feed looks by itself now and then.
    fn after_a_while(&self) -> Heard {
        match self {
            Self::Feed(_) => Heard::Nothing,
            Self::Notices(_) => Heard::Look,
        }
    }

    async fn next(&mut self, organization_id: OrganizationId) -> Heard {
        match self {
            Self::Feed(feed) => match feed.recv().await {
                Ok(heard) => heard,
                Err(RecvError::Lagged(_)) => Heard::Look,
                Err(RecvError::Closed) => Heard::End,
            },
            Self::Notices(notices) => loop {
                match notices.recv().await {
                    Ok(Notice::Live(of)) if of != organization_id => {}
                    Ok(Notice::Jobs | Notice::Presence(_)) => {}
                    Ok(Notice::Live(_) | Notice::Resync) | Err(RecvError::Lagged(_)) => {
                        time::sleep(GATHER).await;
                        *notices = notices.resubscribe();
                        return Heard::Look;
                    }
                    Err(RecvError::Closed) => return Heard::End,
                }
            },
        }
    }
}

/// What was committed since a horizon, as far as a sight reaches, ready to be sent.
pub(crate) struct News {
    pub since: i64,
    pub next: i64,
    pub too_much: bool,
    pub items: Vec<Item>,
}

pub(crate) struct Item {
    id: Uuid,
    transaction_id: i64,
    event: &'static str,
    json: String,
    /// Only theirs.
    person_id: Option<PersonId>,
}

impl News {
    /// `None`: what everybody in the organization was told, each item with whose it is.
    pub async fn read(conn: &mut PgConnection, sight: Sight, person: Option<PersonId>, since: i64) -> Result<Self> {
        // The horizon is taken first: what commits between the two queries is read again, not missed.
        let next = wake::horizon(conn).await?;
        let mut items = changes(conn, sight, since).await?;
        let too_much = items.len() > MOST_RESUMED;
        for (person_id, transaction_id, id, told) in notification::since(conn, person, since).await? {
            let json = serde_json::to_string(&told).map_err(anyhow::Error::from)?;
            items.push(Item { id, transaction_id, event: "notification", json, person_id: Some(person_id) });
        }
        Ok(Self { since, next, too_much, items })
    }
}

async fn changes(conn: &mut PgConnection, sight: Sight, since: i64) -> Result<Vec<Item>> {
    let rows = sqlx::query!(
        r#"select e.id, e.transaction_id, e.kind, e.ticket_id as "ticket_id: TicketId", t.number as "number?",
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
        let json = serde_json::to_string(&change).map_err(anyhow::Error::from)?;
        Ok(Item { id: row.id, transaction_id: row.transaction_id, event: "change", json, person_id: None })
    });
    change.collect()
}
