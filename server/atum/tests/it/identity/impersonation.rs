//! An admin acts as somebody else: what they may, what they never may, and what is told of it.

use atum_audit::Finding;
use atum_core::caller::{Caller, Role};
use axum::http::Method;
use chrono::TimeDelta;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{
    support::{Client, Organization, Somebody, Test},
    tickets::{accept, at, file, say},
};

const BACK: &str = "/api/v1/session/impersonation";

async fn act(admin: &Client, person: &Somebody) {
    let reason = json!({ "reason": "asked on the telephone" });
    admin.post(&format!("/api/v1/people/{}/impersonation", person.person_id), reason).await.expect(204);
}

async fn superuser(test: &Test, statement: String) {
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut test.superuser().await).await.unwrap();
}

/// Kind, actor, whom it happened to, detail.
async fn told(test: &Test, organization: &Organization<'_>) -> Vec<(String, Option<uuid::Uuid>, uuid::Uuid, Value)> {
    atum_identity::end_overdue_impersonations(&test.app).await.unwrap();
    // Another test's open transaction may hold it up.
    loop {
        atum_identity::tell_organizations(&test.app).await.unwrap();
        let left: bool = sqlx::query_scalar(
            "select exists (select from identity.event e, identity.event_told t
                             where (e.transaction_id, e.id) > (t.transaction_id, t.event_id))",
        )
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
        if !left {
            break;
        }
        tokio::task::yield_now().await;
    }
    sqlx::query_as(
        "select kind, actor_id, subject_id, detail from desk.event
          where organization_id = $1 and kind like 'impersonation%' order by at, id",
    )
    .bind(organization.id.0)
    .fetch_all(&mut test.superuser().await)
    .await
    .unwrap()
}

#[tokio::test]
async fn an_admin_acts_as_a_customer_and_goes_back_without_signing_in() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    let ticket = file(&ana, "Mine").await;
    let other = acme.sign_in(Role::Customer).await;
    file(&other, "Not mine").await;

    act(&max, &ana).await;

    let session = max.get("/api/v1/session").await.expect(200);
    assert_eq!((&session["person"]["name"], &session["role"]), (&json!("Ana"), &json!("customer")));
    assert_eq!(session["impersonation"]["impersonator"]["name"], "Max");
    assert_eq!(session["impersonation"]["reason"], "asked on the telephone");
    assert_eq!(session["impersonation"]["expires_at"], "2026-11-20T11:00:00Z");
    assert_eq!(session["organizations"].as_array().map(Vec::len), Some(1));
    let tickets = max.get("/api/v1/tickets").await.expect(200);
    let numbers: Vec<&Value> = tickets["items"].as_array().unwrap().iter().map(|ticket| &ticket["number"]).collect();
    assert_eq!(numbers, [&ticket["number"]], "what Ana sees, and no more");
    max.get("/api/v1/people").await.problem("forbidden");
    assert_eq!(ana.get("/api/v1/session").await.expect(200)["impersonation"], Value::Null);

    assert_eq!(max.delete(BACK).await.expect(200)["person"]["name"], "Max");
    assert_eq!(max.get("/api/v1/session").await.expect(200)["role"], "admin");
    max.get("/api/v1/people").await.expect(200);
    assert_eq!(max.delete(BACK).await.expect(200)["person"]["name"], "Max", "going back twice is going back");
}

#[tokio::test]
async fn nobody_acts_as_an_admin_and_only_admins_act() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    let (other, manager) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Manager).await);
    let at = |person: &Somebody| format!("/api/v1/people/{}/impersonation", person.person_id);
    let reason = json!({ "reason": "why" });

    for person in [&other, &max] {
        max.post(&at(person), reason.clone()).await.problem("forbidden");
    }
    for role in [Role::Customer, Role::CustomerAdmin, Role::Agent, Role::Manager] {
        acme.sign_in(role).await.post(&at(&ana), reason.clone()).await.problem("forbidden");
    }
    max.post(&at(&initech.sign_in(Role::Customer).await), reason.clone()).await.problem("not-found");
    for nothing in [json!({ "reason": "  " }), json!({ "reason": "x".repeat(501) }), json!({})] {
        max.post(&at(&ana), nothing).await.problem("validation");
    }
    act(&max, &manager).await;
    max.post(&at(&ana), reason.clone()).await.problem("forbidden");
    max.delete(BACK).await.expect(200);

    let gone = acme.sign_in(Role::Agent).await;
    max.patch(&format!("/api/v1/people/{}", gone.person_id), json!({ "active": false })).await.expect(200);
    max.post(&at(&gone), reason.clone()).await.problem("wrong-state");
    let disabled = acme.sign_in(Role::Agent).await;
    superuser(&test, format!("update identity.account set disabled_at = now() where id = '{}'", disabled.account_id))
        .await;
    max.post(&at(&disabled), reason).await.problem("wrong-state");
}

/// Whoever adds an address for what is a person's alone has it here the same day.
#[tokio::test]
async fn what_is_the_persons_alone_is_refused() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, mona) = (acme.person("Max", Role::Admin).await, acme.person("Mona", Role::Manager).await);
    act(&max, &mona).await;
    let document = serde_json::to_value(atum::router::openapi()).unwrap();
    let mut refused = 0;
    for (path, methods) in document["paths"].as_object().unwrap() {
        let own = ["/api/v1/profile", "/api/v1/sessions", "/api/v1/session/organization", "/api/v1/notifications/"];
        if !own.iter().any(|own| path.starts_with(own)) {
            continue;
        }
        for method in methods.as_object().unwrap().keys() {
            let method: Method = method.to_uppercase().parse().unwrap();
            let filled = path.replace("{id}", &mona.person_id.to_string());
            let body = (method != Method::GET).then(|| json!({}));
            max.call(method, &filled, body).await.problem("impersonating");
            refused += 1;
        }
    }
    assert!(refused >= 12, "only {refused} operations are a person's alone");
}

#[tokio::test]
async fn when_it_is_over_nothing_is_done_until_the_browser_went_back() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    let acme = test.organization("acme").await;
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    let other = acme.sign_in(Role::Admin).await;
    let promote = json!({ "role": "admin" });

    act(&max, &ana).await;
    test.clock.set(start + TimeDelta::minutes(60) - TimeDelta::seconds(1));
    max.get("/api/v1/tickets").await.expect(200);
    test.clock.set(start + TimeDelta::minutes(60));
    let new = json!({ "subject": "As whom?", "description": "As whom?" });
    max.post("/api/v1/tickets", new.clone()).await.problem("impersonation-over");
    max.get("/api/v1/session").await.problem("impersonation-over");
    max.get("/api/v1/people").await.problem("impersonation-over");
    assert_eq!(told(&test, &acme).await.last().unwrap().3["cause"], "expired");
    max.post("/api/v1/tickets", new).await.problem("impersonation-over");
    assert_eq!(max.delete(BACK).await.expect(200)["person"]["name"], "Max");

    act(&max, &ana).await;
    other.patch(&format!("/api/v1/people/{}", ana.person_id), promote).await.expect(200);
    max.get("/api/v1/tickets").await.problem("impersonation-over");
    assert_eq!(told(&test, &acme).await.last().unwrap().3["cause"], "not_allowed");
    assert_eq!(told(&test, &acme).await.len(), 4, "an end is told once");
    max.delete(BACK).await.expect(200);
}

#[tokio::test]
async fn it_ends_with_the_admins_session_membership_and_rank() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let ana = acme.person("Ana", Role::Customer).await;
    let other = acme.sign_in(Role::Admin).await;
    for (change, problem) in
        [(json!({ "role": "manager" }), "impersonation-over"), (json!({ "active": false }), "unauthenticated")]
    {
        let max = acme.person("Max", Role::Admin).await;
        act(&max, &ana).await;
        other.patch(&format!("/api/v1/people/{}", max.person_id), change).await.expect(200);
        max.get("/api/v1/tickets").await.problem(problem);
    }
    let max = acme.person("Max", Role::Admin).await;
    act(&max, &ana).await;
    let ended = "update identity.session set revoked_at = created_at where account_id";
    superuser(&test, format!("{ended} = '{}'", max.account_id)).await;
    max.get("/api/v1/tickets").await.problem("unauthenticated");
    assert_eq!(told(&test, &acme).await.iter().filter(|told| told.0 == "impersonation_ended").count(), 3);

    let max = acme.person("Max", Role::Admin).await;
    act(&max, &ana).await;
    max.delete("/api/v1/session").await.expect(204);
    max.get("/api/v1/session").await.problem("unauthenticated");
    ana.get("/api/v1/session").await.expect(200);
}

#[tokio::test]
async fn an_open_stream_is_the_persons_as_long_as_the_admin_acts_as_them() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, mona) = (acme.person("Max", Role::Admin).await, acme.person("Mona", Role::Manager).await);
    let session_id = sqlx::query_scalar("select id from identity.session where account_id = $1")
        .bind(max.account_id.0)
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    let own = Caller {
        account_id: max.account_id,
        session_id: atum_core::ids::SessionId(session_id),
        token_id: None,
        organization_id: acme.id,
        person_id: max.person_id,
        role: Role::Admin,
        impersonator_id: None,
        ip: None,
        idempotency: None,
    };
    let acting =
        Caller { person_id: mona.person_id, role: Role::Manager, impersonator_id: Some(max.person_id), ..own.clone() };
    let current = async |caller: &Caller| atum_identity::session::is_current(&test.app, caller).await.unwrap();

    assert_eq!((current(&own).await, current(&acting).await), (true, false));
    act(&max, &mona).await;
    assert_eq!((current(&own).await, current(&acting).await), (false, true));
    let later = test.clock.now() + TimeDelta::hours(1);
    test.clock.set(later);
    assert_eq!((current(&own).await, current(&acting).await), (false, false));
    max.delete(BACK).await.expect(200);
    assert_eq!((current(&own).await, current(&acting).await), (true, false));
}

#[tokio::test]
async fn every_event_names_both_and_the_seal_holds_it() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    let ticket = file(&ana, "Printer").await;
    act(&max, &ana).await;
    say(&max, &ticket, json!({ "body": "It is on fire." })).await;
    max.delete(BACK).await.expect(200);

    let history = max.get(&at(&ticket, "/history")).await.expect(200);
    let doers: Vec<(&Value, &Value)> = history
        .as_array()
        .unwrap()
        .iter()
        .map(|event| (&event["actor"]["name"], &event["impersonator"]["name"]))
        .collect();
    assert_eq!(doers, [(&json!("Ana"), &Value::Null), (&json!("Ana"), &json!("Max"))]);
    let messages = ana.get(&at(&ticket, "/messages")).await.expect(200);
    let said: Vec<&Value> = messages.as_array().unwrap().iter().map(|said| &said["impersonator"]["name"]).collect();
    assert_eq!(said, [&Value::Null, &json!("Max")]);

    let lines = told(&test, &acme).await;
    let until = json!("2026-11-20T11:00:00Z");
    assert_eq!(lines.len(), 2);
    assert_eq!((lines[0].0.as_str(), lines[1].0.as_str()), ("impersonation_started", "impersonation_ended"));
    for (_, actor, subject, detail) in &lines {
        assert_eq!((*actor, *subject), (Some(max.person_id.0), ana.person_id.0));
        assert_eq!(detail["reason"], "asked on the telephone");
    }
    assert_eq!((&lines[0].3["until"], &lines[1].3["cause"]), (&until, &json!("ended")));

    let path = format!("/api/v1/audit/events?actor={}&kind=message_posted", max.person_id);
    let found = max.get(&path).await.expect(200);
    assert_eq!(
        (&found["items"][0]["actor"]["name"], &found["items"][0]["impersonator"]["name"]),
        (&json!("Ana"), &json!("Max"))
    );
    let table = max.get("/api/v1/audit/events.csv?kind=message_posted").await.text();
    assert!(table.contains(&format!(",Ana,{},Max,{},", ana.person_id, max.person_id)), "{table}");

    while atum_audit::verify(&test.app, acme.id, &[]).await.unwrap().unsealed > 0 {
        atum_audit::seal(&test.app).await.unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(atum_audit::verify(&test.app, acme.id, &[]).await.unwrap().findings, []);
    let posted = "kind = 'message_posted'";
    superuser(&test, format!("update desk.event set impersonator_id = null where {posted}")).await;
    let findings = atum_audit::verify(&test.app, acme.id, &[]).await.unwrap().findings;
    assert!(matches!(findings[..], [Finding::EventChanged { .. }]), "{findings:?}");
    test.run_jobs().await;
}

#[tokio::test]
async fn the_person_is_told_who_it_was_and_why() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    act(&max, &ana).await;
    told(&test, &acme).await;
    test.run_jobs().await;

    let page = ana.get("/api/v1/notifications").await.expect(200);
    assert_eq!(page["unread_count"], 1);
    let item = &page["items"][0];
    assert_eq!(
        (&item["kind"], &item["actor_name"], &item["ticket"]),
        (&json!("impersonated"), &json!("Max"), &Value::Null)
    );
    let mut list = ana.get("/api/v1/profile/impersonations").await.expect(200);
    assert_eq!(list.as_array().map(Vec::len), Some(1));
    assert_eq!((&list[0]["impersonator"]["name"], &list[0]["ended_at"]), (&json!("Max"), &Value::Null));
    assert_eq!(list[0]["reason"], "asked on the telephone");
    max.delete(BACK).await.expect(200);
    list = ana.get("/api/v1/profile/impersonations").await.expect(200);
    assert_eq!(list[0]["ended_at"], "2026-11-20T10:00:00Z");
    assert_eq!(max.get("/api/v1/profile/impersonations").await.expect(200), json!([]), "nobody acted as Max");
    let page = max.get("/api/v1/notifications").await.expect(200);
    assert_eq!(page["items"], json!([]));
}

#[tokio::test]
async fn what_is_new_to_the_person_what_they_type_and_where_they_are_stays_theirs() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (max, ana) = (acme.person("Max", Role::Admin).await, acme.person("Ana", Role::Customer).await);
    let (mona, omar) = (acme.person("Mona", Role::Manager).await, acme.person("Omar", Role::Agent).await);
    let ticket = file(&ana, "Printer").await;
    accept(&mona, &ticket).await;
    test.clock.set(test.clock.now() + TimeDelta::minutes(1));
    say(&mona, &ticket, json!({ "body": "Looking." })).await;
    let unread = async |who: &Client| who.get("/api/v1/tickets").await.expect(200)["items"][0]["unread"].clone();
    ana.put(&at(&ticket, "/drafts/reply"), json!({ "body": "Dear Mona", "version": 0 })).await.expect(200);

    act(&max, &ana).await;
    max.get(&at(&ticket, "")).await.expect(200);
    assert_eq!(max.get(&at(&ticket, "/drafts/reply")).await.expect(200)["body"], "", "what Ana types is hers");
    let change = json!({ "body": "Dear all", "version": 0 });
    max.put(&at(&ticket, "/drafts/reply"), change).await.problem("impersonating");
    say(&max, &ticket, json!({ "body": "In Ana's name." })).await;
    assert_eq!(unread(&ana).await, json!(true), "Ana has not read it");
    assert_eq!(ana.get(&at(&ticket, "/drafts/reply")).await.expect(200)["body"], "Dear Mona");
    max.delete(BACK).await.expect(200);

    act(&max, &omar).await;
    max.post(&at(&ticket, "/presence"), json!({ "state": "writing" })).await.expect(200);
    let there = mona.post(&at(&ticket, "/presence"), json!({ "state": "viewing" })).await.expect(200);
    assert_eq!(there, json!([]), "Omar is not there");
    omar.post(&at(&ticket, "/presence"), json!({ "state": "viewing" })).await.expect(200);
    max.post(&at(&ticket, "/presence"), json!({ "state": "gone" })).await.expect(200);
    let there = mona.post(&at(&ticket, "/presence"), json!({ "state": "viewing" })).await.expect(200);
    assert_eq!(there.as_array().map(Vec::len), Some(1), "and who is there is not sent away");
    test.run_jobs().await;
}
