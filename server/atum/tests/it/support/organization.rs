use std::ops::Deref;

use atum_core::{
    caller::{Reason, Role, System},
    ids::{AccountId, CompanyId, OrganizationId, PersonId, SessionId},
};
use chrono::TimeDelta;
use chrono_tz::Tz;
use sha2::{Digest, Sha256};

use super::{Client, Test};

/// One tenant of a test.
pub struct Organization<'test> {
    pub id: OrganizationId,
    pub slug: String,
    test: &'test Test,
}

/// A person with an account, signed in: a [`Client`] that knows who it is.
#[derive(Clone)]
pub struct Somebody {
    pub person_id: PersonId,
    pub account_id: AccountId,
    pub email: String,
    /// The session's token.
    pub session: String,
    client: Client,
}

impl Deref for Somebody {
    type Target = Client;
    fn deref(&self) -> &Client {
        &self.client
    }
}

impl<'test> Organization<'test> {
    pub(super) async fn create(test: &'test Test, slug: &str, time_zone: Tz) -> Self {
        let id = atum_identity::create_organization(&test.app, slug, slug).await.expect("the organization");
        let organization = Self { id, slug: slug.to_owned(), test };
        let mut tx = test.app.db.write(&organization.system()).await.expect("a transaction");
        atum_sla::create_defaults(&mut tx, time_zone).await.expect("calendar and policy");
        tx.commit().await.expect("commit");
        organization
    }

    /// Somebody new with this role, signed in.
    pub async fn sign_in(&self, role: Role) -> Somebody {
        self.person(&format!("{role:?}"), role).await
    }

    pub async fn person(&self, name: &str, role: Role) -> Somebody {
        self.member(name, role, None).await
    }

    pub async fn person_of(&self, company: CompanyId, name: &str, role: Role) -> Somebody {
        self.member(name, role, Some(company)).await
    }

    pub async fn company(&self, name: &str) -> CompanyId {
        let id = CompanyId::new();
        let mut tx = self.test.app.db.write(&self.system()).await.expect("a transaction");
        sqlx::query("insert into desk.company (organization_id, id, name, created_at) values ($1, $2, $3, $4)")
            .bind(self.id.0)
            .bind(id.0)
            .bind(name)
            .bind(self.test.clock.now())
            .execute(&mut *tx)
            .await
            .expect("the company");
        tx.commit().await.expect("commit");
        id
    }

    /// The organization itself, for calling a domain's functions without a person.
    pub fn system(&self) -> System {
        System { organization_id: self.id, reason: Reason::Operator }
    }

    async fn member(&self, name: &str, role: Role, company: Option<CompanyId>) -> Somebody {
        let person_id = PersonId::new();
        // Two of one name are two people.
        let email =
            format!("{}.{}@{}.test", name.to_lowercase().replace(' ', "."), &person_id.to_string()[24..], self.slug);
        self.insert_person(person_id, name, &email, role, company).await;
        let account_id = self.insert_account(&email).await;
        let token = self.insert_session(account_id, person_id, role).await;
        Somebody { person_id, account_id, email, session: token.clone(), client: self.test.client(token) }
    }

    async fn insert_person(&self, id: PersonId, name: &str, email: &str, role: Role, company: Option<CompanyId>) {
        let mut tx = self.test.app.db.write(&self.system()).await.expect("a transaction");
        sqlx::query(
            "insert into desk.person (organization_id, id, company_id, name, email, role, has_account, created_at)
             values ($1, $2, $3, $4, $5, $6, true, $7)",
        )
        .bind(self.id.0)
        .bind(id.0)
        .bind(company)
        .bind(name)
        .bind(email)
        .bind(role)
        .bind(self.test.clock.now())
        .execute(&mut *tx)
        .await
        .expect("the person");
        tx.commit().await.expect("commit");
    }

    async fn insert_account(&self, email: &str) -> AccountId {
        let id = AccountId::new();
        let mut tx = self.test.app.db.identity().await.expect("identity");
        sqlx::query("insert into identity.account (id, email, created_at) values ($1, $2, $3)")
            .bind(id.0)
            .bind(email)
            .bind(self.test.clock.now())
            .execute(&mut *tx)
            .await
            .expect("the account");
        tx.commit().await.expect("commit");
        id
    }

    /// Makes the account a member here and gives it a session; the cookie's value is returned. Signing in by password
    /// is tested where it lives; here its slow hash would be paid by every test.
    async fn insert_session(&self, account: AccountId, person: PersonId, role: Role) -> String {
        let token = hex::encode(rand::random::<[u8; 32]>());
        let now = self.test.clock.now();
        let mut tx = self.test.app.db.identity().await.expect("identity");
        sqlx::query(
            "insert into identity.membership (account_id, organization_id, person_id, role, created_at)
             values ($1, $2, $3, $4, $5)",
        )
        .bind(account.0)
        .bind(self.id.0)
        .bind(person.0)
        .bind(role)
        .bind(now)
        .execute(&mut *tx)
        .await
        .expect("the membership");
        sqlx::query(
            "insert into identity.session
                 (id, token_hash, account_id, organization_id, created_at, last_seen_at, expires_at)
             values ($1, $2, $3, $4, $5, $5, $6)",
        )
        .bind(SessionId::new().0)
        .bind(&Sha256::digest(token.as_bytes())[..])
        .bind(account.0)
        .bind(self.id.0)
        .bind(now)
        .bind(now + TimeDelta::days(30))
        .execute(&mut *tx)
        .await
        .expect("the session");
        tx.commit().await.expect("commit");
        token
    }
}
