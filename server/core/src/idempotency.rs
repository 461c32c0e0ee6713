//! `Idempotency-Key`: a write that was carried out is answered again, not repeated.
//!
//! The key's row is written in the transaction of the write itself ([`take`]), so that effect and key are one. The
//! answer is stored after it; where the process died between the two, a repeat says that the work was done.
//! After the IETF draft draft-ietf-httpapi-idempotency-key-header.

use std::sync::{Arc, Mutex};

use axum::{
    body::Body,
    extract::{Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};

use crate::{
    App, Problem, Result,
    caller::Caller,
    db::{ReadWrite, TenantTx},
    problem::Kind,
};

/// One request's key, shared by the layer, the caller and the transaction.
#[derive(Debug)]
pub struct Slot {
    key: String,
    /// Method and path: a key reused for another request is refused.
    request: String,
    progress: Mutex<Progress>,
}

#[derive(Debug, Clone, Default)]
enum Progress {
    #[default]
    Untouched,
    /// Taken in a transaction of this caller.
    Taken(Box<Caller>),
    /// Somebody was here before.
    Repeated(Box<Caller>),
}

impl Slot {
    fn progress(&self) -> Progress {
        self.progress.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
    }

    fn set(&self, progress: Progress) {
        *self.progress.lock().unwrap_or_else(|poisoned| poisoned.into_inner()) = progress;
    }

    /// Called by `identity` when it knows who asks.
    pub fn belongs_to(self: &Arc<Self>, caller: &Caller) {
        self.set(Progress::Taken(Box::new(Caller { idempotency: None, ..caller.clone() })));
    }
}

/// Takes the key. Waits for an equal request that is under way, and refuses if it was carried out.
pub(crate) async fn take(tx: &mut TenantTx<ReadWrite>, slot: &Slot) -> Result<()> {
    let Some(person_id) = tx.actor else { return Ok(()) };
    let taken = sqlx::query!(
        "insert into desk.idempotency_key (organization_id, person_id, key, request, created_at)
         values ($1, $2, $3, $4, now()) on conflict do nothing",
        tx.organization_id.0,
        person_id.0,
        slot.key,
        slot.request,
    )
    .execute(&mut **tx)
    .await?;
    if taken.rows_affected() == 1 {
        return Ok(());
    }
    if let Progress::Taken(caller) = slot.progress() {
        slot.set(Progress::Repeated(caller));
    }
    Err(Problem::new(Kind::InProgress))
}

/// Forgets keys that are older than a day, a thousand at once; tells whether more are left.
pub async fn forget(tx: &mut TenantTx<ReadWrite>) -> Result<bool> {
    const AT_ONCE: i64 = 1000;
    let forgotten = sqlx::query!(
        "delete from desk.idempotency_key where (person_id, key) in
           (select person_id, key from desk.idempotency_key where created_at < now() - interval '1 day'
             order by created_at limit $1)",
        AT_ONCE,
    )
    .execute(&mut **tx)
    .await?;
    Ok(i64::try_from(forgotten.rows_affected()) == Ok(AT_ONCE))
}

/// The layer around every route: stores the answer of a write that took its key, answers a repeat from the store.
pub async fn answer_once(State(app): State<App>, mut request: Request, next: Next) -> Result<Response> {
    let Some(slot) = slot(&request)? else { return Ok(next.run(request).await) };
    request.extensions_mut().insert(slot.clone());
    let response = next.run(request).await;
    match slot.progress() {
        Progress::Repeated(caller) => stored(&app, &caller, &slot).await,
        Progress::Taken(caller) if response.status().is_success() => keep(&app, &caller, &slot, response).await,
        _ => Ok(response),
    }
}

fn slot(request: &Request) -> Result<Option<Arc<Slot>>> {
    let Some(key) = key(request.headers())? else { return Ok(None) };
    if request.method().is_safe() {
        return Ok(None);
    }
    let described = format!("{} {}", request.method(), request.uri().path());
    Ok(Some(Arc::new(Slot { key: key.to_owned(), request: described, progress: Mutex::default() })))
}

pub(crate) fn key(headers: &HeaderMap) -> Result<Option<&str>> {
    let Some(value) = headers.get("idempotency-key") else { return Ok(None) };
    let key = value.to_str().ok().filter(|key| (1..=200).contains(&key.len()));
    let unreadable =
        || Problem::new(Kind::Malformed).detail("Idempotency-Key must be 1 to 200 printable ASCII characters");
    key.map(Some).ok_or_else(unreadable)
}

async fn keep(app: &App, caller: &Caller, slot: &Slot, response: Response) -> Result<Response> {
    let (parts, body) = response.into_parts();
    let bytes = axum::body::to_bytes(body, 4 << 20).await.map_err(anyhow::Error::from)?;
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let mut tx = app.db.write(caller).await?;
    sqlx::query!(
        "update desk.idempotency_key set status = $3, content_type = $4, body = $5
          where person_id = $1 and key = $2",
        caller.person_id.0,
        slot.key,
        i16::try_from(parts.status.as_u16()).unwrap_or(200),
        content_type,
        &bytes[..],
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok(Response::from_parts(parts, Body::from(bytes)))
}

async fn stored(app: &App, caller: &Caller, slot: &Slot) -> Result<Response> {
    let mut tx = app.db.read(caller).await?;
    let row = sqlx::query!(
        "select request, status, content_type, body from desk.idempotency_key where person_id = $1 and key = $2",
        caller.person_id.0,
        slot.key,
    )
    .fetch_one(&mut *tx)
    .await?;
    if row.request != slot.request {
        return Err(Problem::field("Idempotency-Key", "reused", format!("was used for {}", row.request)));
    }
    let status = row.status.and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return Err(Problem::new(Kind::AnswerLost).detail("read the object again; nothing was done twice"));
    };
    let mut response = (status, row.body.unwrap_or_default()).into_response();
    if let Some(kind) = row.content_type.and_then(|kind| HeaderValue::from_str(&kind).ok()) {
        response.headers_mut().insert(header::CONTENT_TYPE, kind);
    }
    response.headers_mut().insert("idempotency-replayed", HeaderValue::from_static("true"));
    Ok(response)
}
