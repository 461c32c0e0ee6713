use atum_core::caller::Role;
use atum_sla::{Cause, Metric};
use serde_json::{Value, json};

use super::{BERLIN, Ticket};
use crate::support::{Client, Organization, Test};

const POLICIES: &str = "/api/v1/sla/policies";
const CALENDARS: &str = "/api/v1/sla/calendars";

/// The one policy or calendar of an organization, as listed.
async fn only(client: &Client, path: &str) -> Value {
    client.get(path).await.expect(200)[0].clone()
}

/// The path and what a client sends back after reading: everything but what it may not set.
async fn edit(client: &Client, list: &str) -> (String, Value) {
    let mut body = only(client, list).await;
    let path = format!("{list}/{}", body["id"].as_str().unwrap());
    for fixed in ["id", "version", "is_default"] {
        body.as_object_mut().unwrap().remove(fixed);
    }
    (path, body)
}

async fn events(test: &Test, kind: &str) -> Vec<Value> {
    sqlx::query_scalar("select changes from desk.event where kind = $1 order by id")
        .bind(kind)
        .fetch_all(&mut test.superuser().await)
        .await
        .unwrap()
}

#[tokio::test]
async fn a_new_organization_promises_something_for_every_priority() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let agent = organization.sign_in(Role::Agent).await;
    let policy = only(&agent, POLICIES).await;
    assert_eq!((&policy["is_default"], &policy["version"]), (&json!(true), &json!(1)));
    let priorities: Vec<_> = policy["targets"].as_array().unwrap().iter().map(|target| &target["priority"]).collect();
    assert_eq!(priorities, ["low", "normal", "high", "urgent"]);
    let calendar = only(&agent, CALENDARS).await;
    assert_eq!(policy["calendar_id"], calendar["id"]);
    assert_eq!(calendar["time_zone"], "Europe/Berlin");
    assert_eq!(calendar["windows"].as_array().unwrap().len(), 5);
    assert_eq!(calendar["windows"][0], json!({ "weekday": 1, "from": "09:00", "to": "17:00" }));

    let mut tx = test.app.db.write(&organization.system()).await.unwrap();
    atum_sla::create_defaults(&mut tx, BERLIN).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(agent.get(POLICIES).await.expect(200).as_array().unwrap().len(), 1, "made once");
}

#[tokio::test]
async fn customers_read_no_settings_and_only_admins_edit_them() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    let stranger = test.organization("other").await.sign_in(Role::Admin).await;
    for list in [POLICIES, CALENDARS] {
        let admin = organization.sign_in(Role::Admin).await;
        let (path, body) = edit(&admin, list).await;
        test.anonymous().get(list).await.problem("unauthenticated");
        for role in [Role::Customer, Role::CustomerAdmin] {
            organization.sign_in(role).await.get(list).await.problem("forbidden");
        }
        for role in [Role::Customer, Role::Agent, Role::Manager] {
            organization.sign_in(role).await.if_match(1).put(&path, body.clone()).await.problem("forbidden");
        }
        stranger.if_match(1).put(&path, body).await.problem("not-found");
    }
}

#[tokio::test]
async fn a_stale_edit_is_told_both_values_and_by_whom() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    let mona = organization.person("Mona", Role::Admin).await;
    for list in [POLICIES, CALENDARS] {
        let (path, mut body) = edit(&mona, list).await;
        mona.put(&path, body.clone()).await.problem("version-required");
        body["name"] = json!("Gold");
        let saved = mona.if_match(1).put(&path, body.clone()).await.expect(200);
        assert_eq!((&saved["name"], &saved["version"]), (&json!("Gold"), &json!(2)));

        body["name"] = json!("Silver");
        let problem = mona.if_match(1).put(&path, body).await.problem("stale");
        let conflicts = problem["conflicts"].as_array().unwrap();
        assert_eq!(conflicts.len(), 1, "{conflicts:#?}");
        assert_eq!((&conflicts[0]["yours"], &conflicts[0]["theirs"]), (&json!("Silver"), &json!("Gold")));
        assert_eq!(conflicts[0]["changed_by"], "Mona");
    }
    let changed = json!([{ "field": "name", "old": "Standard", "new": "Gold" }]);
    assert_eq!(events(&test, "policy_updated").await, [changed]);
}

#[tokio::test]
async fn what_cannot_be_promised_is_refused_in_words() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    let admin = organization.sign_in(Role::Admin).await;
    let (path, mut policy) = edit(&admin, POLICIES).await;
    policy["targets"][0]["resolution_minutes"] = json!(0);
    policy["calendar_id"] = json!(uuid::Uuid::now_v7());
    let errors = &admin.if_match(1).put(&path, policy.clone()).await.problem("validation")["errors"];
    assert_eq!(errors[0]["pointer"], "#/targets/0/resolution_minutes");
    policy["targets"][0]["resolution_minutes"] = json!(480);
    let errors = &admin.if_match(1).put(&path, policy).await.problem("validation")["errors"];
    assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("#/calendar_id"), &json!("unknown")));

    let (path, mut calendar) = edit(&admin, CALENDARS).await;
    calendar["windows"] = json!([{ "weekday": 1, "from": "09:00", "to": "09:01" }]);
    let errors = &admin.if_match(1).put(&path, calendar.clone()).await.problem("validation")["errors"];
    assert_eq!(errors[0]["code"], "unreachable", "{errors}");
    calendar["windows"] =
        json!([{ "weekday": 1, "from": "09:00", "to": "12:00" }, { "weekday": 1, "from": "11:00", "to": "13:00" }]);
    let errors = &admin.if_match(1).put(&path, calendar).await.problem("validation")["errors"];
    assert_eq!(errors[0]["detail"], "Mon 09:00–12:00 and Mon 11:00–13:00 overlap");
    assert_eq!(only(&admin, CALENDARS).await["version"], 1);
}

#[tokio::test]
async fn a_target_must_be_reached_some_day() {
    let test = Test::new().await;
    let organization = test.organization("acme").await;
    let admin = organization.sign_in(Role::Admin).await;
    let (path, mut policy) = edit(&admin, POLICIES).await;
    for target in policy["targets"].as_array_mut().unwrap() {
        for metric in ["first_response_minutes", "next_response_minutes", "resolution_minutes"] {
            target[metric] = json!(60);
        }
    }
    admin.if_match(1).put(&path, policy.clone()).await.expect(200);
    let (calendar_path, mut calendar) = edit(&admin, CALENDARS).await;
    calendar["windows"] = json!([{ "weekday": 1, "from": "09:00", "to": "09:01" }]);
    admin.if_match(1).put(&calendar_path, calendar).await.expect(200);
    policy["targets"][0]["resolution_minutes"] = json!(2000);
    let errors = &admin.if_match(2).put(&path, policy).await.problem("validation")["errors"];
    assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("#/targets"), &json!("unreachable")));
    assert_eq!(errors[0]["detail"], "2000 business minutes would not pass within twenty years");
}

#[tokio::test]
async fn an_edited_policy_leaves_running_clocks_alone() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    let before = ticket.clock(Metric::FirstResponse).await;
    let admin = organization.sign_in(Role::Admin).await;
    let (path, mut policy) = edit(&admin, POLICIES).await;
    policy["targets"][1]["first_response_minutes"] = json!(60);
    admin.if_match(1).put(&path, policy).await.expect(200);
    test.run_jobs().await;
    let after = ticket.clock(Metric::FirstResponse).await;
    assert_eq!((after.due_at, after.target_minutes, after.segments), (before.due_at, 240, before.segments));
}

async fn add_holiday(organization: &Organization<'_>, day: &str) {
    let admin = organization.sign_in(Role::Admin).await;
    let (path, mut calendar) = edit(&admin, CALENDARS).await;
    calendar["holidays"].as_array_mut().unwrap().push(json!({ "day": day, "name": "Founders' day" }));
    let version = only(&admin, CALENDARS).await["version"].clone();
    admin.if_match(version).put(&path, calendar).await.expect(200);
}

#[tokio::test]
async fn an_edited_calendar_moves_the_clocks_that_run_in_it() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    let elsewhere = test.organization_in("elsewhere", BERLIN).await;
    let untouched = Ticket::accepted_on_friday(&test, &elsewhere).await;
    test.at("2026-11-20T16:30:00+01:00");
    add_holiday(&organization, "2026-11-23").await;
    test.run_jobs().await;

    let clock = ticket.clock(Metric::FirstResponse).await;
    assert_eq!(clock.due_at, Some("2026-11-24T12:00:00+01:00".parse().unwrap()));
    let last = clock.segments.last().unwrap();
    assert_eq!((last.cause, last.business_ms, last.due_at), (Cause::Recalculation, 1_800_000, clock.due_at));
    assert_eq!(ticket.deadline().await.unwrap().2, clock.due_at);
    assert_eq!(untouched.clock(Metric::FirstResponse).await.segments.len(), 1);

    add_holiday(&organization, "2026-12-25").await;
    test.run_jobs().await;
    assert_eq!(ticket.clock(Metric::FirstResponse).await.segments.len(), 2, "nothing moved, nothing is written");
}

/// More tickets than one batch holds: the job goes on where it stopped.
#[tokio::test]
async fn every_ticket_is_recalculated_however_many_there_are() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let first = Ticket::accepted_on_friday(&test, &organization).await;
    for statement in [
        "insert into desk.ticket (organization_id, id, number, subject, status, priority, requester_id, created_at, updated_at)
         select organization_id, gen_random_uuid(), number + n, subject, status, priority, requester_id, created_at, updated_at
           from desk.ticket, generate_series(1, 450) n",
        "insert into desk.sla_clock (organization_id, id, ticket_id, metric, policy_id, policy_version, calendar_id,
                target_minutes, warn_percent, state, started_at, used_ms, segment_at, warn_at, due_at)
         select c.organization_id, gen_random_uuid(), t.id, c.metric, policy_id, policy_version, calendar_id,
                target_minutes, warn_percent, state, started_at, used_ms, segment_at, warn_at, due_at
           from desk.sla_clock c, desk.ticket t where t.number > 1 and c.metric = 'first_response'",
    ] {
        sqlx::query(statement).execute(&mut test.superuser().await).await.unwrap();
    }
    add_holiday(&organization, "2026-11-23").await;
    let jobs = test.run_jobs().await;
    assert!(jobs >= 4, "three batches and the end: {jobs}");
    let due = first.clock(Metric::FirstResponse).await.due_at;
    let moved: i64 = sqlx::query_scalar(
        "select count(*) from desk.sla_clock c join desk.sla_deadline d using (ticket_id)
          where c.metric = 'first_response' and c.due_at = $1 and d.due_at = $1",
    )
    .bind(due)
    .fetch_one(&mut test.superuser().await)
    .await
    .unwrap();
    assert_eq!(moved, 451);
}
