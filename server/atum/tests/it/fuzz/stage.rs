//! An organization in which something happened, so that handlers are reached and not only their 404.

use atum_core::ids::OrganizationId;
use serde_json::{Value, json};

use super::wild::Dice;
use crate::{
    isolation::routes::{
        organization::{Filled, filled},
        request::Operation,
    },
    support::{Client, Test},
    tickets::{accept, at, file},
};

const PASSWORD: &str = "plum-kettle-orbit-drum";

pub struct Stage {
    pub filled: Filled,
    pub organization: OrganizationId,
    /// What a request says to be somebody.
    pub callers: Vec<(String, Option<String>)>,
    tickets: Vec<String>,
    invitation: String,
    /// Everybody's: in a message of a ticket.
    picture: String,
}

impl Stage {
    pub async fn set(test: &Test, mark: &str) -> Self {
        let filled = filled(test, mark).await;
        // Hashed once, for everybody: it is slow.
        atum_identity::set_password(&test.app, &filled.people[0].1.email, PASSWORD).await.unwrap();
        let mut superuser = test.superuser().await;
        let organization: uuid::Uuid = sqlx::query_scalar("select id from identity.organization where slug = $1")
            .bind(mark)
            .fetch_one(&mut superuser)
            .await
            .unwrap();
        let ids: Vec<_> = filled.people.iter().map(|(_, somebody)| somebody.account_id.0).collect();
        let hashed = "update identity.account set operator = id = $2, password_hash =
                             (select password_hash from identity.account where id = $3) where id = any($1)";
        sqlx::query(hashed).bind(&ids).bind(ids[4]).bind(ids[0]).execute(&mut superuser).await.unwrap();
        let people = filled.people.iter();
        let callers = people.map(|(role, somebody)| (format!("{role:?}"), Some(somebody.session.clone())));
        let callers = std::iter::once(("nobody".to_owned(), None)).chain(callers).collect();
        // Setting a password signed out.
        let again = sqlx::query("update identity.session set revoked_at = null where account_id = any($1)").bind(&ids);
        again.execute(&mut superuser).await.unwrap();
        let organization = OrganizationId(organization);
        Self { filled, organization, callers, tickets: vec![], invitation: String::new(), picture: String::new() }
    }

    /// Remembers who everybody is.
    pub async fn keep(test: &Test) {
        let keep = "create schema kept;
            create table kept.person as table desk.person;
            create table kept.account as table identity.account;
            create table kept.membership as table identity.membership;
            create table kept.session as table identity.session";
        sqlx::raw_sql(keep).execute(&mut test.superuser().await).await.unwrap();
    }

    /// Everybody is again who they were and signed in; there is a ticket in every state and somebody invited.
    pub async fn again(&mut self, test: &Test) {
        self.heal(test).await;
        let (customer, manager, admin) = (&self.filled.people[0].1, &self.filled.people[3].1, &self.filled.people[4].1);
        let mut tickets = vec![];
        for steps in 0..4 {
            let ticket = file(customer, "printer").await;
            step(manager, &ticket, steps).await;
            tickets.push(ticket["number"].to_string());
        }
        self.picture = sent_picture(customer, &tickets[0]).await;
        let email = format!("{}@acmetext.test", uuid::Uuid::now_v7());
        let invited = json!({ "name": "Invited", "email": email, "role": "agent" });
        let invited = admin.post("/api/v1/people", invited).await.expect(201);
        let link = invited["invitation_url"].as_str().expect("a link").to_owned();
        self.invitation = link.rsplit('/').next().expect("a token").to_owned();
        self.tickets = tickets;
    }

    pub async fn heal(&self, test: &Test) {
        let heal = "set session_replication_role = replica;
            update desk.person p set role = k.role, active = k.active, company_id = k.company_id,
                   has_account = k.has_account from kept.person k where k.id = p.id;
            update identity.account a set password_hash = k.password_hash, disabled_at = null, operator = k.operator
              from kept.account k where k.id = a.id;
            update identity.membership m set role = k.role, active = k.active
              from kept.membership k where k.account_id = m.account_id and k.organization_id = m.organization_id;
            delete from identity.session s using kept.session k where k.id = s.id;
            insert into identity.session select * from kept.session;
            update identity.api_token set revoked_at = null;
            delete from identity.throttle;
            delete from identity.authenticator;
            delete from identity.impersonation;
            delete from identity.allowed_network;
            update identity.organization
               set second_factor_required = false, addresses_restricted_for = null, allow_list_version = 1;
            update desk.calendar set version = 1;
            update desk.sla_policy set version = 1;
            update desk.mail_channel c set version = 1, deleted_at = null where not exists
                   (select from desk.mail_channel o where lower(o.address) = lower(c.address) and o.id <> c.id)";
        sqlx::raw_sql(heal).execute(&mut test.superuser().await).await.unwrap();
    }

    /// The path with what is there now.
    pub fn in_place(&self, operation: &Operation<'_>, path: &str, dice: &mut Dice) -> String {
        let mut path = path.replace("0123456789abcdef", &self.invitation);
        if operation.path.contains("{ticket}") && dice.chance(90) {
            let known = &self.filled.ids("tickets")[0];
            path = path.replace(known.as_str(), dice.pick(&self.tickets).as_str());
        }
        if operation.path.contains("/files/{id}") && dice.chance(60) {
            path = path.replace(&self.filled.ids("files")[0], &self.picture);
        }
        if operation.path.contains("/tokens/{id}") && dice.chance(50) {
            let ids = self.filled.ids("tokens");
            path = path.replace(&ids[0], &ids[ids.len() - 1]);
        }
        if path.ends_with("/drafts/note") && dice.chance(50) {
            path = path.replace("/drafts/note", "/drafts/reply");
        }
        path
    }

    /// A good value for a query parameter.
    pub fn parameter(&self, name: &str, dice: &mut Dice) -> String {
        let among: &[&str] = match name {
            "state" => &["available", "running", "completed", "dead", "discarded"],
            "queue" => &["jobs", "mail"],
            "status" => &["open", "new", "accepted,closed", "waiting_customer"],
            "assignee" => &["me", "none"],
            "priority" => &["low", "urgent,high"],
            "sla" => &["breached", "warning", "due_today"],
            "scope" => &["mine", "company"],
            "sort" => &["updated", "created", "oldest", "due"],
            "role" => &["agent", "customer"],
            "limit" => &["1", "2", "100"],
            "ticket" => &["1", "2"],
            "kind" => &["ticket_created", "sign_in", "notify_people", "process_mail"],
            "since" | "until" => &["2026-11-20T09:00:00Z", "2026-11-20T11:00:00+02:00"],
            "ip" => &["203.", "203.0.113.9"],
            "requester" | "actor" | "company" => return dice.pick(&self.filled.ids(name)).clone(),
            "cursor" => return String::new(),
            _ => &["printer", "2", "acme"],
        };
        (*dice.pick(among)).to_owned()
    }

    /// Values that only this stage knows.
    pub fn known(&self, name: &str, dice: &mut Dice) -> Option<Value> {
        let somebody = || &self.filled.people[3].1;
        Some(match name {
            "current_password" | "password" => json!(PASSWORD),
            "new_password" => json!(format!("orbit-{}-kettle-plum", dice.below(1 << 40))),
            "email" if dice.chance(50) => json!(somebody().email),
            "email" => json!(format!("{}@acmetext.test", dice.below(1 << 40))),
            "name" | "subject" if dice.chance(50) => json!(format!("Unknown {}", dice.below(1 << 40))),
            "file_ids" => json!([]),
            "time_zone" => json!(*dice.pick(&["UTC", "Europe/Berlin", "Asia/Kolkata", "America/New_York"])),
            "expires_at" => json!("2026-12-20T10:00:00Z"),
            "scopes" => json!(["tickets:read"]),
            "locale" => json!(*dice.pick(&["en", "ar", "de"])),
            "address" => json!(format!("desk-{}@acmetext.test", dice.below(1 << 40))),
            "imap" | "oauth" | "quiet_hours" => Value::Null,
            // Nobody listens there: what is sent waits.
            "smtp" => json!({ "host": "127.0.0.1", "port": 1, "security": "none", "authentication": "none" }),
            "events" | "cc" | "bcc" => json!([]),
            "digest_at" => json!("08:00"),
            "windows" => json!([{ "weekday": 1, "from": "09:00", "to": "17:00" }, { "weekday": 2, "from": "00:00", "to": "24:00" }]),
            "targets" => ["low", "normal", "high", "urgent"].map(|priority| json!({
                "priority": priority, "first_response_minutes": 60, "next_response_minutes": 60, "resolution_minutes": 480,
            })).to_vec().into(),
            _ => return None,
        })
    }

    pub fn word(&self, schema: &Value, name: &str, dice: &mut Dice) -> String {
        match (name, schema["format"].as_str()) {
            (_, Some("date-time")) => "2026-11-20T10:00:00Z".into(),
            (_, Some("date")) => format!("2026-12-{:02}", 1 + dice.below(28)),
            ("code", _) => "123456".into(),
            _ => "acmetext printer".into(),
        }
    }

    /// Something that may be a file.
    pub fn upload(&self, dice: &mut Dice) -> Vec<u8> {
        let beginnings: [&[u8]; 8] = [
            b"",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\xff\xff\xff\xff\xff\xff\xff\xff\x08\x06\0\0\0",
            b"GIF89a\xff\xff\xff\xff",
            b"\xff\xd8\xff\xe0\0\x10JFIF",
            b"RIFF\xff\xff\xff\xffWEBPVP8L",
            b"PK\x03\x04",
            b"<svg onload=x>",
            b"text",
        ];
        let mut bytes = dice.pick(&beginnings).to_vec();
        bytes.extend((0..dice.below(300)).map(|_| dice.below(256) as u8));
        bytes
    }
}

async fn sent_picture(customer: &Client, ticket: &str) -> String {
    let mut png = std::io::Cursor::new(vec![]);
    image::DynamicImage::new_rgb8(600, 400).write_to(&mut png, image::ImageFormat::Png).unwrap();
    let picture = customer.upload("/api/v1/files?name=picture.png", png.into_inner()).await.expect(201);
    let message = json!({ "body": "see", "file_ids": [picture["id"]] });
    customer.post(&format!("/api/v1/tickets/{ticket}/messages"), message).await.expect(201);
    picture["id"].as_str().expect("an id").to_owned()
}

/// Accepted, begun, resolved.
async fn step(manager: &Client, ticket: &Value, steps: usize) {
    if steps > 0 {
        accept(manager, ticket).await;
    }
    if steps > 1 {
        manager.post(&at(ticket, "/start"), json!({})).await.expect(200);
    }
    if steps > 2 {
        manager.post(&at(ticket, "/resolve"), json!({ "resolution": "A new cable." })).await.expect(200);
    }
}
