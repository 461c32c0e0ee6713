use atum_core::caller::Role;

use super::{PASSWORD, account, keep, sign_in};
use crate::support::Test;

const MARIA: &str = "maria@acme.example";

#[tokio::test]
async fn an_operator_founds_an_organization_and_lets_its_first_admin_in() {
    let test = Test::new().await;
    atum_identity::create_organization(&test.app, "acme", "Acme GmbH").await.unwrap();
    let taken = atum_identity::create_organization(&test.app, "acme", "Another").await.unwrap_err();
    assert_eq!(taken.errors[0].code, "taken");

    let new = atum_identity::create_account(&test.app, "acme", MARIA, "Maria", Role::Admin, None).await.unwrap();

    let link = new.invitation.expect("a link");
    let path = link.url.replace("http://desk.test/welcome/", "/api/v1/invitations/");
    assert_eq!(test.anonymous().get(&path).await.expect(200)["organization_name"], "Acme GmbH");
    let lines = atum_identity::list_accounts(&test.app).await.unwrap();
    assert_eq!(
        (lines[0].email.as_str(), lines[0].has_password, &lines[0].memberships[..]),
        (MARIA, false, &["acme: admin (invited)".to_owned()][..])
    );
}

#[tokio::test]
async fn an_operator_of_no_organization_signs_in_and_sees_how_the_work_goes_and_no_ticket() {
    let test = Test::new().await;
    test.organization("acme").await;
    atum_identity::create_operator(&test.app, "Olga@ops.example", PASSWORD).await.unwrap();
    let taken = atum_identity::create_operator(&test.app, "olga@ops.example", PASSWORD).await.unwrap_err();
    assert_eq!(taken.errors[0].code, "taken");
    let answer = sign_in(&test.anonymous(), "olga@ops.example", PASSWORD).await;
    let session = answer.expect(200);
    assert_eq!((&session["operator"], &session["organizations"]), (&true.into(), &serde_json::json!([])));
    let olga = keep(&test.anonymous(), &answer);
    let session = olga.get("/api/v1/session").await.expect(200);
    assert!(["person", "organization", "role"].iter().all(|field| session[field].is_null()), "{session}");
    assert_eq!(olga.get("/api/v1/internal/monitoring").await.expect(200)["scope"], "installation");
    olga.get("/api/v1/tickets").await.problem("unauthenticated");
    olga.get("/api/v1/audit/events").await.problem("unauthenticated");

    atum_identity::set_operator(&test.app, "olga@ops.example", false).await.unwrap();
    olga.get("/api/v1/session").await.problem("unauthenticated");
    olga.get("/api/v1/internal/monitoring").await.problem("unauthenticated");
    sign_in(&test.anonymous(), "olga@ops.example", PASSWORD).await.problem("forbidden");
}

#[tokio::test]
async fn a_password_set_from_outside_ends_every_session() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let browser = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);

    let weak = atum_identity::set_password(&test.app, MARIA, "maria-kettle-orbit").await.unwrap_err();
    assert_eq!(weak.errors[0].code, "contains_name");
    atum_identity::set_password(&test.app, MARIA, "violet-anchor-tundra").await.unwrap();

    browser.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&test.anonymous(), MARIA, "violet-anchor-tundra").await.expect(200);
}

#[tokio::test]
async fn a_disabled_account_comes_back_when_enabled() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    atum_identity::set_operator(&test.app, MARIA, true).await.unwrap();
    atum_identity::disable_account(&test.app, MARIA).await.unwrap();
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.problem("invalid-credentials");
    atum_identity::enable_account(&test.app, MARIA).await.unwrap();
    assert_eq!(sign_in(&test.anonymous(), MARIA, PASSWORD).await.expect(200)["operator"], true);
}
