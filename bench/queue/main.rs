//! How many jobs a second the queue does, and how much of that is left while another session holds a snapshot.
//!
//! `cargo run --release -p atum --example queue -- --hold 600`. Everything is measured in one run on a private
//! PostgreSQL that writes durably; the jobs do nothing, so that what is seen is the queue's own cost.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use atum::{cli::Place, database::Role, installation::Installation};
use atum_core::{
    App,
    db::{ReadWrite, TenantTx},
};
use atum_jobs::{Handler, Job, Registry, worker};
use clap::Parser;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio_util::sync::CancellationToken;

#[derive(Parser)]
struct Options {
    /// How long another session holds its snapshot, in seconds
    #[arg(long, default_value_t = 600)]
    hold: u64,
    /// Jobs of one round in batches; a tenth of it singly
    #[arg(long, default_value_t = 50_000)]
    jobs: u64,
    /// Write the figures here as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

static DONE: AtomicU64 = AtomicU64::new(0);

#[derive(Serialize, Deserialize)]
struct Nothing {}

impl Job for Nothing {
    const KIND: &'static str = "nothing";
}

struct DoesNothing;
impl Handler for DoesNothing {
    type Job = Nothing;
    async fn run(_: &App, _: &mut TenantTx<ReadWrite>, _: Nothing) -> anyhow::Result<()> {
        DONE.fetch_add(1, Relaxed);
        Ok(())
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let data_dir = std::env::temp_dir().join(format!("atum-bench-queue-{}", std::process::id()));
    let data_dir_of = Some(data_dir.clone());
    let place = Place { data_dir: data_dir_of, postgres_bin: None, database_url: None, breached_passwords_file: None };
    let installation = Installation::start(&place).await?;
    installation.migrate().await?;
    let app = installation.app_for_command("")?;
    let outcome = measure(&options, &installation, &app).await;
    app.db.close().await;
    installation.close().await;
    std::fs::remove_dir_all(&data_dir)?;
    outcome
}

async fn measure(options: &Options, installation: &Installation, app: &App) -> anyhow::Result<()> {
    let (many, few) = (options.jobs, options.jobs / 10);
    let batched = round(app, true, many).await?;
    let singly = round(app, false, few).await?;
    println!("in batches       {batched:>8.0} jobs/s");
    println!("singly           {singly:>8.0} jobs/s");
    let mut other = PgConnection::connect_with(&installation.sign_in(Role::Owner)).await?;
    sqlx::raw_sql("begin isolation level repeatable read; select count(*) from desk.person")
        .execute(&mut other)
        .await?;
    let (begun, hold) = (Instant::now(), Duration::from_secs(options.hold));
    let mut rounds = vec![];
    while begun.elapsed() < hold {
        let rate = round(app, true, many).await?;
        println!("  after {:>4} s held {rate:>8.0} jobs/s in batches", begun.elapsed().as_secs());
        rounds.push(rate);
    }
    let singly_held = round(app, false, few).await?;
    let held_seconds = begun.elapsed().as_secs_f64();
    other.close().await?;
    let batched_held = rounds.last().copied().unwrap_or_default();
    println!("held, in batches {batched_held:>8.0} jobs/s, {:.2} of it", batched_held / batched);
    println!("held, singly     {singly_held:>8.0} jobs/s, {:.2} of it", singly_held / singly);
    let figures = json!({
        "held_seconds": held_seconds,
        "jobs_while_held": rounds.len() as u64 * many + few,
        "batched_per_second": batched,
        "singly_per_second": singly,
        "held_batched_per_second": batched_held,
        "held_singly_per_second": singly_held,
        "held_batched_ratio": batched_held / batched,
        "held_singly_ratio": singly_held / singly,
        "optimized_build": !cfg!(debug_assertions),
    });
    if let Some(file) = &options.json {
        std::fs::write(file, format!("{figures:#}\n"))?;
    }
    Ok(())
}

/// Enqueues for four organizations, then lets one worker run until all are done; jobs a second of the latter.
async fn round(app: &App, batched: bool, jobs: u64) -> anyhow::Result<f64> {
    let mut tx = app.db.jobs().await?;
    sqlx::query(
        "insert into queue.job (id, organization_id, kind, payload, batched)
         select gen_random_uuid(), lpad(to_hex(n % 4), 32, '0')::uuid, 'nothing', '{}', $1 from generate_series(1, $2) n",
    )
    .bind(batched)
    .bind(i64::try_from(jobs)?)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    let mut registry = Registry::default();
    registry.add::<DoesNothing>();
    let (before, begun, stop) = (DONE.load(Relaxed), Instant::now(), CancellationToken::new());
    let running = tokio::spawn(worker::run(app.clone(), Arc::new(registry), stop.clone()));
    while DONE.load(Relaxed) < before + jobs {
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
    stop.cancel();
    running.await?;
    Ok(jobs as f64 / begun.elapsed().as_secs_f64())
}
