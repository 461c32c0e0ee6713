//! Each way to break isolation that we know of, done to a database of its own: the proof must name it.

use atum::database::connections;
use atum_ops::proof::{self, Status};
use sqlx::AssertSqlSafe;

use crate::support::{Test, server};

#[tokio::test]
async fn an_untouched_database_is_proved_whole() {
    let test = Test::new().await;
    let report = proof::prove(&test.app).await.unwrap();
    assert_eq!(report.violations, []);
    assert_eq!(report.status, Status::Pass);
    assert!(report.tables_total > 20);
    assert_eq!(report.tables_verified, report.tables_total);
    assert_eq!(report.checked_at, test.clock.now());
}

/// The three layers are told apart, and the third by its hash.
#[tokio::test]
async fn every_layer_reports() {
    let test = Test::new().await;
    let report = proof::prove(&test.app).await.unwrap();
    let checks = report.checks;
    for [check] in [&checks.catalogue, &checks.canary, &checks.drift] {
        assert_eq!((check.status, check.observed_value), (Status::Pass, 0));
        assert!(check.duration_ms <= report.duration_ms);
    }
    let [drift] = checks.drift;
    assert_eq!(drift.hash.as_ref().map(String::len), Some(64));
    assert_eq!(drift.hash, drift.shipped_hash, "after a change of the schema: ./atum isolation");
}

#[tokio::test]
async fn every_table_has_a_sentinel() {
    let test = Test::new().await;
    let sql = "select relname::text from pg_class where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p')";
    let tables: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut test.superuser().await).await.unwrap();
    let sentinels = include_str!("../../../../ops/src/proof/sentinel.sql").replace("\n    (", " (");
    for table in tables {
        let inserted = sentinels.contains(&format!("insert into desk.{table} ("));
        assert!(
            inserted,
            "write a row of desk.{table} into server/ops/src/proof/sentinel.sql, for the canary to try on"
        );
    }
}

/// What is done, the object that the proof must name, and the rule.
const MUTANTS: &[(&str, &str, &str)] = &[
    ("alter table desk.ticket no force row level security", "desk.ticket", "rls_not_forced"),
    ("alter table desk.message disable row level security", "desk.message", "rls_off"),
    ("alter table desk.message disable row level security", "desk.message", "as_stranger"),
    ("create policy leak on desk.ticket to atum_app using (true)", "desk.ticket", "second_policy"),
    ("create policy leak on desk.draft using (true)", "desk.draft", "second_policy"),
    ("create policy scan on desk.message for select to atum_scan using (true)", "desk.message", "second_policy"),
    ("drop policy tenant on desk.rating", "desk.rating", "no_tenant_policy"),
    ("drop policy tenant on desk.rating", "desk.rating", "own_row_refused"),
    ("alter policy tenant on desk.message with check (true)", "desk.message", "no_tenant_policy"),
    ("alter policy tenant on desk.message with check (true)", "desk.message", "without_tenant"),
    ("alter policy tenant on desk.file using (organization_id is not null)", "desk.file", "no_tenant_policy"),
    ("grant truncate on desk.event to atum_app", "desk.event", "dangerous_grant"),
    ("grant update on desk.event to atum_app", "desk.event", "not_append_only"),
    ("grant update (detail) on desk.event to atum_app", "desk.event", "not_append_only"),
    ("grant select on identity.account to atum_app", "identity.account", "plane_crossed"),
    ("grant select on desk.person to atum_jobs", "desk.person", "plane_crossed"),
    ("grant select on queue.job to atum_app", "queue.job", "plane_crossed"),
    ("grant select on queue.job to public", "queue.job", "plane_crossed"),
    ("create policy leak on queue.job to atum_app using (true)", "queue.job", "queue_open"),
    ("create table desk.forgotten (id uuid primary key)", "desk.forgotten", "no_organization"),
    ("create table desk.forgotten (organization_id uuid, primary key (organization_id))", "desk.forgotten", "rls_off"),
    ("create table public.aside (id int); grant select on public.aside to atum_app", "public.aside", "unlisted_schema"),
    ("create unique index on desk.person (email)", "desk.person", "unique_across_tenants"),
    (
        "alter table desk.ticket add unique (id); alter table desk.event add foreign key (ticket_id) references \
         desk.ticket (id)",
        "desk.event",
        "foreign_key_across_tenants",
    ),
    ("create table desk.odd (organization_id uuid not null, id uuid primary key)", "desk.odd", "primary_key"),
    (
        "create view desk.all as select * from desk.ticket; grant select on desk.all to atum_app",
        "desk.all",
        "view_of_its_owner",
    ),
    (
        "create materialized view desk.copy as select * from desk.ticket; grant select on desk.copy to atum_app",
        "desk.copy",
        "cannot_be_filtered",
    ),
    (
        "create function desk.peek() returns int language sql security definer return 1",
        "desk.peek()",
        "unlisted_definer",
    ),
    (
        "alter function desk.search_ticket(text, boolean) owner to postgres",
        "desk.search_ticket(text,boolean)",
        "definer_owner",
    ),
    (
        "alter function desk.search_ticket(text, boolean) reset search_path",
        "desk.search_ticket(text,boolean)",
        "definer_search_path",
    ),
    (
        "grant execute on function desk.search_ticket(text, boolean) to public",
        "desk.search_ticket(text,boolean)",
        "definer_executor",
    ),
    // No rule speaks of these; that they were not shipped does.
    ("grant insert on identity.session to public", "identity.session", "drift"),
    ("alter table queue.job disable row level security", "queue.job", "drift"),
    ("create policy extra on desk.person as restrictive using (true)", "desk.person", "drift"),
    (
        "create or replace function queue.finish_job(job_id uuid, lease bigint) returns boolean language sql \
         security definer set search_path = pg_catalog, pg_temp as 'select true'",
        "queue.finish_job(uuid,bigint)",
        "drift",
    ),
    (
        "create function desk.copy() returns trigger language plpgsql as 'begin return new; end'; create trigger copy \
         before insert on desk.message for each row execute function desk.copy()",
        "desk.message",
        "drift",
    ),
    // Nothing can be seen by it, and everything be overwritten.
    ("create policy leak on desk.rating for update to atum_app using (true)", "desk.rating", "as_stranger"),
    (
        "create policy leak on desk.draft for delete to atum_app using (desk.tenant() is not null)",
        "desk.draft",
        "as_stranger",
    ),
    ("drop function queue.finish_job(uuid, bigint)", "queue.finish_job(uuid,bigint)", "definer_missing"),
    ("alter table queue.worker owner to atum_app", "atum_app", "role_owns"),
    ("grant create on schema desk to atum_app", "atum_app", "role_may_create"),
    (
        "do $$ begin execute format('alter role atum_app in database %I set atum.organization_id = %L', \
         current_database(), gen_random_uuid()); end $$",
        "atum.organization_id",
        "setting_stays",
    ),
];

#[tokio::test]
async fn every_way_to_break_isolation_is_named() {
    for (mutation, object, rule) in MUTANTS {
        let test = Test::new().await;
        let mut superuser = test.superuser().await;
        sqlx::raw_sql(AssertSqlSafe(*mutation)).execute(&mut superuser).await.expect(mutation);
        // Connections that were open before would not know what the role is given at sign-in.
        let connections = connections(|role| server::sign_in(role, &test.database));
        let report = proof::prove(&test.app_through(connections)).await.unwrap();
        let named = report.violations.iter().any(|violation| violation.object == *object && violation.rule == *rule);
        assert!(named, "{mutation}\n  must be named as {object}: {rule}, the proof found {:#?}", report.violations);
        assert_eq!(report.status, Status::Fail);
        let total = report.tables_total;
        assert!(report.tables_verified < total || !object.starts_with("desk.") || !is_table(object), "{mutation}");
    }
}

fn is_table(object: &str) -> bool {
    !object.ends_with(')') && !["desk.all", "desk.copy"].contains(&object)
}

/// The catalogue is as it must be, and yet everybody is the same tenant: only trying shows it.
#[tokio::test]
async fn a_tenant_that_is_always_the_same_is_found_by_trying() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    acme.company("Globex").await;
    let always =
        format!("create or replace function desk.tenant() returns uuid language sql stable return '{}'::uuid", acme.id);
    sqlx::raw_sql(AssertSqlSafe(always)).execute(&mut test.superuser().await).await.unwrap();
    let report = proof::prove(&test.app).await.unwrap();
    let rules: Vec<&str> = report
        .violations
        .iter()
        .filter(|violation| violation.object == "desk.company")
        .map(|violation| violation.rule.as_str())
        .collect();
    assert_eq!(rules, ["own_row_refused", "as_stranger", "without_tenant", "with_garbage"]);
}
