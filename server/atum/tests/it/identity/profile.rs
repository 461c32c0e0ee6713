use std::sync::Arc;

use atum_core::{App, caller::Role, config::Config};
use serde_json::json;

use super::{PASSWORD, account, keep, sign_in};
use crate::support::Test;

const MARIA: &str = "maria@acme.example";

#[tokio::test]
async fn one_chooses_name_language_and_time_zone() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let me = acme.sign_in(Role::Customer).await;

    let change = json!({ "name": " Ana ", "locale": "ar", "time_zone": "Asia/Riyadh" });
    let session = me.patch("/api/v1/profile", change).await.expect(200);

    let person = &session["person"];
    assert_eq!(
        (&person["name"], &person["locale"], &person["time_zone"]),
        (&json!("Ana"), &json!("ar"), &json!("Asia/Riyadh"))
    );
    let problem = me.patch("/api/v1/profile", json!({ "name": "", "locale": "fr", "time_zone": "Mars/Base" })).await;
    let errors = problem.problem("validation")["errors"].clone();
    let pointers: Vec<_> = errors.as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["#/name", "#/locale", "#/time_zone"]);
    assert_eq!(me.get("/api/v1/session").await.expect(200), session);
}

#[tokio::test]
async fn a_password_of_the_operators_list_is_refused() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let list = test.app.config.data_dir.join("breached.txt");
    // printf 'violet-anchor-tundra' | sha1sum
    std::fs::write(&list, format!("{}:3\n", "D7126B39ECDF6B8D6EAFE144EC01890DEFF16FFA")).unwrap();
    atum_identity::check_breached_passwords_file(&list).unwrap();
    let config = Config { breached_passwords_file: Some(list.clone()), ..(*test.app.config).clone() };
    let app = App { config: Arc::new(config), ..test.app.clone() };
    let here = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await).served_by(app);
    let put = async |new: &str| {
        here.put("/api/v1/profile/password", json!({ "current_password": PASSWORD, "new_password": new })).await
    };
    let error = put("violet-anchor-tundra").await.problem("validation")["errors"][0].clone();
    assert_eq!((&error["pointer"], &error["code"]), (&json!("#/new_password"), &json!("breached")));
    std::fs::remove_file(&list).unwrap();
    put("violet-anchor-tundra").await.problem("internal");
    std::fs::write(&list, format!("{}:3\n", "0".repeat(40))).unwrap();
    put("violet-anchor-tundra").await.expect(204);
}

#[tokio::test]
async fn a_new_password_ends_the_other_sessions_and_keeps_this_one() {
    let test = Test::new().await;
    test.organization("acme").await;
    account(&test, "acme", MARIA, Role::Agent).await;
    let here = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);
    let elsewhere = keep(&test.anonymous(), &sign_in(&test.anonymous(), MARIA, PASSWORD).await);
    let put = async |current: &str, new: &str| {
        here.put("/api/v1/profile/password", json!({ "current_password": current, "new_password": new })).await
    };

    let wrong = put("plum-kettle-orbit-20", "violet-anchor-tundra").await.problem("validation");
    assert_eq!(wrong["errors"][0]["pointer"], "#/current_password");
    let named = put(PASSWORD, "violet-lopez-tundra").await.problem("validation");
    assert_eq!(
        (&named["errors"][0]["pointer"], &named["errors"][0]["code"]),
        (&json!("#/new_password"), &json!("contains_name"))
    );
    elsewhere.get("/api/v1/session").await.expect(200);
    put(PASSWORD, "violet-anchor-tundra").await.expect(204);

    here.get("/api/v1/session").await.expect(200);
    elsewhere.get("/api/v1/session").await.problem("unauthenticated");
    sign_in(&test.anonymous(), MARIA, PASSWORD).await.problem("invalid-credentials");
    sign_in(&test.anonymous(), MARIA, "violet-anchor-tundra").await.expect(200);
}

#[tokio::test]
async fn an_open_browser_is_no_place_to_guess_the_password() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let me = acme.sign_in(Role::Agent).await;
    let guess = json!({ "current_password": "plum-kettle-orbit-20", "new_password": "violet-anchor-tundra" });
    for _ in 0..11 {
        me.put("/api/v1/profile/password", guess.clone()).await.problem("validation");
    }
    me.put("/api/v1/profile/password", guess).await.problem("too-many-requests");
}
