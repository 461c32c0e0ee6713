//! Whether an id of another organization takes as long to be refused as one that never was: a difference would tell
//! which ids there are.
//!
//! `cargo run --release -p atum --example timing`. Everything is measured in one run on a private PostgreSQL with made-up
//! tickets, through the router and without a network, whose noise would hide what is looked for. Each round asks for one
//! of either kind, and for a second that never was, whose ratio to the first tells what the measurement itself can see.

use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use atum::{
    cli::Place,
    installation::Installation,
    seed::{self, Plan, Progress},
};
use atum_core::{
    App,
    caller::{Reason, System},
    config::Config,
    ids::OrganizationId,
};
use clap::Parser;
use serde_json::{Value, json};
use uuid::Uuid;

mod browser;
mod ratio;
#[path = "../staff.rs"]
mod staff;

use browser::Browser;
use ratio::Ratio;

#[derive(Parser)]
struct Options {
    /// How often each address is asked for with either kind of id
    #[arg(long, default_value_t = 5_000)]
    rounds: usize,
    /// Tickets of each of the two organizations
    #[arg(long, default_value_t = 2_000)]
    tickets: u64,
    /// Write the figures here as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let data_dir = std::env::temp_dir().join(format!("atum-bench-timing-{}", std::process::id()));
    let data_dir_of = Some(data_dir.clone());
    let place = Place { data_dir: data_dir_of, ..Place::default() };
    let installation = Installation::start(&place).await?;
    installation.migrate().await?;
    let app = installation.app_for_command("")?;
    let app = App { config: Arc::new(Config { upload_limit_bytes: 1 << 10, ..(*app.config).clone() }), ..app };
    let outcome = measure(&options, &app).await;
    app.db.close().await;
    installation.close().await;
    std::fs::remove_dir_all(&data_dir)?;
    outcome
}

async fn measure(options: &Options, app: &App) -> anyhow::Result<()> {
    let (acme, rival) = (found(app, "acme", options.tickets).await?, found(app, "rival", options.tickets).await?);
    let (asking, theirs) = (Browser::of_staff(app, acme).await?, Browser::of_staff(app, rival).await?);
    let tickets = ids(app, rival, "select id from desk.ticket").await?;
    let mut files = vec![];
    for number in 0..100 {
        files.push(theirs.upload(&format!("theirs {number}")).await?);
    }
    let addresses = [
        ("GET", "/api/v1/tickets/{}", &tickets),
        ("GET", "/api/v1/tickets/{}/messages", &tickets),
        ("POST", "/api/v1/tickets/{}/accept", &tickets),
        ("GET", "/api/v1/files/{}", &files),
    ];
    println!("time of foreign ids to that of absent ones, median of {} pairs (95 % interval)", options.rounds);
    let mut figures = vec![];
    for (method, address, foreign) in addresses {
        let [of_foreign, of_absent] = pairs(&asking, options.rounds, method, address, foreign).await?;
        println!("{method:<4} {address:<32} {of_foreign}   two absent ones: {of_absent}");
        figures.push(json!({ "method": method, "address": address, "foreign": of_foreign, "absent": of_absent }));
    }
    if let Some(file) = &options.json {
        let optimized = !cfg!(debug_assertions);
        let figures = json!({ "rounds": options.rounds, "optimized_build": optimized, "ratios": figures });
        std::fs::write(file, format!("{figures:#}\n"))?;
    }
    Ok(())
}

/// The ratios of foreign ids, and of other absent ones, to absent ones.
async fn pairs(
    asking: &Browser,
    rounds: usize,
    method: &str,
    address: &str,
    foreign: &[Uuid],
) -> anyhow::Result<[Ratio; 2]> {
    let mut ratios = [Vec::with_capacity(rounds), Vec::with_capacity(rounds)];
    // The first rounds warm up and do not count.
    for (round, foreign) in foreign.iter().cycle().enumerate().take(rounds + rounds / 10) {
        let asked = [*foreign, Uuid::now_v7(), Uuid::now_v7()];
        let mut took = [0.0; 3];
        // Each is first, second and last equally often: what warms up for one warms up for the others.
        for turn in 0..3 {
            let which = (round + turn) % 3;
            took[which] = asking.is_refused(method, &address.replace("{}", &asked[which].to_string())).await?;
        }
        if round >= rounds / 10 {
            ratios[0].push(took[0] / took[2]);
            ratios[1].push(took[1] / took[2]);
        }
    }
    Ok(ratios.map(Ratio::of))
}

async fn found(app: &App, slug: &str, tickets: u64) -> anyhow::Result<OrganizationId> {
    let id = atum_identity::create_organization(app, slug, slug).await?;
    let mut tx = app.db.write(&System { organization_id: id, reason: Reason::Operator }).await?;
    atum_sla::create_defaults(&mut tx, chrono_tz::UTC).await?;
    tx.commit().await?;
    let plan = Plan { organization_id: id, slug: slug.to_owned(), tickets, seed: 1, add: false, password: None };
    seed::sow(app, &plan, &Progress::silent()).await?;
    Ok(id)
}

async fn ids(app: &App, organization_id: OrganizationId, question: &'static str) -> anyhow::Result<Vec<Uuid>> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    let ids: Vec<Uuid> = sqlx::query_scalar(question).fetch_all(&mut *tx).await?;
    anyhow::ensure!(!ids.is_empty(), "no answer to {question}");
    Ok(ids)
}

fn id_in(answer: &Value) -> anyhow::Result<Uuid> {
    Ok(answer["id"].as_str().with_context(|| format!("no id in {answer}"))?.parse()?)
}
