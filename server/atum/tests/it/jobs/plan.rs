//! How the queue's own statements are carried out where the table is full of what is done, dead or parked.

use atum_jobs::worker;

use super::{number_of, registry};
use crate::support::{Plan, Plans, Test};

/// 100,000 jobs that are not to be done and 400 that are, of forty organizations.
async fn fill(test: &Test) {
    let mut superuser = test.superuser().await;
    let jobs = r#"
        insert into queue.job (id, organization_id, kind, payload, state, priority, batched, run_at, finished_at,
                               heartbeat_at, deadline_at)
        select gen_random_uuid(), lpad(to_hex(n % 40), 32, '0')::uuid, 'probe', '{"fate": "Succeed", "key": null}',
               state, 1 + n % 3, n % 2 = 0,
               now() - n * interval '100 ms' + case when state = 'available' and n > 400 then interval '1 day' else '0' end,
               case when state in ('completed', 'dead') then now() - n * interval '200 ms' end,
               case when state = 'running' then now() end,
               case when state = 'running' then now() + interval '5 minutes' end
          from generate_series(1, 100400) n,
               lateral (select case when n <= 400 then 'available' when n % 20 = 0 then 'available' when n % 21 = 0 then 'dead'
                                    when n % 5000 = 1 then 'running' else 'completed' end as state) is_in"#;
    sqlx::query(jobs).execute(&mut superuser).await.unwrap();
    sqlx::raw_sql("analyze queue.job").execute(&mut superuser).await.unwrap();
}

#[tokio::test]
async fn no_statement_of_the_queue_reads_the_whole_table() {
    let test = Test::new().await;
    fill(&test).await;
    let before = number_of(&test, "completed").await;
    let plans = Plans::watch(&test).await;
    let app = test.app_with(4);
    // As any worker begins: it looks for the silent, removes what is old and claims, more often than it takes the
    // server to choose a plan that does not know the arguments.
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(worker::run(app.clone(), registry(), stop.clone()));
    let soon = std::time::Duration::from_secs(60);
    super::process::until("what is due is done", soon, async || number_of(&test, "completed").await == before + 400)
        .await;
    stop.cancel();
    running.await.unwrap();
    let dead = atum_jobs::list_dead(&app, 10).await.unwrap();
    atum_jobs::replay(&app, dead[0].id).await.unwrap();
    atum_jobs::discard(&app, dead[1].id).await.unwrap();
    let metrics = test.anonymous().calling_from([127, 0, 0, 1]).served_by(app).get("/metrics").await;
    assert_eq!(metrics.status, 200);

    let mut plans = plans.read().await;
    for named in [
        "with lane as",
        "with recursive lane",
        "queue.finish_job",
        "fell silent",
        "delete from queue.job",
        "min(run_at)",
    ] {
        assert!(plans.iter().any(|plan| plan.query.contains(named)), "no plan of {named}");
    }
    let whole: Vec<_> = plans.iter().filter(|plan| reads_whole(plan)).map(|plan| (&plan.role, plan.name())).collect();
    assert!(whole.is_empty(), "these read the whole table of jobs: {whole:#?}");
    // What counts jobs for people meets all that wait.
    plans.retain(|plan| !plan.query.contains("min(run_at)") && !plan.query.contains("kind = 'process_mail'"));
    // Each of the others meets the jobs that it is about and hardly any other.
    let widest = plans.iter().max_by_key(|plan| met(plan)).expect("a plan");
    println!("{}", widest.told());
    assert!(met(widest) <= 2 * 400, "{} met {} rows:\n{}", widest.name(), met(widest), widest.told());
}

/// As the pages of operators and admins ask, each often enough that the server chooses a plan that knows no argument.
#[tokio::test]
async fn no_page_about_the_queue_reads_the_whole_table() {
    let test = Test::new().await;
    fill(&test).await;
    let (operator, acme) = (crate::ops::jobs::operator(&test).await, test.organization("acme").await);
    let admin = acme.sign_in(atum_core::caller::Role::Admin).await;
    // A quarter of all jobs are the admin's.
    let own = "update queue.job set organization_id = $1 where organization_id < lpad('a', 32, '0')::uuid";
    sqlx::query(own).bind(acme.id.0).execute(&mut test.superuser().await).await.unwrap();
    sqlx::raw_sql("vacuum analyze queue.job").execute(&mut test.superuser().await).await.unwrap();
    let plans = Plans::watch(&test).await;
    let app = test.app_with(4);
    for client in [operator.served_by(app.clone()), admin.served_by(app.clone())] {
        for _ in 0..7 {
            for state in ["available", "running", "completed", "dead", "discarded"] {
                let path = format!("/api/v1/internal/jobs?state={state}");
                client.get(&path).await.expect(200);
                client.get(&format!("{path}&kind=nothing")).await.expect(200);
            }
            client.get("/api/v1/internal/monitoring").await.expect(200);
        }
    }
    let plans = plans.read().await;
    let whole: Vec<_> = plans.iter().filter(|plan| reads_whole(plan)).map(|plan| (plan.name(), plan.told())).collect();
    assert!(whole.is_empty(), "these read the whole table of jobs: {whole:#?}");
    let mut asked: Vec<_> = plans.iter().filter(|plan| plan.query.contains("queue.job")).collect();
    asked.sort_by_key(|plan| std::cmp::Reverse(met(plan)));
    let (counts, lists): (Vec<_>, Vec<_>) = asked.into_iter().partition(|plan| plan.query.contains("with waiting as"));
    assert!(!counts.is_empty() && lists.len() > 100, "{} counts, {} lists", counts.len(), lists.len());
    // A count meets what waits and what is dead, a list its window of five thousand and no more.
    assert!(met(counts[0]) <= 11_000, "{}", counts[0].told());
    assert!(met(lists[0]) <= 10_000, "{} met {} rows:\n{}", lists[0].name(), met(lists[0]), lists[0].told());
}

/// Rows of the table that a statement looked at.
fn met(plan: &Plan) -> u64 {
    plan.scans().iter().filter(|scan| scan.table == "queue.job").map(|scan| scan.rows).sum()
}

fn reads_whole(plan: &Plan) -> bool {
    plan.scans().iter().any(|scan| scan.table == "queue.job" && scan.kind == "Seq Scan")
}
