//! Who comes in, and as what.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{Desk, ana, ana_with, location};
use crate::{
    identity::{account, cookie},
    support::Test,
};

#[tokio::test]
async fn a_newcomer_becomes_what_the_claims_say() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;

    let (browser, session) = desk.come_in(ana()).await;

    assert_eq!((&session["role"], &session["managed"]), (&json!("agent"), &json!(true)));
    assert_eq!((&session["email"], &session["person"]["name"]), (&json!("ana@acme.example"), &json!("Ana Reyes")));
    browser.get("/api/v1/staff").await.expect(200);
    let created = &desk.events("person_created").await[0];
    assert_eq!(created["detail"], json!({ "by": "single_sign_on", "issuer": desk.provider.issuer }));
    // What is still open anywhere in the server holds the carrying over back.
    let told = loop {
        atum_identity::tell_organizations(&test.app).await.unwrap();
        if let Some(told) = desk.events("signed_in").await.pop() {
            break told;
        }
        tokio::task::yield_now().await;
    };
    assert_eq!(told["detail"]["issuer"], desk.provider.issuer);
}

#[tokio::test]
async fn the_role_follows_the_claims_both_ways() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (first, session) = desk.come_in(ana()).await;
    for (groups, role) in [(json!(["leads", "desk"]), "manager"), (json!([]), "customer"), (json!("desk"), "agent")] {
        let (_, again) = desk.come_in(ana_with(json!({ "groups": groups }))).await;
        assert_eq!((&again["role"], &again["person"]["id"]), (&json!(role), &session["person"]["id"]));
        assert_eq!(first.get("/api/v1/session").await.expect(200)["role"], role, "everywhere at once");
    }
    let events = desk.events("person_updated").await;
    let changed = |event: &Value| (event["changes"][0]["old"].clone(), event["changes"][0]["new"].clone());
    assert_eq!(changed(&events[0]), (json!("agent"), json!("manager")));
    assert_eq!(changed(&events[1]), (json!("manager"), json!("customer")));
    assert_eq!(events[2]["detail"]["by"], "single_sign_on");
}

#[tokio::test]
async fn whom_no_rule_has_a_place_for_is_out_in_every_browser() {
    let test = Test::new().await;
    let desk = Desk::with(&test, "acme", json!({ "default_role": null })).await;
    desk.refused(&desk.come(ana_with(json!({ "groups": [] }))).await, "no_role");
    let (browser, _) = desk.come_in(ana()).await;
    desk.refused(&desk.come(ana_with(json!({ "groups": [] }))).await, "no_role");
    browser.get("/api/v1/session").await.problem("unauthenticated");
    desk.come_in(ana()).await;
}

#[tokio::test]
async fn without_rules_newcomers_get_the_default_and_everybody_else_stays_what_they_are() {
    let test = Test::new().await;
    let desk = Desk::with(&test, "acme", json!({ "role_rules": [] })).await;
    let (_, session) = desk.come_in(ana()).await;
    assert_eq!(session["role"], "customer");
    let person = format!("/api/v1/people/{}", session["person"]["id"].as_str().unwrap());
    desk.admin.patch(&person, json!({ "role": "manager" })).await.expect(200);
    assert_eq!(desk.come_in(ana()).await.1["role"], "manager");
}

#[tokio::test]
async fn the_last_admin_stays_one() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let owner = |groups: Value| ana_with(json!({ "groups": groups }));
    let (_, session) = desk.come_in(owner(json!(["owners"]))).await;
    assert_eq!(session["role"], "admin");
    assert_eq!(desk.come_in(owner(json!(["desk"]))).await.1["role"], "agent", "there is another admin");
    desk.come_in(owner(json!(["owners"]))).await;
    let other = format!("/api/v1/people/{}", desk.admin_account.person_id);
    let (admin, _) = desk.come_in(owner(json!(["owners"]))).await;
    admin.patch(&other, json!({ "role": "agent" })).await.expect(200);

    assert_eq!(desk.come_in(owner(json!(["desk"]))).await.1["role"], "admin");

    assert_eq!(desk.events("last_admin_kept").await[0]["detail"]["claimed_role"], "agent");
}

#[tokio::test]
async fn an_e_mail_that_proves_nothing_admits_nobody() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    for (changes, reason) in [
        (json!({ "email_verified": false }), "email_unverified"),
        (json!({ "email_verified": null }), "email_unverified"),
        (json!({ "email": "ana@evil.example" }), "domain"),
        (json!({ "email": "ana@evil.example", "email_verified": false }), "domain"),
        (json!({ "email": null }), "no_email"),
    ] {
        desk.refused(&desk.come(ana_with(changes)).await, reason);
    }
    assert_eq!(desk.events("person_created").await, [] as [Value; 0]);
    desk.come_in(ana()).await;
    desk.refused(&desk.come(ana_with(json!({ "email": "ana@evil.example" }))).await, "domain");
    // Who is known is known by the subject: what the e-mail is now does not matter.
    desk.come_in(ana_with(json!({ "email": null, "email_verified": false }))).await;
}

#[tokio::test]
async fn what_an_admin_ended_stays_ended() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (browser, session) = desk.come_in(ana()).await;
    let person = format!("/api/v1/people/{}", session["person"]["id"].as_str().unwrap());
    desk.admin.patch(&person, json!({ "active": false })).await.expect(200);
    browser.get("/api/v1/session").await.problem("unauthenticated");
    desk.refused(&desk.come(ana()).await, "ended");
    desk.refused(&desk.come(ana_with(json!({ "sub": "ana-2" }))).await, "ended");
    desk.admin.patch(&person, json!({ "active": true })).await.expect(200);
    desk.come_in(ana()).await;
}

#[tokio::test]
async fn an_e_mail_that_was_given_to_somebody_else_brings_nothing_along() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (_, session) = desk.come_in(ana()).await;
    desk.refused(&desk.come(ana_with(json!({ "sub": "ana-2" }))).await, "known_otherwise");
    // An admin's invitation takes the person out of the provider's hands: its link comes first.
    let invite = format!("/api/v1/people/{}/invitation", session["person"]["id"].as_str().unwrap());
    let invited = desk.admin.post(&invite, json!({})).await.expect(200);
    assert!(invited["invitation_url"].is_string());
    desk.refused(&desk.come(ana_with(json!({ "sub": "ana-2" }))).await, "invited");
}

#[tokio::test]
async fn another_provider_may_say_anew_who_its_people_are() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (_, session) = desk.come_in(ana()).await;
    let moved = super::Provider::start(test.clock.clone()).await;
    let desk = Desk { provider: moved, ..desk };
    desk.set(1, json!({})).await.expect(200);
    let (_, again) = desk.come_in(ana_with(json!({ "sub": "7f1c" }))).await;
    assert_eq!(again["person"]["id"], session["person"]["id"]);
    desk.refused(&desk.come(ana_with(json!({ "sub": "other" }))).await, "known_otherwise");
}

#[tokio::test]
async fn somebody_known_by_e_mail_alone_gets_the_account() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let person = sqlx::query_scalar::<_, uuid::Uuid>(
        "insert into desk.person (organization_id, id, name, email, role, has_account, created_at)
         values ($1, gen_random_uuid(), 'Ana R.', 'ana@acme.example', 'customer', false, now()) returning id",
    );
    let id = person.bind(desk.organization.id.0).fetch_one(&mut test.superuser().await).await.unwrap();
    let (_, session) = desk.come_in(ana()).await;
    assert_eq!((&session["person"]["id"], &session["person"]["name"]), (&json!(id), &json!("Ana R.")));
}

#[tokio::test]
async fn two_tabs_of_one_newcomer_make_one_person() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let ((one, first), (two, second)) = (desk.set_out().await, desk.set_out().await);
    let codes = (desk.provider.let_in(&first, ana()), desk.provider.let_in(&second, ana()));
    let backs = (desk.callback(&first, &codes.0), desk.callback(&second, &codes.1));
    let (one, two) = tokio::join!(one.get(&backs.0), two.get(&backs.1));
    for answer in [&one, &two] {
        assert!(["/desk", "/sign-in/acme?refused=over"].contains(&location(answer).as_str()), "{}", location(answer));
    }
    assert!([one, two].iter().any(|answer| cookie(answer, "atum_session").is_some()));
    let people: i64 = sqlx::query_scalar("select count(*) from desk.person where email = 'ana@acme.example'")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(people, 1);
}

#[tokio::test]
async fn a_required_second_factor_is_the_provider_s_to_check() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    sqlx::query("update identity.organization set second_factor_required = true")
        .execute(&mut test.superuser().await)
        .await
        .unwrap();
    let twice = || ana_with(json!({ "amr": ["pwd", "mfa"] }));
    desk.refused(&desk.come(twice()).await, "second_factor");
    desk.set(1, json!({ "second_factor": "stated" })).await.problem("second-factor-required");
    sqlx::query("update identity.single_sign_on set second_factor = 'stated'")
        .execute(&mut test.superuser().await)
        .await
        .unwrap();
    desk.refused(&desk.come(ana()).await, "second_factor");
    let (browser, session) = desk.come_in(twice()).await;
    assert_eq!(session["second_factor_missing"], false);
    browser.get("/api/v1/staff").await.expect(200);
    // Customers are not asked.
    desk.come_in(json!({ "sub": "kim", "email": "kim@acme.example", "email_verified": true })).await;
}

#[tokio::test]
async fn nobody_who_is_the_provider_s_has_a_password_here() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let (browser, _) = desk.come_in(ana()).await;
    let change = json!({ "current_password": "", "new_password": "violet-anchor-tundra" });
    browser.put("/api/v1/profile/password", change).await.problem("validation");
    assert!(atum_identity::reset_link(&test.app, "ana@acme.example", "acme").await.is_err());
    assert!(atum_identity::set_password(&test.app, "ana@acme.example", "violet-anchor-tundra").await.is_err());
    // The e-mail is free for an account that manages itself, and elsewhere it means nothing.
    test.organization("globex").await;
    account(&test, "globex", "ana@acme.example", Role::Customer).await;
    desk.come_in(ana()).await;
}

#[tokio::test]
async fn an_address_that_is_not_let_in_is_told_on_the_page() {
    let test = Test::new().await;
    let desk = Desk::new(&test).await;
    let list = json!({ "applies_to": "staff", "networks": [{ "network": "192.0.2.0/24", "note": "Here" }] });
    let address = "/api/v1/organization/allow-list";
    let seen = desk.admin.get(address).await.expect(200)["version"].clone();
    desk.admin.if_match(seen).put(address, list).await.expect(200);
    let come_from = async |address: [u8; 4]| {
        let (browser, asked) = desk.set_out_from(&desk.browser().calling_from(address), "start").await;
        let code = desk.provider.let_in(&asked, ana());
        browser.get(&desk.callback(&asked, &code)).await
    };
    desk.refused(&come_from([203, 0, 113, 9]).await, "address");
    assert!(location(&come_from([192, 0, 2, 9]).await).starts_with("/desk"));
}

#[tokio::test]
async fn a_claim_names_the_company_of_a_customer() {
    let test = Test::new().await;
    let desk = Desk::with(&test, "acme", json!({ "company_claim": "org.name" })).await;
    let (nile, _) = (desk.organization.company("Nile Foods").await, desk.organization.company("Delta Bank").await);
    let customer = |org: Value| ana_with(json!({ "groups": [], "org": org }));
    let company = async |claims: Value| desk.come_in(claims).await.1["person"]["company"].clone();

    assert_eq!(company(customer(json!({ "name": "nile foods" }))).await, json!({ "id": nile, "name": "Nile Foods" }));
    let created = &desk.events("person_created").await[0]["changes"];
    assert!(created.as_array().unwrap().iter().any(|change| change["new"] == "Nile Foods"), "{created}");
    for (org, name) in [
        (json!({}), json!("Nile Foods")),
        (json!({ "name": ["Delta Bank", "Acme"] }), json!("Delta Bank")),
        (json!({ "name": ["Delta Bank", "Nile Foods"] }), Value::Null),
        (json!({ "name": "Nile Foods" }), json!("Nile Foods")),
        (json!({ "name": "Nile" }), Value::Null),
    ] {
        assert_eq!(company(customer(org.clone())).await["name"], name, "{org}");
    }
    let changed = desk.events("person_updated").await;
    assert_eq!(changed.len(), 4, "only what changed: {changed:?}");
    assert_eq!(changed[0]["detail"]["by"], "single_sign_on");
    assert_eq!(company(ana_with(json!({ "org": { "name": "Nile Foods" } }))).await, Value::Null, "staff have none");
}

#[tokio::test]
async fn unless_it_is_set_no_claim_names_a_company() {
    let test = Test::new().await;
    let desk = Desk::with(&test, "acme", json!({ "company_claim": " " })).await;
    desk.organization.company("Nile Foods").await;
    let claims = ana_with(json!({ "groups": [], "company": "Nile Foods", "org": "Nile Foods" }));
    assert_eq!(desk.come_in(claims).await.1["person"]["company"], Value::Null);
    assert_eq!(desk.admin.get(super::SETTINGS).await.expect(200)["settings"]["company_claim"], Value::Null);
}
