//! A mailbox without a mail server: raw mails laid into the ledger, as stage one does.

use atum_core::{
    caller::{Reason, Role, System},
    ids::InboundMailId,
};
use atum_mail::process::ProcessMail;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::support::{Client, Organization, Test};

/// A channel with an address of the organization.
pub struct Mailbox<'test> {
    test: &'test Test,
    organization: &'test Organization<'test>,
    pub channel_id: String,
    pub address: String,
    admin: Client,
}

impl<'test> Mailbox<'test> {
    pub async fn open(test: &'test Test, organization: &'test Organization<'test>, address: &str) -> Self {
        let admin = organization.sign_in(Role::Admin).await;
        // The receiving server whose verdict on senders counts.
        let settings = json!({ "name": address, "address": address, "trusted_authserv_id": "mx.acme.test" });
        let channel = admin.post("/api/v1/mail-channels", settings).await.expect(201);
        let channel_id = channel["id"].as_str().expect("an id").to_owned();
        Self { test, organization, channel_id, address: address.to_owned(), admin: (*admin).clone() }
    }

    /// Lays a mail into the ledger and has it processed; gives its row.
    pub async fn deliver(&self, raw: impl AsRef<[u8]>) -> Value {
        let id = self.lay(raw).await;
        self.test.run_jobs().await;
        self.row(id).await
    }

    /// As stage one: the row, the bytes and the job in one transaction.
    pub async fn lay(&self, raw: impl AsRef<[u8]>) -> InboundMailId {
        let (id, raw) = (InboundMailId::new(), raw.as_ref());
        let system = System { organization_id: self.organization.id, reason: Reason::Job };
        let mut tx = self.test.app.db.write(&system).await.expect("a transaction");
        let sha256 = hex::encode(Sha256::digest(raw));
        sqlx::query(
            "insert into desk.inbound_mail
                 (organization_id, id, channel_id, source, received_at, bytes, sha256, identity, header_sha256, subject)
             values ($1, $2, $3, 'lmtp', $4, $5, $6, $7, $6, 'noted')",
        )
        .bind(self.organization.id.0)
        .bind(id.0)
        .bind(self.channel_id.parse::<Uuid>().expect("an id"))
        .bind(self.test.clock.now())
        .bind(i64::try_from(raw.len()).expect("a length"))
        .bind(&sha256)
        .bind(format!("gen-{id}"))
        .execute(&mut *tx)
        .await
        .expect("the row");
        sqlx::query("insert into desk.inbound_raw (organization_id, inbound_mail_id, raw) values ($1, $2, $3)")
            .bind(self.organization.id.0)
            .bind(id.0)
            .bind(raw)
            .execute(&mut *tx)
            .await
            .expect("the bytes");
        atum_jobs::enqueue(&mut tx, ProcessMail { inbound_mail_id: id }).await.expect("the job");
        tx.commit().await.expect("commit");
        id
    }

    /// What the ledger tells of it, with the number of its ticket.
    pub async fn row(&self, id: InboundMailId) -> Value {
        sqlx::query_scalar(
            "select jsonb_build_object('outcome', i.outcome, 'reason', i.reason, 'number', t.number, 'message_id', i.message_id,
                                       'attempts', i.attempts, 'last_error', i.last_error)
               from desk.inbound_mail i left join desk.ticket t using (organization_id)
              where i.id = $1 and t.id is not distinct from i.ticket_id
              union all
             select jsonb_build_object('outcome', outcome, 'reason', reason, 'attempts', attempts, 'last_error', last_error)
               from desk.inbound_mail where id = $1 and ticket_id is null",
        )
        .bind(id.0)
        .fetch_one(&mut self.test.superuser().await)
        .await
        .expect("the row")
    }

    /// The address that answers to a ticket go to.
    pub fn reply_address(&self, number: &Value) -> String {
        let keys = atum_mail::thread::Keys::of(&self.test.app.config, self.organization.id);
        atum_mail::thread::mint::reply_address(&keys, &self.address, number.as_i64().expect("a number"))
    }

    pub async fn ticket(&self, number: &Value) -> Value {
        self.admin.get(&format!("/api/v1/tickets/{number}")).await.expect(200)
    }

    pub async fn messages(&self, number: &Value) -> Vec<Value> {
        let messages = self.admin.get(&format!("/api/v1/tickets/{number}/messages")).await.expect(200);
        messages.as_array().expect("a list").clone()
    }

    pub fn admin(&self) -> &Client {
        &self.admin
    }
}

/// A mail of plain text.
pub fn mail(from: &str, to: &str, subject: &str, more: &str, body: &str) -> String {
    let id = Uuid::now_v7();
    format!(
        "From: {from}\r\nTo: {to}\r\nSubject: {subject}\r\nMessage-ID: <{id}@client.test>\r\n{more}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{body}\r\n"
    )
}

/// What the trusted receiving server says of a sender whom it knows.
pub fn proved(domain: &str) -> String {
    format!("Authentication-Results: mx.acme.test; dmarc=pass header.from={domain}\r\n")
}
