//! The speed contract, measured: what the server does beside what PostgreSQL does of the same SQL, on one machine, in
//! one run. What is measured and how it is to be read is in docs/speed.md.

mod capture;
mod http;
mod limit;
mod load;
mod report;
mod scene;
mod script;
mod stage;
mod usage;

use std::time::Duration;

use anyhow::Context;

use crate::{cli, database::Role};
use capture::Log;
use http::{Connection, request};
use limit::Pgbench;
use load::Load;
use report::{Report, Round};
pub use scene::Scene;
use scene::{LISTS, Stock, WORDS};
use script::{Known, Script};
use stage::{Server, Stage};

/// Connections of one round.
pub const CONNECTIONS: [u64; 3] = [1, 16, 64];
/// Signed-in agents of the mixed load.
const AGENTS: u64 = 200;
/// Tickets to be accepted that a round of a second is given; nobody is that fast.
const FRESH_A_SECOND: u64 = 2_500;

pub async fn run(options: &cli::Bench) -> anyhow::Result<Report> {
    let stage = Stage::set(options.tickets, &options.place).await?;
    let outcome = perform(options, &stage).await;
    stage.strike().await?;
    outcome
}

async fn perform(options: &cli::Bench, stage: &Stage) -> anyhow::Result<Report> {
    stage.withdraw().await?;
    let mut stock = stage.stock().await?;
    let scripts = record(stage, &stock).await?;
    stage.settle().await?;
    let server = stage.serve(&[]).await?;
    let (watched, time) = (stage.watch(&server)?, Duration::from_secs(options.seconds.max(1)));
    let mut report = Report::begin(options, stage, &server);
    let pgbench = pgbench(stage)?;
    for scene in Scene::ALL.into_iter().filter(|scene| options.only.is_empty() || options.only.contains(scene)) {
        let scripts = &scripts.iter().find(|(of, _)| *of == scene).context("a script for each scene")?.1;
        for connections in CONNECTIONS {
            let picks = offer(stage, &mut stock, scene, time).await?;
            let load = Load { address: server.address, stock: &stock, watched, time };
            let measured = load.round(scene, connections).await?;
            let picks = if scene == Scene::Accept { offer(stage, &mut stock, scene, time).await? } else { picks };
            let limit = pgbench.run(scripts, connections, picks, time).await?;
            report.add(Round::new(scene, connections, measured, limit));
        }
    }
    let load = Load { address: server.address, stock: &stock, watched, time };
    report.mixed = Some(load.mixed(AGENTS).await?);
    report.resident_bytes = watched.server_resident_bytes();
    server.stop().await?;
    stage.withdraw().await?;
    Ok(report)
}

/// What pgbench picks tickets from in this scene, and how many there are.
async fn offer(stage: &Stage, stock: &mut Stock, scene: Scene, time: Duration) -> anyhow::Result<usize> {
    let numbers: Vec<i64> = match scene {
        Scene::Accept => {
            stock.fresh = stage.fresh(i64::try_from(time.as_secs() * FRESH_A_SECOND)?).await?;
            stock.fresh.clone()
        }
        Scene::Reply => stock.answerable.clone(),
        Scene::Open => (1..=i64::try_from(stock.tickets)?).collect(),
        Scene::Create | Scene::List | Scene::Search => vec![1],
    };
    stage.offer(&numbers).await?;
    Ok(numbers.len())
}

fn pgbench(stage: &Stage) -> anyhow::Result<Pgbench> {
    let cluster = stage.installation.cluster().context("the bench has a cluster of its own")?.clone();
    let directory = cluster.data_dir.root().join("pgbench");
    std::fs::create_dir_all(&directory)?;
    Ok(Pgbench { cluster, password: stage.installation.password(Role::App).to_owned(), directory })
}

/// Asks once of everything, on a server that does nothing else, and makes scripts of what that asked the database.
async fn record(stage: &Stage, stock: &Stock) -> anyhow::Result<Vec<(Scene, Vec<Script>)>> {
    let mut superuser = stage.superuser().await?;
    let server = stage.serve(&["--no-workers"]).await?;
    let log = Log::begin(&mut superuser, stage.installation.data_dir.logs()).await?;
    let mut scripts = vec![];
    for scene in Scene::ALL {
        let recorded = scripts_of(stage, stock, scene, &server, &log).await;
        scripts.push((scene, recorded.with_context(|| format!("recording what {} asks", scene.name()))?));
    }
    log.end(&mut superuser).await?;
    server.stop().await?;
    Ok(scripts)
}

async fn scripts_of(
    stage: &Stage,
    stock: &Stock,
    scene: Scene,
    server: &Server,
    log: &Log,
) -> anyhow::Result<Vec<Script>> {
    let cookie = &stock.staff[0];
    let answerable = *stock.answerable.first().context("nothing can be answered in so few tickets")?;
    let (number, pick) = match scene {
        Scene::Accept => (stage.fresh(1).await?[0], ":turn"),
        _ => (answerable, ":i"),
    };
    let body = |text: serde_json::Value| text.to_string();
    let requests: Vec<String> = match scene {
        Scene::List => LISTS.iter().map(|query| request("GET", &scene::list(query), cookie, None)).collect(),
        Scene::Search => WORDS.iter().map(|words| request("GET", &scene::search(words), cookie, None)).collect(),
        Scene::Open => vec![request("GET", &format!("/api/v1/tickets/{number}"), cookie, None)],
        Scene::Accept => vec![request("POST", &format!("/api/v1/tickets/{number}/accept"), cookie, None)],
        Scene::Reply => {
            let text = body(serde_json::json!({ "body": "As long as most answers are. ".repeat(20) }));
            vec![request("POST", &format!("/api/v1/tickets/{number}/messages"), cookie, Some(&text))]
        }
        Scene::Create => {
            let text = body(
                serde_json::json!({ "subject": "The gearbox makes a grinding noise", "description": "As long as most questions are. ".repeat(20), "priority": "normal" }),
            );
            vec![request("POST", "/api/v1/tickets", cookie, Some(&text))]
        }
    };
    let known =
        known(stage, (!matches!(scene, Scene::Create | Scene::List | Scene::Search)).then_some((number, pick))).await?;
    let mut scripts = vec![];
    for (nth, request) in requests.iter().enumerate() {
        let statements = log.of(async || {
            let mut connection = Connection::open(server.address).await?;
            let status = connection.ask(request).await?;
            anyhow::ensure!((200..300).contains(&status), "{status}: {}", String::from_utf8_lossy(connection.body()));
            Ok(())
        });
        let name = format!("v{nth}_");
        scripts.push(script::write(&name, &statements.await?, &known));
    }
    Ok(scripts)
}

async fn known(stage: &Stage, ticket: Option<(i64, &'static str)>) -> anyhow::Result<Known> {
    let mut superuser = stage.superuser().await?;
    let lasting = "select id::text from desk.sla_policy union all select id::text from desk.calendar
         union all select id::text from identity.organization union all select person_id::text from identity.membership";
    let lasting = sqlx::query_scalar(lasting).fetch_all(&mut superuser).await?;
    let Some((number, pick)) = ticket else { return Ok(Known { number: None, ids: vec![], lasting }) };
    let (id, requester, company, assignee): (String, String, Option<String>, Option<String>) = sqlx::query_as(
        "select id::text, requester_id::text, company_id::text, assignee_id::text from desk.ticket where number = $1",
    )
    .bind(number)
    .fetch_one(&mut superuser)
    .await?;
    let pick = if pick == ":turn" {
        "(select number from public.pick where i = :turn)"
    } else {
        "(select number from public.pick where i = :i)"
    };
    let ids = [(Some(id), "id"), (Some(requester), "requester_id"), (company, "company_id"), (assignee, "assignee_id")];
    let ids = ids.into_iter().filter_map(|(id, column)| Some((id?, column))).collect();
    Ok(Known { number: Some((number.to_string(), pick)), ids, lasting })
}
