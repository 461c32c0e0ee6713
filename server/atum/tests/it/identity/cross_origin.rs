use atum_core::caller::Role;
use serde_json::json;

use super::{PASSWORD, account};
use crate::support::Test;

#[tokio::test]
async fn a_page_of_another_site_changes_nothing_and_signs_nobody_in() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.sign_in(Role::Agent).await;
    account(&test, "acme", "maria@acme.example", Role::Agent).await;
    let elsewhere = agent.header("sec-fetch-site", "cross-site");

    elsewhere.delete("/api/v1/session").await.problem("cross-origin");
    elsewhere.patch("/api/v1/profile", json!({ "name": "Mallory" })).await.problem("cross-origin");
    let planted = json!({ "email": "maria@acme.example", "password": PASSWORD });
    let login = test.anonymous().header("sec-fetch-site", "cross-site").post("/api/v1/session", planted).await;
    login.problem("cross-origin");
    assert_eq!(login.header("set-cookie"), None);

    assert_ne!(
        elsewhere.get("/api/v1/session").await.expect(200)["person"]["name"],
        "Mallory",
        "a link may be followed"
    );
}
