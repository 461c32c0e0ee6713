//! Whose certificate is trusted, in a process of its own: it is the environment that tells.

use atum_core::caller::Role;
use serde_json::{Value, json};

use super::{Desk, SECRET, SETTINGS, ana, provider::Provider, settings};
use crate::{
    fuzz::child::Served,
    support::{Client, Test, authority::Authority, server},
};

/// An organization whose provider shows a certificate of this authority for this name.
async fn desk<'test>(test: &'test Test, authority: &Authority, name: &str) -> Desk<'test> {
    let organization = test.organization("acme").await;
    let admin_account = organization.sign_in(Role::Admin).await;
    let provider = Provider::start_behind(authority.certificate_for(name), test.clock.clone()).await;
    let desk = Desk { test, organization, admin: Client::clone(&admin_account), admin_account, provider };
    let new =
        json!({ "settings": settings(&desk.provider.issuer, &json!({})), "client_secret": SECRET, "required": false });
    desk.admin.if_match(0).put(SETTINGS, new).await.expect(200);
    desk
}

/// What the check of the connection ends with, at this server.
async fn last_step(desk: &Desk<'_>, server: &Served) -> Value {
    let admin = desk.admin.served_at(server.address);
    let check = admin.post("/api/v1/organization/single-sign-on/check", json!({})).await.expect(200);
    check["steps"].as_array().unwrap().last().unwrap().clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_certificate_is_trusted_if_the_operator_says_so() {
    let test = Test::new().await;
    let authority = Authority::new();
    let desk = desk(&test, &authority, "127.0.0.1").await;
    let host = desk.provider.issuer.trim_start_matches("https://").to_owned();

    let server = Served::start(&test);
    let step = last_step(&desk, &server).await;
    let words = format!(
        "{host} shows a certificate that is not trusted here (UnknownIssuer): install its authority on this machine, or \
         name a file with it in SSL_CERT_FILE"
    );
    assert_eq!(step, json!({ "step": "discovery", "passed": false, "detail": words }));
    let browser = test.anonymous().served_at(server.address);
    desk.refused(&browser.get(&desk.at("start")).await, "unreachable");
    assert!(server.complaints().iter().any(|line| line.contains(&words)), "{:?}", server.complaints());
    drop(server);

    let file = server::directory().join(&test.database).join("authority.pem");
    authority.write(&file);
    let server = Served::start_with(&test, &[("SSL_CERT_FILE", file.to_str().unwrap())]);
    assert_eq!(last_step(&desk, &server).await["step"], "client");
    assert_eq!(last_step(&desk, &server).await["passed"], true);
    let (browser, asked) = desk.set_out_from(&test.anonymous().served_at(server.address), "start").await;
    let code = desk.provider.let_in(&asked, ana());
    let session = super::signed_in(&browser, &browser.get(&desk.callback(&asked, &code)).await);
    assert_eq!(session.get("/api/v1/session").await.expect(200)["email"], "ana@acme.example");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_trusted_certificate_of_another_host_is_not_trusted() {
    let test = Test::new().await;
    let authority = Authority::new();
    let desk = desk(&test, &authority, "id.example").await;
    let file = server::directory().join(&test.database).join("authority.pem");
    authority.write(&file);

    let server = Served::start_with(&test, &[("SSL_CERT_FILE", file.to_str().unwrap())]);

    let step = last_step(&desk, &server).await;
    assert_eq!((&step["step"], &step["passed"]), (&json!("discovery"), &json!(false)));
    let detail = step["detail"].as_str().unwrap();
    assert!(
        detail.contains("shows a certificate that is not trusted here") && detail.contains("not valid for"),
        "{detail}"
    );
}
