//! The plans of what people do all day, as the roles that the process signs in as, at a size at which a plan matters.

use std::collections::{BTreeMap, BTreeSet};

use atum::seed::{self, Progress};
use atum_core::{App, caller::Role, ids::OrganizationId};
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;

use crate::{
    support::{Client, Plan, Plans, Scan, Somebody, Test},
    tickets::{accept, at, file, say},
};

const TICKETS: u64 = 800;
/// Organizations beside the one that is asked for, each as large. Without them whatever is read of the organization is all
/// of the table, and reading all of it is right.
const OTHERS: u32 = 11;
/// A smaller table is a few pages, which is rightly read whole, and so is an organization's part of one.
const SMALL: i64 = 500;
/// PostgreSQL makes a plan without the arguments, for all times, at a statement's sixth execution on a connection.
const TIMES: usize = 7;

/// Somebody of each kind.
struct Cast {
    manager: Somebody,
    customer: Somebody,
    admin_of_company: Somebody,
    company: String,
}

#[tokio::test]
async fn no_hot_query_reads_a_whole_table() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let plan = seed::Plan {
        organization_id: acme.id,
        slug: "acme".into(),
        tickets: TICKETS,
        seed: 7,
        add: false,
        password: None,
    };
    seed::sow(&test.app, &plan, &Progress::silent()).await.unwrap();
    let company = acme.company("Theirs").await;
    let cast = Cast {
        manager: acme.person("Manager", Role::Manager).await,
        customer: acme.person("Customer", Role::Customer).await,
        admin_of_company: acme.person_of(company, "Head", Role::CustomerAdmin).await,
        company: company.to_string(),
    };
    among_others(&test, acme.id).await;
    let plans = Plans::watch(&test).await;
    let app = test.app_with(1);
    for _ in 0..TIMES {
        a_day(&test, &app, &cast).await;
    }
    let plans = plans.read().await;
    assert!(plans.len() > 20 * TIMES, "only {} plans", plans.len());
    for asked in ["desk.search_ticket", "desk.search_document", "insert into desk.ticket ", "insert into queue.job"] {
        assert!(plans.iter().any(|plan| plan.query.contains(asked)), "nothing asked {asked}");
    }
    let tables = Tables::of(&test, acme.id).await;
    assert!(tables.large.contains("desk.ticket") && tables.large_part.contains_key("desk.message"));
    let whole = tables.read_whole(&plans);
    tell_widest(&plans);
    assert!(whole.is_empty(), "these read a whole table, or most of what it has of the organization: {whole:#?}");
    would_tell(&test, &cast, &tables, plans.len()).await;
}

/// Without their indexes the same questions are told to read everything. A test that cannot fail proves nothing, and this
/// one depends on what a planner makes of made-up rows.
async fn would_tell(test: &Test, cast: &Cast, tables: &Tables, before: usize) {
    let without = "drop index desk.person_staff, desk.ticket_updated, desk.search_document_words";
    sqlx::raw_sql(without).execute(&mut test.superuser().await).await.unwrap();
    a_day(test, &test.app_with(1), cast).await;
    let plans = Plans::of(test).read().await.split_off(before);
    let whole: Vec<_> = tables.read_whole(&plans).into_keys().map(|(_, query)| query).collect();
    for asked in ["role in ('manager', 'admin')", "select t.id, t.number, t.subject", "d.words @@ to_tsquery"] {
        assert!(whole.iter().any(|query| query.contains(asked)), "{asked} is not among {whole:#?}");
    }
}

/// Gives the organization more people, and the others rows like its own.
async fn among_others(test: &Test, organization_id: OrganizationId) {
    let people = "insert into desk.person (organization_id, id, name, email, role, created_at)
                  select $1, gen_random_uuid(), 'Person ' || n, 'person' || n || '@example.test', 'customer', now()
                    from generate_series(1, 1000) n";
    let mut superuser = test.superuser().await;
    sqlx::query(people).bind(organization_id.0).execute(&mut superuser).await.unwrap();
    let copied = format!(
        "set session_replication_role = replica;
         do $$ declare t record; begin
             for t in select c.oid::regclass as name, string_agg(format('%I', a.attname), ', ') as columns
                        from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
                         and not a.attisdropped and a.attgenerated = '' and a.attname <> 'organization_id'
                       where c.relnamespace = 'desk'::regnamespace and c.relkind = 'r' group by c.oid
             loop
                 execute format('insert into %s (organization_id, %s) overriding system value
                                 select md5(n::text)::uuid, %s from %s, generate_series(1, {OTHERS}) n
                                  where organization_id = %L',
                                t.name, t.columns, t.columns, t.name, '{organization_id}');
             end loop;
         end $$"
    );
    sqlx::raw_sql(AssertSqlSafe(copied)).execute(&mut superuser).await.unwrap();
    sqlx::raw_sql("vacuum analyze").execute(&mut superuser).await.unwrap();
}

struct Tables {
    large: BTreeSet<String>,
    /// Of which the organization that is asked for has many rows.
    large_part: BTreeMap<String, u64>,
    /// The table of each index that is of all its rows.
    indexes: BTreeMap<String, String>,
}

impl Tables {
    async fn of(test: &Test, organization_id: OrganizationId) -> Self {
        let mut superuser = test.superuser().await;
        let indexes = "select c.relname::text, i.indrelid::regclass::text
                         from pg_index i join pg_class c on c.oid = i.indexrelid
                        where c.relnamespace in ('desk'::regnamespace, 'queue'::regnamespace) and i.indpred is null";
        let indexes: Vec<(String, String)> = sqlx::query_as(indexes).fetch_all(&mut superuser).await.unwrap();
        let indexes: BTreeMap<String, String> = indexes.into_iter().collect();
        let (mut large, mut large_part) = (BTreeSet::new(), BTreeMap::new());
        for table in indexes.values() {
            let count = format!("select count(*), count(*) filter (where organization_id = $1) from {table}");
            let count = sqlx::query_as::<_, (i64, i64)>(AssertSqlSafe(count)).bind(organization_id.0);
            // A table without organizations is small.
            let Ok((all, part)) = count.fetch_one(&mut superuser).await else { continue };
            large.extend((all >= SMALL).then(|| table.clone()));
            large_part.extend((part >= SMALL).then(|| (table.clone(), part.unsigned_abs())));
        }
        Self { large, large_part, indexes }
    }

    /// The statements of these that read everything, by role, with where they do.
    fn read_whole(&self, plans: &[Plan]) -> BTreeMap<(String, String), BTreeSet<String>> {
        let mut whole = BTreeMap::<_, BTreeSet<String>>::new();
        for plan in plans {
            for scan in plan.scans().into_iter().filter(|scan| self.is_whole(scan)) {
                whole.entry((plan.role.clone(), plan.name())).or_default().insert(format!("{scan:?}"));
            }
        }
        whole
    }

    /// Whether it reads a whole table, or by an index most of what the organization has there. What goes along an index
    /// until enough is found does not.
    fn is_whole(&self, scan: &Scan) -> bool {
        // What is in a plan and was not carried out.
        if scan.rows == 0 {
            return false;
        }
        let Some(index) = &scan.index else { return scan.kind == "Seq Scan" && self.large.contains(&scan.table) };
        let Some(table) = self.indexes.get(index) else { return false };
        if scan.asked.is_empty() {
            return self.large.contains(table);
        }
        !scan.limited && self.large_part.get(table).is_some_and(|part| scan.rows >= part / 2)
    }
}

async fn a_day(test: &Test, app: &App, cast: &Cast) {
    let served = |somebody: &Somebody| somebody.served_by(app.clone());
    let (manager, customer) = (served(&cast.manager), served(&cast.customer));
    desk(&manager, cast).await;
    portal(&customer).await;
    portal(&served(&cast.admin_of_company)).await;
    served(&cast.admin_of_company).get("/api/v1/tickets?scope=company").await.expect(200);

    let horizon = "select pg_snapshot_xmin(pg_current_snapshot())::text";
    let horizon: String = sqlx::query_scalar(horizon).fetch_one(&mut test.superuser().await).await.unwrap();
    let ticket = file(&customer, "Printer").await;
    accept(&manager, &ticket).await;
    say(&manager, &ticket, json!({ "body": "We look into it." })).await;
    say(&customer, &ticket, json!({ "body": "Thank you." })).await;
    for page in ["", "/messages", "/history"] {
        manager.get(&at(&ticket, page)).await.expect(200);
        customer.get(&at(&ticket, page)).await;
    }
    let jobs = App { clock: test.clock.clone(), ..app.clone() };
    atum_jobs::worker::drain(&jobs, &atum::worker::registry()).await.unwrap();
    for told in [&manager, &customer] {
        told.get("/api/v1/notifications").await.expect(200);
        crate::tickets::resumed(&told.header("last-event-id", &horizon)).await;
    }
}

async fn desk(manager: &Client, cast: &Cast) {
    let whose = format!("assignee={}", cast.manager.person_id);
    let company = format!("company={}", cast.company);
    for query in [
        "",
        "status=open",
        "status=new&sort=oldest",
        "assignee=me&status=open&sort=due",
        "assignee=none&status=accepted,in_progress",
        "priority=urgent,high",
        "sla=breached",
        "sla=warning",
        "sla=due_today",
        "sort=created",
        "sort=due",
        "q=printer",
        &whose,
        &company,
    ] {
        let page: Value = manager.get(&format!("/api/v1/tickets?{query}")).await.expect(200);
        if let Some(cursor) = page["next_cursor"].as_str() {
            manager.get(&format!("/api/v1/tickets?{query}&cursor={cursor}")).await.expect(200);
        }
    }
    for page in
        ["dashboard", "counters", "internal/tickets/new", "search?q=print", "search?q=17", "tickets/17", "staff"]
    {
        manager.get(&format!("/api/v1/{page}")).await.expect(200);
    }
    for page in ["messages", "history"] {
        manager.get(&format!("/api/v1/tickets/17/{page}")).await.expect(200);
    }
}

async fn portal(customer: &Client) {
    for page in ["tickets", "tickets?status=open", "search?q=print", "notifications"] {
        customer.get(&format!("/api/v1/{page}")).await.expect(200);
    }
}

/// For whoever looks why something is slow: what met the most rows.
fn tell_widest(plans: &[Plan]) {
    let mut widest = BTreeMap::<String, u64>::new();
    for plan in plans {
        let met: u64 = plan.scans().iter().map(|scan| scan.rows).sum();
        let most = widest.entry(plan.name()).or_default();
        *most = met.max(*most);
    }
    let mut widest: Vec<_> = widest.into_iter().collect();
    widest.sort_by_key(|(_, met)| std::cmp::Reverse(*met));
    for (query, met) in widest.iter().take(15) {
        println!("{met:>8} rows  {query}");
    }
}
