use atum_core::caller::Role;
use serde_json::json;

use crate::support::Test;

const RECEIVED: &str = "/api/v1/mail-templates/ticket_received/de";

#[tokio::test]
async fn an_organization_writes_its_own_text_looks_at_it_and_goes_back() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let all = admin.get("/api/v1/mail-templates").await.expect(200);
    assert_eq!(all.as_array().unwrap().len(), 21, "seven kinds in three languages");
    assert!(all.as_array().unwrap().iter().all(|template| template["customized"] == false));

    let own = json!({ "subject": "Nr. {{ticket_number}}", "body": "Danke!\n\n<b>{{organization}}</b>" });
    let preview = admin.post(&format!("{RECEIVED}/preview"), own.clone()).await.expect(200);
    assert_eq!((&preview["subject"], &preview["text"]), (&json!("Nr. 1042"), &json!("Danke!\n\n<b>Acme Support</b>")));
    assert!(preview["html"].as_str().unwrap().contains("&lt;b&gt;Acme Support&lt;/b&gt;"), "{preview}");
    let arabic = admin.post("/api/v1/mail-templates/ticket_received/ar/preview", own.clone()).await.expect(200);
    assert!(arabic["html"].as_str().unwrap().contains("dir=\"rtl\""));

    let saved = admin.put(RECEIVED, own.clone()).await.expect(200);
    assert_eq!((&saved["customized"], &saved["version"]), (&json!(true), &json!(1)));
    admin.put(RECEIVED, own.clone()).await.problem("stale");
    let mut next = own;
    next["version"] = json!(1);
    assert_eq!(admin.put(RECEIVED, next.clone()).await.expect(200)["version"], 2);
    admin.put(RECEIVED, next).await.problem("stale");
    admin.delete(RECEIVED).await.expect(204);
    let all = admin.get("/api/v1/mail-templates").await.expect(200);
    assert!(all.as_array().unwrap().iter().all(|template| template["customized"] == false));
}

#[tokio::test]
async fn a_text_that_could_not_be_filled_is_refused_by_field_and_variable() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let wrong = json!({ "subject": "{{link", "body": "{{reply}} of {{ticket_subject}}" });
    let problem = admin.put(RECEIVED, wrong).await.problem("validation");
    let errors: Vec<_> =
        problem["errors"].as_array().unwrap().iter().map(|error| (&error["pointer"], &error["detail"])).collect();
    assert_eq!(
        errors,
        [
            (&json!("#/subject"), &json!("has a {{ without its }}")),
            (&json!("#/body"), &json!("names {{reply}}, which this mail does not know")),
        ]
    );
    let linkless = json!({ "subject": "x", "body": "Come in." });
    let problem = admin.put("/api/v1/mail-templates/invitation/en", linkless).await.problem("validation");
    assert_eq!(problem["errors"][0]["detail"], "must name {{link}}");
    for address in ["/api/v1/mail-templates/ticket_received/fr", "/api/v1/mail-templates/farewell/en"] {
        admin.put(address, json!({ "subject": "x", "body": "y" })).await.problem("not-found");
    }
    let agent = acme.sign_in(Role::Agent).await;
    agent.get("/api/v1/mail-templates").await.problem("forbidden");
}
