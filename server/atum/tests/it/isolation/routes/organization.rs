use std::collections::{BTreeMap, BTreeSet};

use atum_core::caller::Role;
use atum_identity::scope::Scope;
use serde_json::{Value, json};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::{
    support::{Answer, Client, Organization, Somebody, Test},
    tickets::{accept, at, file, say},
};

/// An organization with something of everything in it, each text with its mark.
pub struct Filled {
    mark: String,
    pub people: Vec<(Role, Somebody)>,
    /// Programs with tokens that may all that a token may: an admin's, and the organization's own.
    pub programs: Vec<(&'static str, Client)>,
    /// The ids of its rows by table; of `ticket` also a number.
    rows: BTreeMap<String, Vec<String>>,
    /// Every id there is in its rows.
    ids: BTreeSet<String>,
}

const ROLES: [Role; 5] = [Role::Customer, Role::CustomerAdmin, Role::Agent, Role::Manager, Role::Admin];

pub async fn filled(test: &Test, mark: &str) -> Filled {
    let organization = test.organization(mark).await;
    let company = organization.company(&format!("{mark} company")).await;
    let mut people = vec![];
    for role in ROLES {
        people.push((role, organization.person_of(company, &format!("{mark} {role:?}"), role).await));
    }
    let programs = programs(test, mark, &people[4].1).await;
    let mut filled = Filled { mark: mark.to_owned(), people, programs, rows: BTreeMap::new(), ids: BTreeSet::new() };
    live(&filled, mark).await;
    test.run_jobs().await;
    filled.give_passkeys(test).await;
    give_mail(test, &organization, mark).await;
    filled.read_rows(test, &organization).await;
    filled
}

async fn programs(test: &Test, mark: &str, admin: &Client) -> Vec<(&'static str, Client)> {
    let token = json!({ "name": format!("{mark} token"), "scopes": Scope::ALL, "role": "admin",
                        "expires_at": "2026-12-20T10:00:00Z" });
    let mut programs = vec![];
    for (called, address) in [("personal token", "/api/v1/profile/tokens"), ("machine", "/api/v1/organization/tokens")]
    {
        let created = admin.post(address, token.clone()).await.expect(201);
        programs.push((called, test.anonymous().with_token(created["token"].as_str().unwrap())));
    }
    programs
}

/// What happens in an organization in a day.
async fn live(filled: &Filled, mark: &str) {
    let (customer, agent, manager) = (filled.customer(), filled.client(Role::Agent), filled.client(Role::Manager));
    let ticket = file(customer, &format!("{mark} printer")).await;
    accept(manager, &ticket).await;
    let agent_id = filled.people[2].1.person_id;
    manager.post(&at(&ticket, "/assign"), json!({ "assignee_id": agent_id })).await.expect(200);
    let upload = customer.upload(&format!("/api/v1/files?name={mark}.txt"), mark.as_bytes().to_vec()).await.expect(201);
    say(customer, &ticket, json!({ "body": format!("{mark} answer"), "file_ids": [upload["id"]] })).await;
    say(agent, &ticket, json!({ "body": format!("{mark} reply") })).await;
    say(agent, &ticket, json!({ "body": format!("{mark} note"), "visibility": "internal" })).await;
    let draft = json!({ "body": format!("{mark} draft"), "version": 0 });
    agent.put(&at(&ticket, "/drafts/note"), draft.clone()).await.expect(200);
    customer.put(&at(&ticket, "/drafts/reply"), draft).await.expect(200);
    agent.post(&at(&ticket, "/presence"), json!({ "state": "writing" })).await.expect(200);
    customer.upload(&format!("/api/v1/files?name={mark}-unsent.txt"), mark.as_bytes().to_vec()).await.expect(201);
    file(customer, &format!("{mark} second")).await;
    let channel = json!({ "name": format!("{mark} mail"), "address": format!("support@{mark}.test") });
    filled.client(Role::Admin).post("/api/v1/mail-channels", channel).await.expect(201);
}

/// A mail that came in and could not be read.
async fn give_mail(test: &Test, organization: &Organization<'_>, mark: &str) {
    let id = Uuid::now_v7();
    let mail = "with mail as (
            insert into desk.inbound_mail
                (organization_id, id, channel_id, source, received_at, bytes, sha256, identity, header_sha256,
                 from_address, subject, outcome, reason, last_error)
            select organization_id, $2, id, 'lmtp', now(), 9, repeat('0', 64), $3, repeat('0', 64), $3, $3, 'failed', $3, $3
              from desk.mail_channel where organization_id = $1 limit 1 returning id)
        insert into desk.inbound_raw (organization_id, inbound_mail_id, raw) values ($1, $2, convert_to($3, 'UTF8'))";
    let mut superuser = test.superuser().await;
    // The row and its bytes refer to each other in one statement.
    sqlx::raw_sql("set session_replication_role = replica").execute(&mut superuser).await.expect("no checks");
    let mail = sqlx::query(mail).bind(organization.id.0).bind(id).bind(format!("{mark} mail"));
    mail.execute(&mut superuser).await.expect("a mail");
}

impl Filled {
    pub fn customer(&self) -> &Client {
        self.client(Role::Customer)
    }

    fn client(&self, role: Role) -> &Client {
        &self.people.iter().find(|(of, _)| *of == role).expect("a person of every role").1
    }

    /// The same shape, with ids that nobody has.
    pub fn absent(&self) -> Self {
        let nobodys = |ids: &Vec<String>| ids.iter().map(|_| Uuid::now_v7().to_string()).collect();
        let rows = self.rows.iter().map(|(table, ids)| (table.clone(), nobodys(ids))).collect();
        Self { mark: "nowhere".into(), people: self.people.clone(), programs: vec![], rows, ids: BTreeSet::new() }
    }

    pub fn mark(&self) -> &str {
        &self.mark
    }

    /// The first and the last row of what an id is called: `files/{id}`, `requester_id`.
    #[track_caller]
    pub fn ids(&self, called: &str) -> Vec<String> {
        let Some(table) = table(called) else {
            panic!("an id called {called}: say in isolation/routes/organization.rs which table's rows it names")
        };
        let rows = self.rows.get(table).filter(|rows| !rows.is_empty());
        let rows = rows.unwrap_or_else(|| panic!("no row of {table}: let one come about in live()"));
        let mut ends = vec![rows[0].clone(), rows[rows.len() - 1].clone()];
        ends.dedup();
        ends
    }

    /// The accounts' own rows: they are in no organization, and still nobody else's.
    async fn give_passkeys(&mut self, test: &Test) {
        let mut superuser = test.superuser().await;
        for (role, somebody) in &self.people {
            let id = Uuid::now_v7();
            sqlx::query(
                "insert into identity.passkey (id, account_id, name, rp_id, credential_id, public_key, algorithm,
                     sign_count, transports, backup_eligible, backed_up, created_at)
                 values ($1, $2, $3, 'localhost', $4, 'key', -7, 0, '{}', false, false, now())",
            )
            .bind(id)
            .bind(somebody.account_id.0)
            .bind(format!("{} {role:?}", self.mark))
            .bind(id.as_bytes())
            .execute(&mut superuser)
            .await
            .expect("a passkey");
            self.ids.insert(id.to_string());
            self.rows.entry("identity.passkey".into()).or_default().push(id.to_string());
        }
    }

    async fn read_rows(&mut self, test: &Test, organization: &Organization<'_>) {
        let mut superuser = test.superuser().await;
        let of_tenant = "select format('%I.%I', n.nspname, c.relname) from pg_class c
            join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
             where n.nspname in ('desk', 'identity', 'queue') and c.relkind = 'r' and a.attname = 'organization_id'";
        let tables: Vec<String> = sqlx::query_scalar(of_tenant).fetch_all(&mut superuser).await.unwrap();
        for table in tables {
            let rows = rows(&mut superuser, &table, organization).await;
            let ids = rows.iter().filter_map(|row| Some(row["id"].as_str()?.to_owned())).collect();
            rows.iter().for_each(|row| gather_ids(row, &mut self.ids));
            self.rows.insert(table, ids);
        }
        self.rows.insert("identity.organization".into(), vec![organization.id.to_string()]);
    }

    pub fn assert_untold(&self, answer: &Answer, described: &str) {
        self.assert_absent(&format!("{:?} {}", answer.headers, answer.text()), described);
    }

    /// None of its ids and none of its texts is in there.
    pub fn assert_absent(&self, text: &str, described: &str) {
        assert!(!text.contains(&self.mark), "{described} tells another organization's text: {text}");
        let told: Vec<_> = self.ids.iter().filter(|id| text.contains(id.as_str())).collect();
        assert!(told.is_empty(), "{described} tells another organization's {told:?}: {text}");
    }
}

async fn rows(superuser: &mut PgConnection, table: &str, organization: &Organization<'_>) -> Vec<Value> {
    let sql = format!("select to_jsonb(t) from {table} t where organization_id = $1 order by to_jsonb(t) ->> 'id'");
    sqlx::query_scalar(AssertSqlSafe(sql)).bind(organization.id.0).fetch_all(superuser).await.unwrap()
}

fn gather_ids(value: &Value, ids: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if Uuid::parse_str(text).is_ok() => drop(ids.insert(text.clone())),
        Value::Array(items) => items.iter().for_each(|item| gather_ids(item, ids)),
        Value::Object(fields) => fields.values().for_each(|field| gather_ids(field, ids)),
        _ => {}
    }
}

/// By the word before it in a path, or by the name of a field or parameter.
fn table(called: &str) -> Option<&'static str> {
    Some(match called {
        "tickets" | "ticket_id" => "desk.ticket",
        "files" | "file_id" | "file_ids" => "desk.file",
        "people" | "requester" | "requester_id" | "assignee" | "assignee_id" | "person_id" | "actor_id" | "actor" => {
            "desk.person"
        }
        "companies" | "company" | "company_id" => "desk.company",
        "notifications" => "desk.notification",
        "calendars" | "calendar_id" => "desk.calendar",
        "policies" | "policy_id" => "desk.sla_policy",
        "messages" | "message_id" => "desk.message",
        "events" | "event_id" => "desk.event",
        "mail-log" => "desk.inbound_mail",
        "mail-channels" | "channel_id" => "desk.mail_channel",
        "outbox" | "mail_id" => "desk.outgoing_mail",
        "envelopes" | "envelope_id" => "desk.outgoing_envelope",
        "jobs" | "job_ids" => "queue.job",
        "sessions" => "identity.session",
        "tokens" => "identity.api_token",
        "passkeys" => "identity.passkey",
        "organization_id" => "identity.organization",
        _ => return None,
    })
}
