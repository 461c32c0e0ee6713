//! A member whom the provider brings: the role follows the claims.

use atum_audit as audit;
use atum_core::{
    App, Result,
    caller::{Reason, Role, System},
    ids::{AccountId, OrganizationId, PersonId},
    problem::Kind,
};
use serde_json::{Value, json};
use sqlx::PgConnection;

use super::{
    refusal::{Refusal, Stop},
    rules::{Arrival, Given},
    settings::Kept,
};
use crate::{
    company::{self, CompanySummary},
    person::{self, Person},
    session, update_person,
};

#[derive(Debug, Clone, Copy)]
pub(super) struct Member {
    pub account_id: AccountId,
    pub person_id: PersonId,
    pub role: Role,
    /// The account is the organization's own.
    pub managed: bool,
    /// Neither the account nor its membership was ended.
    pub active: bool,
    /// Invited, and not in yet.
    pub pending: bool,
}

impl Member {
    /// Why a member who is not let in is not.
    pub fn refusal(self) -> Option<Refusal> {
        match self {
            Self { active: true, .. } => None,
            Self { pending: true, .. } => Some(Refusal::Invited),
            Self { .. } => Some(Refusal::Ended),
        }
    }
}

pub(super) async fn by_account(conn: &mut PgConnection, kept: &Kept, id: AccountId) -> Result<Option<Member>> {
    find(conn, kept.organization_id, Some(id), None).await
}

pub(super) async fn by_person(conn: &mut PgConnection, kept: &Kept, id: PersonId) -> Result<Option<Member>> {
    find(conn, kept.organization_id, None, Some(id)).await
}

async fn find(
    conn: &mut PgConnection,
    organization_id: OrganizationId,
    account_id: Option<AccountId>,
    person_id: Option<PersonId>,
) -> Result<Option<Member>> {
    let member = sqlx::query_as!(
        Member,
        r#"select a.id as "account_id: AccountId", m.person_id as "person_id: PersonId", m.role as "role: Role",
                  a.managed_by is not null as "managed!", (m.active and a.disabled_at is null) as "active!", m.pending
             from identity.membership m join identity.account a on a.id = m.account_id
            where m.organization_id = $1 and ($2::uuid is null or m.account_id = $2)
              and ($3::uuid is null or m.person_id = $3) and ($2::uuid is not null or $3::uuid is not null)"#,
        organization_id.0,
        account_id.map(|id| id.0),
        person_id.map(|id| id.0),
    );
    Ok(member.fetch_optional(conn).await?)
}

/// Gives the member the role that the claims say; whom they no longer have a place for is out, here and in other browsers.
pub(super) async fn follow_claims(app: &App, kept: &Kept, arrival: &Arrival, member: Member) -> Result<Member, Stop> {
    match arrival.role {
        None => {
            let mut tx = app.db.identity().await?;
            session::end_vouched(&mut tx, member.account_id, kept.organization_id, app.clock.now()).await?;
            tx.commit().await?;
            Err(Refusal::NoRole.into())
        }
        Some(Given::Decided(role)) => Ok(change(app, kept, arrival, member, role).await?),
        Some(Given::ForNewcomers(_)) => Ok(change(app, kept, arrival, member, member.role).await?),
    }
}

async fn change(app: &App, kept: &Kept, arrival: &Arrival, member: Member, role: Role) -> Result<Member> {
    if role == member.role && arrival.companies.is_none() {
        return Ok(member);
    }
    let by = detail(kept);
    let mut tx = app.db.write(&system(kept)).await?;
    let old = person::lock(&mut tx, member.person_id).await?;
    let company = company_of(&mut tx, arrival, role, old.company.clone()).await?;
    let new = Person { role, company, ..old.clone() };
    if new == old && role == member.role {
        return Ok(member);
    }
    person::save(&mut tx, &new).await?;
    audit::record(&mut tx, person::updated(&old, &new).detail(by)).await?;
    match update_person::commit(app, tx, &old, &new).await {
        Ok(()) => Ok(Member { role, ..member }),
        // The last admin stays one, whatever the provider says: nobody could mend the rules otherwise.
        Err(problem) if problem.kind == Kind::WrongState => {
            note_kept_role(app, kept, member, role).await?;
            Ok(member)
        }
        Err(problem) => Err(problem),
    }
}

/// The company that the claims name, for a customer of whom they name any. Whose they do not know has none: who left a
/// company must not go on seeing its tickets.
pub(super) async fn company_of(
    conn: &mut PgConnection,
    arrival: &Arrival,
    role: Role,
    present: Option<CompanySummary>,
) -> Result<Option<CompanySummary>> {
    match &arrival.companies {
        Some(names) if !role.is_staff() => company::by_names(conn, names).await,
        _ => Ok(present),
    }
}

async fn note_kept_role(app: &App, kept: &Kept, member: Member, claimed: Role) -> Result<()> {
    let mut detail = detail(kept);
    detail["claimed_role"] = json!(claimed);
    let mut tx = app.db.write(&system(kept)).await?;
    let kept_role = audit::Event::internal("last_admin_kept").subject(member.person_id.0).detail(detail);
    audit::record(&mut tx, kept_role).await?;
    tx.commit().await
}

pub(super) fn system(kept: &Kept) -> System {
    System { organization_id: kept.organization_id, reason: Reason::SignIn }
}

/// Who did it: the rules of the organization, on the word of its provider.
pub(super) fn detail(kept: &Kept) -> Value {
    json!({ "by": "single_sign_on", "issuer": kept.settings.issuer })
}
