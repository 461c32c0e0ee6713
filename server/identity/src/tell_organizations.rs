//! What happens to an account is written in the identity plane, which no tenant reads. The organizations it belongs to
//! are told by events of their own: carried over here, by the audit loop, each exactly once. Doing it beside the sign-in
//! itself would need both planes in one transaction, and would make a known e-mail's failure slower than an unknown's.

use std::{collections::BTreeMap, net::IpAddr};

use atum_audit::{Event, NotifyPeople};
use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{EventId, OrganizationId, PersonId},
};
use chrono::{DateTime, Utc};
use serde_json::{Value, json};

const BATCH: i64 = 500;

struct Told {
    transaction_id: i64,
    id: EventId,
    at: DateTime<Utc>,
    kind: String,
    ip: Option<String>,
    user_agent: Option<String>,
    detail: Value,
    /// Where the account belongs: nowhere, or once for each.
    organization_id: Option<OrganizationId>,
    person_id: Option<PersonId>,
}

/// Carries over what is finished; gives how many facts that were. Done twice at once, or again after a crash, it
/// records nothing twice: an event keeps its id.
pub async fn tell_organizations(app: &App) -> Result<usize> {
    let mut told = 0;
    loop {
        let (from, facts) = untold(app).await?;
        let Some(last) = facts.last().map(|fact| (fact.transaction_id, fact.id)) else { return Ok(told) };
        told += facts.len();
        let mut organizations: BTreeMap<OrganizationId, Vec<&Told>> = BTreeMap::new();
        for fact in &facts {
            if let Some(organization_id) = fact.organization_id {
                organizations.entry(organization_id).or_default().push(fact);
            }
        }
        for (organization_id, facts) in organizations {
            tell(app, organization_id, &facts).await?;
        }
        move_on(app, from, last).await?;
    }
}

/// Facts that were not carried over, with every organization they concern: the one they name, or all the account's.
async fn untold(app: &App) -> Result<((i64, EventId), Vec<Told>)> {
    let mut tx = app.db.identity().await?;
    let from = sqlx::query!(r#"select transaction_id, event_id as "event_id: EventId" from identity.event_told"#)
        .fetch_one(&mut *tx)
        .await?;
    let facts = sqlx::query_as!(
        Told,
        r#"select e.transaction_id, e.id as "id: EventId", e.at, e.kind, e.ip, e.user_agent, e.detail,
                  m.organization_id as "organization_id?: OrganizationId", m.person_id as "person_id?: PersonId"
             from (select * from identity.event
                    where (transaction_id, id) > ($1, $2)
                      and transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint
                    order by transaction_id, id limit $3) e
             left join identity.membership m on m.account_id = e.account_id
                   and (m.organization_id = e.organization_id or (e.organization_id is null and m.active))
            order by e.transaction_id, e.id"#,
        from.transaction_id,
        from.event_id.0,
        BATCH,
    );
    Ok(((from.transaction_id, from.event_id), facts.fetch_all(&mut *tx).await?))
}

async fn tell(app: &App, organization_id: OrganizationId, facts: &[&Told]) -> Result<()> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    for fact in facts {
        tx.now = fact.at;
        tx.ip = fact.ip.as_deref().and_then(|ip| ip.parse::<IpAddr>().ok());
        tx.actor = fact.person_id.filter(|_| fact.is_own());
        let mut event = Event::internal(fact.told_as()).detail(fact.detail());
        if let Some(person_id) = fact.subject() {
            event = event.subject(person_id.0);
        }
        atum_audit::record_once(&mut tx, fact.id, &event).await?;
        if fact.kind == "impersonation_started" {
            atum_jobs::enqueue(&mut tx, NotifyPeople { event_id: fact.id }).await?;
        }
    }
    tx.commit().await
}

/// Only forward: whoever carried over the same meanwhile has moved it already.
async fn move_on(app: &App, from: (i64, EventId), to: (i64, EventId)) -> Result<()> {
    let mut tx = app.db.identity().await?;
    sqlx::query!(
        "update identity.event_told set transaction_id = $3, event_id = $4 where transaction_id = $1 and event_id = $2",
        from.0,
        from.1.0,
        to.0,
        to.1.0,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

impl Told {
    /// Events are past tense.
    fn told_as(&self) -> String {
        match self.kind.as_str() {
            "sign_in" => "signed_in".into(),
            "sign_out" => "signed_out".into(),
            other => other.to_owned(),
        }
    }

    /// A command of the operator comes from no address and no browser.
    fn is_operators(&self) -> bool {
        self.ip.is_none() && self.user_agent.is_none()
    }

    /// Whether the account's owner did it. Whoever failed to sign in, with whatever, may be anybody, and so may whoever
    /// holds a copy of a passkey; an invitation is another's.
    fn is_own(&self) -> bool {
        !self.is_operators()
            && !matches!(
                self.kind.as_str(),
                "sign_in_failed"
                    | "second_factor_failed"
                    | "passkey_failed"
                    | "passkey_suspected"
                    | "invitation_created"
                    | "password_requested"
            )
    }

    /// Whom it happened to: the account's owner, unless the fact names another.
    fn subject(&self) -> Option<PersonId> {
        let named = self.detail["person_id"].as_str().and_then(|id| id.parse().ok());
        named.or(self.person_id)
    }

    /// What belongs to the kind, and who did it.
    fn detail(&self) -> Value {
        let mut detail = self.detail.clone();
        detail.as_object_mut().map(|facts| facts.remove("person_id"));
        match (&self.user_agent, self.is_operators()) {
            (_, true) if detail["by"].is_null() => detail["by"] = json!("operator"),
            (_, true) => {}
            (Some(user_agent), false) => detail["user_agent"] = json!(user_agent),
            (None, false) => {}
        }
        detail
    }
}
