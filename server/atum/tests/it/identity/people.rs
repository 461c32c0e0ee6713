use atum_core::caller::Role;
use serde_json::{Value, json};

use crate::support::{Somebody, Test};

fn names(page: &Value) -> Vec<&str> {
    page["items"].as_array().unwrap().iter().map(|person| person["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn people_are_found_by_words_and_role_page_by_page() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let agent = acme.person("Zoe Adler", Role::Agent).await;
    for (name, role) in [("ben Vogel", Role::Agent), ("Anna Vogel", Role::Customer), ("Carl Ott", Role::Customer)] {
        acme.person(name, role).await;
    }
    let get = async |query: &str| agent.get(&format!("/api/v1/people{query}")).await.expect(200);

    assert_eq!(names(&get("").await), ["Anna Vogel", "ben Vogel", "Carl Ott", "Zoe Adler"]);
    assert_eq!(names(&get("?q=vogel").await), ["Anna Vogel", "ben Vogel"]);
    assert_eq!(names(&get("?q=vogel%20ANN").await), ["Anna Vogel"]);
    assert_eq!(names(&get("?q=carl.ott").await), ["Carl Ott"], "in the e-mail");
    assert_eq!(names(&get("?role=customer").await), ["Anna Vogel", "Carl Ott"]);
    let first = get("?limit=3").await;
    assert_eq!(names(&first), ["Anna Vogel", "ben Vogel", "Carl Ott"]);
    let next = get(&format!("?limit=3&cursor={}", first["next_cursor"].as_str().unwrap())).await;
    assert_eq!((names(&next), &next["next_cursor"]), (vec!["Zoe Adler"], &Value::Null));
}

#[tokio::test]
async fn staff_are_those_a_ticket_can_be_assigned_to() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.person("Zoe", Role::Admin).await;
    let (gone, _) = (acme.person("Gone", Role::Agent).await, acme.person("Carl", Role::Customer).await);
    acme.person("Ben", Role::Manager).await;
    admin.patch(&format!("/api/v1/people/{}", gone.person_id), json!({ "active": false })).await.expect(200);

    let staff = admin.get("/api/v1/staff").await.expect(200);

    let names: Vec<&Value> = staff.as_array().unwrap().iter().map(|person| &person["name"]).collect();
    assert_eq!(names, ["Ben", "Zoe"]);
}

#[tokio::test]
async fn only_admins_change_people_and_customers_see_none() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let new = json!({ "name": "Ben", "email": "ben@acme.example", "role": "agent" });
    for role in [Role::Customer, Role::CustomerAdmin, Role::Agent, Role::Manager] {
        let somebody = acme.sign_in(role).await;
        somebody.post("/api/v1/people", new.clone()).await.problem("forbidden");
        somebody
            .patch(&format!("/api/v1/people/{}", somebody.person_id), json!({ "role": "admin" }))
            .await
            .problem("forbidden");
        somebody
            .post(&format!("/api/v1/people/{}/invitation", somebody.person_id), json!({}))
            .await
            .problem("forbidden");
        somebody.post("/api/v1/companies", json!({ "name": "Initech" })).await.problem("forbidden");
    }
    let customer = acme.sign_in(Role::CustomerAdmin).await;
    for path in ["/api/v1/people", "/api/v1/staff", "/api/v1/companies"] {
        customer.get(path).await.problem("forbidden");
        test.anonymous().get(path).await.problem("unauthenticated");
    }
}

#[tokio::test]
async fn an_e_mail_is_one_person() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let new = |email: &str| json!({ "name": "Ben", "email": email, "role": "agent", "locale": "de" });

    let created = admin.post("/api/v1/people", new("Ben@Acme.example")).await.expect(201);
    assert_eq!((&created["person"]["email"], &created["person"]["locale"]), (&json!("ben@acme.example"), &json!("de")));
    admin.post("/api/v1/people", new("ben@acme.EXAMPLE")).await.problem("conflict");
    let problem = admin.post("/api/v1/people", json!({ "name": " ", "email": "ben", "role": "agent" })).await;
    let errors = problem.problem("validation")["errors"].clone();
    assert_eq!((&errors[0]["pointer"], &errors[1]["pointer"]), (&json!("#/name"), &json!("#/email")));
}

#[tokio::test]
async fn a_crash_between_the_planes_is_mended_by_doing_it_again() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let new = json!({ "name": "Ben", "email": "ben@acme.example", "role": "agent" });
    let created = admin.post("/api/v1/people", new.clone()).await.expect(201);
    // What a crash after the first of the two transactions leaves.
    let id = created["person"]["id"].as_str().unwrap();
    let mut superuser = test.superuser().await;
    for statement in
        ["delete from identity.membership where person_id = $1", "delete from identity.invitation where $1 is not null"]
    {
        sqlx::query(statement).bind(id.parse::<uuid::Uuid>().unwrap()).execute(&mut superuser).await.unwrap();
    }

    let again = admin.post("/api/v1/people", new.clone()).await.expect(201);

    assert_eq!(again["person"]["id"], id, "the same person");
    assert!(again["invitation_url"].is_string());
    admin.post("/api/v1/people", new).await.problem("conflict");
}

#[tokio::test]
async fn a_change_is_made_in_both_planes_and_told() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, agent) = (acme.sign_in(Role::Admin).await, acme.person("Ben", Role::Agent).await);
    let company = acme.company("Initech").await;
    let address = format!("/api/v1/people/{}", agent.person_id);

    let changed = admin.patch(&address, json!({ "role": "manager", "company_id": company })).await.expect(200);

    assert_eq!((&changed["role"], &changed["company"]["name"]), (&json!("manager"), &json!("Initech")));
    assert_eq!(agent.get("/api/v1/session").await.expect(200)["role"], "manager");
    let freed = admin.patch(&address, json!({ "company_id": null })).await.expect(200);
    assert_eq!(freed["company"], Value::Null);
    let changes: Vec<Value> =
        sqlx::query_scalar("select changes from desk.event where kind = 'person_updated' order by id")
            .fetch_all(&mut test.superuser().await)
            .await
            .unwrap();
    assert_eq!(
        changes,
        [
            json!([{ "field": "role", "old": "agent", "new": "manager" }, { "field": "company", "old": null, "new": "Initech" }]),
            json!([{ "field": "company", "old": "Initech", "new": null }]),
        ]
    );
}

#[tokio::test]
async fn an_organization_keeps_an_admin() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (zoe, ben) = (acme.sign_in(Role::Admin).await, acme.sign_in(Role::Admin).await);
    let demote = async |who: &Somebody, whom: &Somebody| {
        who.patch(&format!("/api/v1/people/{}", whom.person_id), json!({ "role": "agent" })).await
    };

    demote(&zoe, &zoe).await.problem("wrong-state");
    zoe.patch(&format!("/api/v1/people/{}", zoe.person_id), json!({ "active": false })).await.problem("wrong-state");
    zoe.patch(&format!("/api/v1/people/{}", zoe.person_id), json!({ "name": "Zoe Adler" })).await.expect(200);
    let (one, other) = tokio::join!(demote(&zoe, &ben), demote(&ben, &zoe));

    let succeeded = [&one, &other].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(succeeded, 1, "{one:?} {other:?}");
    let admins: i64 = sqlx::query_scalar("select count(*) from identity.membership where role = 'admin' and active")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(admins, 1);
}

#[tokio::test]
async fn another_organizations_person_and_company_are_not_there() {
    let test = Test::new().await;
    let (acme, initech) = (test.organization("acme").await, test.organization("initech").await);
    let (admin, stranger) = (acme.sign_in(Role::Admin).await, initech.sign_in(Role::Agent).await);
    let company = initech.company("Hooli").await;
    let absent = "019a9f3c-0000-7000-8000-000000000000";

    for id in [stranger.person_id.to_string(), absent.to_owned(), "no-id".to_owned()] {
        admin.patch(&format!("/api/v1/people/{id}"), json!({ "name": "Mallory" })).await.problem("not-found");
        admin.post(&format!("/api/v1/people/{id}/invitation"), json!({})).await.problem("not-found");
    }
    let new = json!({ "name": "Ben", "email": "ben@acme.example", "role": "customer", "company_id": company });
    assert_eq!(admin.post("/api/v1/people", new).await.problem("validation")["errors"][0]["pointer"], "#/company_id");
    assert_eq!(names(&admin.get("/api/v1/people").await.expect(200)).len(), 1);
    assert_eq!(admin.get("/api/v1/companies").await.expect(200), json!([]));
    assert_ne!(stranger.get("/api/v1/session").await.expect(200)["person"]["name"], "Mallory");
}

#[tokio::test]
async fn companies_are_counted_and_named_once() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;

    let created = admin.post("/api/v1/companies", json!({ "name": " Initech " })).await.expect(201);
    admin.post("/api/v1/companies", json!({ "name": "INITECH" })).await.problem("conflict");
    let new = json!({ "name": "Ben", "email": "ben@initech.example", "role": "customer", "company_id": created["id"] });
    admin.post("/api/v1/people", new).await.expect(201);

    let companies = admin.get("/api/v1/companies").await.expect(200);
    assert_eq!(
        companies,
        json!([{ "id": created["id"], "name": "Initech", "people_count": 1, "open_ticket_count": 0 }])
    );
}

#[tokio::test]
async fn a_repeated_request_creates_nobody_twice() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let admin = acme.sign_in(Role::Admin).await;
    let admin = admin.header("idempotency-key", "one");
    let new = json!({ "name": "Ben", "email": "ben@acme.example", "role": "agent" });

    let first = admin.post("/api/v1/people", new.clone()).await.expect(201);
    let second = admin.post("/api/v1/people", new).await.expect(201);

    assert_eq!(first, second);
}
