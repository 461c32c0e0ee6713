//! What an operator does from the command line: accounts, links, passwords. No session, no request; every act is an
//! event of the account.

use atum_core::{
    App, Problem, Result,
    caller::{Reason, Role, System},
    ids::{AccountId, OrganizationId, PersonId},
};
use chrono::{DateTime, Utc};
use serde_json::json;
use sqlx::PgConnection;

use crate::{
    account::{self, Account},
    authenticator,
    create_person::{NewPerson, admit, record},
    event::{self, Client, Event},
    factors,
    invitation::{self, InvitationLink, Maker},
    membership, organization, passkey,
    password::{self, PasswordHash, hash_password},
    person, session,
};

pub struct NewAccount {
    pub account_id: AccountId,
    pub organization_id: OrganizationId,
    pub person_id: PersonId,
    /// Where no password was given.
    pub invitation: Option<InvitationLink>,
}

/// Adds somebody to an organization. Without a password there is a link by which its owner comes in.
pub async fn create_account(
    app: &App,
    organization: &str,
    email: &str,
    name: &str,
    role: Role,
    password: Option<&str>,
) -> Result<NewAccount> {
    let organization = organization::by_slug(&mut *app.db.identity().await?, organization).await?;
    let hash = match password {
        Some(password) => {
            password::check(app, "password", password, &[&organization.name, name, email]).await?;
            Some(hash_password(password).await?)
        }
        None => None,
    };
    let new = NewPerson { name: name.into(), email: email.into(), role, company_id: None, locale: None };
    let tx = app.db.write(&System { organization_id: organization.id, reason: Reason::Operator }).await?;
    let person = record(app, tx, &new).await?;
    let (account, invitation) = admit(app, organization.id, &person, &Client::default()).await?;
    if let Some(hash) = &hash {
        put_password(app, &account, hash).await?;
        let mut tx = app.db.identity().await?;
        membership::accept(&mut tx, account.id, organization.id).await?;
        tx.commit().await?;
    }
    let invitation = hash.is_none().then_some(invitation);
    Ok(NewAccount { account_id: account.id, organization_id: organization.id, person_id: person.id, invitation })
}

/// Adds an operator who belongs to no organization: a new account, with a password.
pub async fn create_operator(app: &App, email: &str, password: &str) -> Result<()> {
    let email = account::normalized(email);
    if !account::is_email(&email) {
        return Err(Problem::field("email", "invalid", "is not an e-mail address"));
    }
    password::check(app, "password", password, &[&email]).await?;
    let hash = hash_password(password).await?;
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    if account::by_email(&mut tx, &email).await?.is_some() {
        return Err(Problem::field("email", "taken", "there is an account of this e-mail: atum account operator"));
    }
    let account = account::obtain(&mut tx, &email, now).await?;
    account::set_password(&mut tx, account.id, &hash).await?;
    sqlx::query!("update identity.account set operator = true where id = $1", account.id.0).execute(&mut *tx).await?;
    event::append(&mut tx, now, Event::of("operator_granted", account.id, &Client::default())).await?;
    tx.commit().await
}

/// Sets the password and ends all sessions of the account.
pub async fn set_password(app: &App, email: &str, password: &str) -> Result<()> {
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    let memberships = account::memberships(&mut tx, account.id).await?;
    drop(tx);
    let mut names = vec![account.email.clone()];
    for membership in memberships {
        let tenant = System { organization_id: membership.id, reason: Reason::Operator };
        names.push(person::get(&mut *app.db.read(&tenant).await?, membership.person_id).await?.name);
        names.push(membership.name);
    }
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    password::check(app, "password", password, &names).await?;
    put_password(app, &account, &hash_password(password).await?).await
}

/// For somebody who lost program, passkeys and recovery codes: removes them all. All sessions of the account end.
pub async fn remove_second_factor(app: &App, email: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    if !factors::exist(&mut tx, account.id).await? {
        return Err(Problem::wrong_state("the account has no second factor"));
    }
    authenticator::remove(&mut tx, account.id).await?;
    passkey::remove_all(&mut tx, account.id).await?;
    factors::forget_codes_without(&mut tx, account.id).await?;
    session::end_all(&mut tx, account.id, None, now).await?;
    event::append(&mut tx, now, Event::of("second_factor_removed", account.id, &Client::default())).await?;
    tx.commit().await
}

async fn put_password(app: &App, account: &Account, hash: &PasswordHash) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    account::set_password(&mut tx, account.id, hash).await?;
    invitation::end_all(&mut tx, account.id, now).await?;
    session::end_all(&mut tx, account.id, None, now).await?;
    event::append(&mut tx, now, Event::of("password_changed", account.id, &Client::default())).await?;
    tx.commit().await
}

/// A link with which the account's owner sets a new password.
pub async fn reset_link(app: &App, email: &str, organization: &str) -> Result<InvitationLink> {
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    let organization = organization::by_slug(&mut tx, organization).await?;
    if !membership::is_open(&mut tx, account.id, organization.id).await? {
        return Err(Problem::field("organization", "not_a_member", "the account has no active membership there"));
    }
    let link = invitation::issue(&mut tx, app, account.id, organization.id, Maker::Operator).await?;
    let client = Client::default();
    let created = Event::of("invitation_created", account.id, &client).organization(organization.id);
    event::append(&mut tx, app.clock.now(), created).await?;
    tx.commit().await?;
    Ok(link)
}

/// Makes the account an operator of the installation, or no longer one.
pub async fn set_operator(app: &App, email: &str, operator: bool) -> Result<()> {
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    sqlx::query!("update identity.account set operator = $2 where id = $1", account.id.0, operator)
        .execute(&mut *tx)
        .await?;
    let kind = if operator { "operator_granted" } else { "operator_withdrawn" };
    event::append(&mut tx, app.clock.now(), Event::of(kind, account.id, &Client::default())).await?;
    tx.commit().await
}

/// Ends the account's sessions and lets it in no more.
pub async fn disable_account(app: &App, email: &str) -> Result<()> {
    let now = app.clock.now();
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    set_disabled(&mut tx, account.id, Some(now)).await?;
    session::end_all(&mut tx, account.id, None, now).await?;
    event::append(&mut tx, now, Event::of("account_disabled", account.id, &Client::default())).await?;
    tx.commit().await
}

pub async fn enable_account(app: &App, email: &str) -> Result<()> {
    let mut tx = app.db.identity().await?;
    let account = named(&mut tx, email).await?;
    set_disabled(&mut tx, account.id, None).await?;
    event::append(&mut tx, app.clock.now(), Event::of("account_enabled", account.id, &Client::default())).await?;
    tx.commit().await
}

async fn set_disabled(conn: &mut PgConnection, id: AccountId, at: Option<DateTime<Utc>>) -> Result<()> {
    sqlx::query!("update identity.account set disabled_at = $2 where id = $1", id.0, at).execute(conn).await?;
    Ok(())
}

async fn named(conn: &mut PgConnection, email: &str) -> Result<Account> {
    let missing = || Problem::field("email", "not_found", format!("there is no account {email}"));
    account::by_email(conn, &account::normalized(email)).await?.ok_or_else(missing)
}

/// One line of `atum account list`.
pub struct AccountLine {
    pub email: String,
    pub operator: bool,
    pub has_password: bool,
    pub disabled_at: Option<DateTime<Utc>>,
    /// `acme: admin`, `initech: agent (inactive)`.
    pub memberships: Vec<String>,
}

/// Everybody's e-mail was read: each organization is told.
pub async fn list_accounts(app: &App) -> Result<Vec<AccountLine>> {
    for organization in organization::list_organizations(app).await? {
        let mut tx = app.db.write(&System { organization_id: organization.id, reason: Reason::Operator }).await?;
        let listed = atum_audit::Event::internal("accounts_listed").detail(json!({ "by": "operator" }));
        atum_audit::record(&mut tx, listed).await?;
        tx.commit().await?;
    }
    let mut tx = app.db.identity().await?;
    let lines = sqlx::query_as!(
        AccountLine,
        r#"select a.email, a.operator, a.password_hash is not null as "has_password!", a.disabled_at,
                  array(select o.slug || ': ' || m.role || case when m.active then '' when m.pending then ' (invited)'
                                                                 else ' (inactive)' end
                          from identity.membership m join identity.organization o on o.id = m.organization_id
                         where m.account_id = a.id order by o.slug) as "memberships!"
             from identity.account a where not a.machine order by a.email"#,
    );
    Ok(lines.fetch_all(&mut *tx).await?)
}
