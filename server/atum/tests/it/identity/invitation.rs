use atum_core::caller::Role;
use chrono::TimeDelta;
use serde_json::json;

use super::{PASSWORD, account, keep, sign_in};
use crate::support::{Answer, Somebody, Test};

const BEN: &str = "ben@acme.example";

/// Ben's id, and the path of the API that his link leads to.
async fn invite(admin: &Somebody, role: &str) -> (String, String) {
    let new = json!({ "name": "Ben Vogel", "email": BEN, "role": role });
    let invited = admin.post("/api/v1/people", new).await.expect(201);
    (invited["person"]["id"].as_str().unwrap().to_owned(), path(&invited["invitation_url"]))
}

fn path(url: &serde_json::Value) -> String {
    let token = url.as_str().and_then(|url| url.strip_prefix("http://desk.test/welcome/")).expect("a link");
    format!("/api/v1/invitations/{token}")
}

#[tokio::test]
async fn an_invitation_is_read_accepted_and_spent() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (_, link) = invite(&acme.sign_in(Role::Admin).await, "agent").await;
    let browser = test.anonymous();

    let invitation = browser.get(&link).await.expect(200);
    assert_eq!(
        invitation,
        json!({ "organization_name": "acme", "name": "Ben Vogel", "email": BEN, "asks_for": "first_password" })
    );
    let accepted = browser.post(&link, json!({ "password": PASSWORD })).await;

    assert_eq!(accepted.expect(200)["role"], "agent");
    keep(&browser, &accepted).get("/api/v1/staff").await.expect(200);
    browser.get(&link).await.problem("not-found");
    browser.post(&link, json!({ "password": "other-kettle-orbit-19" })).await.problem("not-found");
    sign_in(&browser, BEN, PASSWORD).await.expect(200);
}

#[tokio::test]
async fn two_who_accept_at_once_are_one_who_did() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (_, link) = invite(&acme.sign_in(Role::Admin).await, "agent").await;
    let browser = test.anonymous();

    let accept = || browser.post(&link, json!({ "password": PASSWORD }));
    let (one, other) = tokio::join!(accept(), accept());

    let mut statuses = [one.status.as_u16(), other.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 404]);
}

#[tokio::test]
async fn the_password_has_no_name_in_it() {
    let test = Test::new().await;
    let acme = test.organization("globex").await;
    let (_, link) = invite(&acme.sign_in(Role::Admin).await, "agent").await;
    for (password, code) in [
        ("short", "too_short"),
        ("plum-vogel-orbit-19", "contains_name"),
        ("plum-Globex-orbit-19", "contains_name"),
        ("blue blue blue blue", "too_weak"),
        ("CristianoRonaldo9", "breached"),
    ] {
        let problem = test.anonymous().post(&link, json!({ "password": password })).await.problem("validation");
        assert_eq!(
            (&problem["errors"][0]["pointer"], &problem["errors"][0]["code"]),
            (&json!("#/password"), &json!(code))
        );
    }
    test.anonymous().get(&link).await.expect(200);
}

#[tokio::test]
async fn a_link_ends_after_two_days_and_with_the_next_one() {
    let test = Test::new().await;
    let start = test.at("2026-11-20T10:00:00Z");
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let (id, first) = invite(&admin, "agent").await;

    let again = admin.post(&format!("/api/v1/people/{id}/invitation"), json!({})).await.expect(200);

    let second = path(&again["invitation_url"]);
    assert_eq!(again["expires_at"], "2026-11-22T10:00:00Z");
    test.anonymous().get(&first).await.problem("not-found");
    test.clock.set(start + TimeDelta::hours(48) - TimeDelta::seconds(1));
    test.anonymous().get(&second).await.expect(200);
    test.clock.set(start + TimeDelta::hours(48));
    test.anonymous().get(&second).await.problem("not-found");
}

#[tokio::test]
async fn somebody_who_left_cannot_come_back_by_an_old_link() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let (id, link) = invite(&admin, "agent").await;

    admin.patch(&format!("/api/v1/people/{id}"), json!({ "active": false })).await.expect(200);

    test.anonymous().post(&link, json!({ "password": PASSWORD })).await.problem("not-found");
    admin.post(&format!("/api/v1/people/{id}/invitation"), json!({})).await.problem("wrong-state");
}

#[tokio::test]
async fn a_lost_password_is_replaced_by_a_link_and_every_session_ends() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let maria = account(&test, "acme", "maria@acme.example", Role::Agent).await;
    let old = keep(&test.anonymous(), &sign_in(&test.anonymous(), "maria@acme.example", PASSWORD).await);

    let link = admin.post(&format!("/api/v1/people/{}/invitation", maria.person_id), json!({})).await.expect(200);
    old.get("/api/v1/session").await.expect(200);
    let asked = test.anonymous().get(&path(&link["invitation_url"])).await.expect(200)["asks_for"].clone();
    assert_eq!(asked, "new_password");
    let new = json!({ "password": "violet-anchor-tundra" });
    test.anonymous().post(&path(&link["invitation_url"]), new).await.expect(200);

    old.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&test.anonymous(), "maria@acme.example", PASSWORD).await.problem("invalid-credentials");
}

#[tokio::test]
async fn no_admin_takes_over_an_account_that_others_share() {
    let test = Test::new().await;
    let (acme, _initech) = (test.organization("acme").await, test.organization("initech").await);
    let admin = acme.sign_in(Role::Admin).await;
    account(&test, "initech", BEN, Role::Admin).await;

    let new = json!({ "name": "Ben Vogel", "email": BEN, "role": "customer" });
    let invited = admin.post("/api/v1/people", new).await.expect(201);
    let link = path(&invited["invitation_url"]);
    assert_eq!(test.anonymous().get(&link).await.expect(200)["asks_for"], "present_password");
    let answer = test.anonymous().post(&link, json!({ "password": "violet-anchor-tundra" })).await;
    assert_eq!(answer.problem("validation")["errors"][0]["code"], "wrong", "no new password: the one that Ben has");
    assert_eq!(slugs(&sign_in(&test.anonymous(), BEN, PASSWORD).await), ["initech"], "Ben has not come in yet");

    let joined = test.anonymous().post(&link, json!({ "password": PASSWORD })).await;
    assert_eq!(slugs(&joined), ["acme", "initech"]);
    assert_eq!(joined.json()["organization"]["slug"], "acme");
    test.anonymous().get(&link).await.problem("not-found");
    let address = format!("/api/v1/people/{}/invitation", invited["person"]["id"].as_str().unwrap());
    assert_eq!(admin.post(&address, json!({})).await.expect(200)["invitation_url"], json!(null));
}

/// The organizations that a sign-in may work in.
fn slugs(session: &Answer) -> Vec<String> {
    let organizations = session.expect(200)["organizations"].clone();
    organizations.as_array().unwrap().iter().map(|one| one["slug"].as_str().unwrap().to_owned()).collect()
}

/// An admin who invites anybody's e-mail sees the link and can give that account a password. That is no way into an
/// organization that means the real person.
#[tokio::test]
async fn an_account_made_under_anothers_name_comes_into_no_other_organization() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let (zoe, mallory) = (acme.sign_in(Role::Admin).await, initech.sign_in(Role::Admin).await);
    // Both invite; Mallory accepts her own invitation of Ben, in Ben's name.
    let (id, ours) = invite(&zoe, "manager").await;
    let (_, hers) = invite(&mallory, "agent").await;
    let taken = test.anonymous().post(&hers, json!({ "password": PASSWORD })).await;
    assert_eq!(slugs(&taken), ["initech"]);
    assert_eq!(slugs(&sign_in(&test.anonymous(), BEN, PASSWORD).await), ["initech"]);
    test.anonymous().get(&ours).await.problem("not-found");

    // Zoe's next link does not let anybody set a password, and Mallory has no link.
    let again = zoe.post(&format!("/api/v1/people/{id}/invitation"), json!({})).await.expect(200);
    let again = path(&again["invitation_url"]);
    assert_eq!(test.anonymous().get(&again).await.expect(200)["asks_for"], "present_password");
    assert_eq!(slugs(&sign_in(&test.anonymous(), BEN, PASSWORD).await), ["initech"]);
    let browser = keep(&test.anonymous(), &sign_in(&test.anonymous(), BEN, PASSWORD).await);
    let switch = json!({ "organization_id": acme.id });
    browser.put("/api/v1/session/organization", switch).await.problem("not-found");

    // Ben, who does not know the password, turns to the operator.
    let link = atum_identity::reset_link(&test.app, BEN, "acme").await.unwrap();
    let link = path(&json!(link.url));
    assert_eq!(test.anonymous().get(&link).await.expect(200)["asks_for"], "new_password");
    let back = test.anonymous().post(&link, json!({ "password": "violet-anchor-tundra" })).await;
    assert_eq!(back.expect(200)["organization"]["slug"], "acme");
    browser.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&test.anonymous(), BEN, PASSWORD).await.problem("invalid-credentials");
}

#[tokio::test]
async fn a_link_to_set_a_password_ends_where_the_account_becomes_others_too() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let (zoe, mallory) = (acme.sign_in(Role::Admin).await, initech.sign_in(Role::Admin).await);
    let ben = account(&test, "initech", BEN, Role::Agent).await;
    let reset = mallory.post(&format!("/api/v1/people/{}/invitation", ben.person_id), json!({})).await.expect(200);
    let (_, join) = invite(&zoe, "manager").await;
    test.anonymous().get(&path(&reset["invitation_url"])).await.expect(200);

    test.anonymous().post(&join, json!({ "password": PASSWORD })).await.expect(200);

    test.anonymous().get(&path(&reset["invitation_url"])).await.problem("not-found");
}
