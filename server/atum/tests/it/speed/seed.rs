use atum::{
    database::Role as DatabaseRole,
    seed::{Plan, Progress, Sown, settle, sow},
};
use atum_core::caller::Role;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::support::{Organization, Test, server};

const TICKETS: u64 = 120;

async fn seeded(test: &Test, organization: &Organization<'_>, add: bool) -> anyhow::Result<Sown> {
    let plan = Plan {
        organization_id: organization.id,
        slug: organization.slug.clone(),
        tickets: TICKETS,
        seed: 7,
        add,
        password: None,
    };
    let sown = sow(&test.app, &plan, &Progress::silent()).await?;
    settle(&server::sign_in(DatabaseRole::Owner, &test.database)).await?;
    Ok(sown)
}

/// Everything of an organization that a seed wrote, whoever's it is and under whichever ids of policy and calendar.
async fn digest(test: &Test, organization: &Organization<'_>) -> String {
    let slug = &organization.slug;
    let mut all = Sha256::new();
    for table in
        ["company", "person", "ticket", "message", "event", "sla_clock", "sla_segment", "sla_deadline", "ticket_seen"]
    {
        let rows: Vec<String> = sqlx::query_scalar(sqlx::AssertSqlSafe(format!(
            "select (to_jsonb(t) - '{{organization_id,policy_id,calendar_id,transaction_id}}'::text[])::text
               from desk.{table} t where organization_id = $1 order by 1"
        )))
        .bind(organization.id)
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap();
        assert!(!rows.is_empty(), "{table} has no rows");
        for row in rows {
            all.update(row.replace(&format!("@{slug}."), "@"));
        }
    }
    hex::encode(all.finalize())
}

async fn count(test: &Test, question: &'static str) -> i64 {
    sqlx::query_scalar(question).fetch_one(&mut test.superuser().await).await.unwrap()
}

#[tokio::test]
async fn one_number_and_seed_make_the_same_content() {
    let test = Test::new().await;
    let (one, other) = (test.organization("one").await, test.organization("other").await);
    seeded(&test, &one, false).await.unwrap();
    seeded(&test, &other, false).await.unwrap();
    assert_eq!(digest(&test, &one).await, digest(&test, &other).await);
}

#[tokio::test]
async fn what_was_made_is_like_what_people_leave() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    seeded(&test, &organization, false).await.unwrap();
    let messages = count(&test, "select count(*) from desk.message").await;
    assert!((4..=6).contains(&(messages / TICKETS as i64)), "{messages} messages");
    // What the product keeps equal, is.
    for (what, question) in [
        (
            "a ticket without its first event",
            "select count(*) from desk.ticket t where not exists (select from desk.event e where e.ticket_id = t.id and e.kind = 'ticket_created' and e.at = t.created_at)",
        ),
        (
            "a status that the events do not tell",
            "select count(*) from desk.ticket t where status <> (select c->>'new' from desk.event e, jsonb_array_elements(e.changes) c where e.ticket_id = t.id and c->>'field' = 'status' order by e.at desc, e.id desc limit 1)",
        ),
        (
            "a preview that is not the last message's",
            "select count(*) from desk.ticket t where left(regexp_replace(preview, '\\s', '', 'g'), 20) <> (select left(regexp_replace(body, '\\s', '', 'g'), 20) from desk.message m where m.ticket_id = t.id order by created_at desc, id desc limit 1)",
        ),
        (
            "an accepted ticket without clocks",
            "select count(*) from desk.ticket t where accepted_at is not null and (select count(*) from desk.sla_clock c where c.ticket_id = t.id) < 2",
        ),
        (
            "a closed ticket whose clocks run",
            "select count(*) from desk.ticket t join desk.sla_clock c on c.ticket_id = t.id where t.status in ('closed', 'cancelled', 'resolved') and c.state in ('running', 'paused')",
        ),
        (
            "a deadline that passed unnoticed",
            "select count(*) from desk.sla_clock where state = 'running' and due_at < '2026-11-20T10:00:00Z' and breached_at is null",
        ),
        (
            "a text without words",
            "select count(*) from desk.message m where not exists (select from desk.search_document d where d.ticket_id = m.ticket_id and d.words @@ plainto_tsquery('simple', m.body))",
        ),
    ] {
        assert_eq!(count(&test, question).await, 0, "there is {what}");
    }
    for status in ["new", "in_progress", "closed"] {
        let having = format!("select count(*) from desk.ticket where status = '{status}'");
        let having: i64 =
            sqlx::query_scalar(sqlx::AssertSqlSafe(having)).fetch_one(&mut test.superuser().await).await.unwrap();
        assert!(having > 0, "no ticket is {status}");
    }
}

#[tokio::test]
async fn pages_show_what_was_made_and_numbers_go_on() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    let sown = seeded(&test, &organization, false).await.unwrap();
    assert_eq!((sown.first_number, sown.last_number), (1, 120));
    let manager = organization.sign_in(Role::Manager).await;
    let list = manager.get("/api/v1/tickets?limit=100").await.expect(200);
    assert_eq!(list["items"].as_array().unwrap().len(), 100);
    let accepted = list["items"].as_array().unwrap().iter().find(|ticket| ticket["status"] == "closed").unwrap();
    let ticket = manager.get(&format!("/api/v1/tickets/{}", accepted["number"])).await.expect(200);
    assert!(ticket["sla"][0]["explanation"]["text"].as_str().unwrap().contains("business"), "{:#}", ticket["sla"]);
    assert!(
        !manager
            .get(&format!("/api/v1/tickets/{}/history", accepted["number"]))
            .await
            .expect(200)
            .as_array()
            .unwrap()
            .is_empty()
    );
    let subject = ticket["subject"].as_str().unwrap();
    // "(paper tray, AX123456)"
    let serial = subject.trim_end_matches(')').rsplit([' ', '،']).next().unwrap();
    let found = manager.get(&format!("/api/v1/search?q={serial}")).await.expect(200);
    assert_eq!(found["tickets"][0]["number"], ticket["number"], "{serial}: {found:#}");
    let next = manager.post("/api/v1/tickets", json!({ "subject": "After", "description": "The next one" })).await;
    assert_eq!(next.expect(201)["number"], 121);
}

#[tokio::test]
async fn what_is_made_is_sealed_and_verified() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    seeded(&test, &organization, false).await.unwrap();
    let sealed = atum_audit::seal_organization(&test.app, organization.id).await.unwrap();
    assert!(sealed.events > TICKETS * 5, "{sealed:?}");
    let seen = atum_audit::verify(&test.app, organization.id, &[]).await.unwrap();
    assert!(seen.findings.is_empty(), "{:?}", seen.findings);
}

#[tokio::test]
async fn an_organization_that_has_tickets_gets_more_only_when_told() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    seeded(&test, &organization, false).await.unwrap();
    let refused = seeded(&test, &organization, false).await.unwrap_err();
    assert!(refused.to_string().contains("--add"), "{refused}");
    let more = seeded(&test, &organization, true).await.unwrap();
    assert_eq!((more.first_number, more.last_number), (121, 240));
    assert_eq!(count(&test, "select count(*) from desk.ticket").await, 240);
}
