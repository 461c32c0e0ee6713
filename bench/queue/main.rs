//! How many jobs a second the queue does, and how much of that is left while another session holds a snapshot.
//!
//! `cargo run --release -p atum --example queue -- --snapshot-minutes 10`. Everything is measured in one run on a private
//! PostgreSQL that writes durably; the jobs do nothing, so that what is seen is the queue's own cost. While the snapshot is
//! held jobs are done without a pause: each leaves rows that no vacuum may remove.

use std::{path::PathBuf, time::Duration};

use atum::{cli::Place, database::Role, installation::Installation};
use atum_core::App;
use clap::Parser;
use serde_json::json;
use sqlx::{Connection, PgConnection};
use tokio::time::Instant;

mod round;

use round::{Working, round};

#[derive(Parser)]
struct Options {
    /// How long another session holds its snapshot while jobs are done without a pause
    #[arg(long, default_value_t = 0.5)]
    snapshot_minutes: f64,
    /// Jobs of one round in batches; a tenth of it singly
    #[arg(long, default_value_t = 20_000)]
    jobs: u64,
    /// Wait for a line on standard input before each of the two measurements, until the machine is quiet
    #[arg(long)]
    wait: bool,
    /// Write the figures here as JSON
    #[arg(long)]
    json: Option<PathBuf>,
}

/// Jobs a second.
#[derive(Clone, Copy)]
struct Rates {
    batched: f64,
    singly: f64,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let data_dir = std::env::temp_dir().join(format!("atum-bench-queue-{}", std::process::id()));
    let data_dir_of = Some(data_dir.clone());
    let place = Place { data_dir: data_dir_of, ..Place::default() };
    let installation = Installation::start(&place).await?;
    installation.migrate().await?;
    let app = installation.app_for_command("")?;
    let working = Working::start(&app);
    let outcome = measure(&options, &installation, &app).await;
    working.end().await?;
    app.db.close().await;
    installation.close().await;
    std::fs::remove_dir_all(&data_dir)?;
    outcome
}

async fn measure(options: &Options, installation: &Installation, app: &App) -> anyhow::Result<()> {
    wait_for_quiet(options.wait, "without a snapshot").await?;
    let free = median_of_five(options, app).await?;
    println!("free             {:>8.0} jobs/s in batches {:>8.0} singly", free.batched, free.singly);

    let mut other = PgConnection::connect_with(&installation.sign_in(Role::Owner)).await?;
    // A session of its own kind may wait idle as long as it likes.
    let snapshot = "set idle_in_transaction_session_timeout = 0; begin isolation level repeatable read;
                    select count(*) from desk.person";
    sqlx::raw_sql(snapshot).execute(&mut other).await?;
    let begun = Instant::now();
    let (mut rounds, mut jobs) = (vec![], 0);
    while begun.elapsed() < Duration::from_secs_f64(options.snapshot_minutes * 60.0) {
        let rates = rates(options, app).await?;
        let held = begun.elapsed().as_secs();
        println!("after {held:>4} s held {:>8.0} jobs/s in batches {:>8.0} singly", rates.batched, rates.singly);
        rounds.push(
            json!({ "held_seconds": held, "batched_per_second": rates.batched, "singly_per_second": rates.singly }),
        );
        jobs += options.jobs + options.jobs / 10;
    }
    wait_for_quiet(options.wait, "under the snapshot").await?;
    let held = median_of_five(options, app).await?;
    let held_seconds = begun.elapsed().as_secs();
    // It sees the table as it was: what it was held for it was held to the end.
    let unseen: i64 = sqlx::query_scalar("select count(*) from desk.person").fetch_one(&mut other).await?;
    anyhow::ensure!(unseen == 0, "the snapshot was lost");
    other.close().await?;

    let (batched, singly) = (held.batched / free.batched, held.singly / free.singly);
    println!("held for {held_seconds:>4} s  {:>8.0} jobs/s in batches {:>8.0} singly", held.batched, held.singly);
    println!("of what was free {batched:>8.2}                   {singly:>8.2}");
    let figures = json!({
        "held_seconds": held_seconds,
        "jobs_while_held": jobs,
        "batched_per_second": free.batched,
        "singly_per_second": free.singly,
        "held_batched_per_second": held.batched,
        "held_singly_per_second": held.singly,
        "held_batched_ratio": batched,
        "held_singly_ratio": singly,
        "optimized_build": !cfg!(debug_assertions),
        "rounds_while_held": rounds,
    });
    match &options.json {
        Some(file) => Ok(std::fs::write(file, format!("{figures:#}\n"))?),
        None => Ok(()),
    }
}

async fn rates(options: &Options, app: &App) -> anyhow::Result<Rates> {
    Ok(Rates { batched: round(app, true, options.jobs).await?, singly: round(app, false, options.jobs / 10).await? })
}

async fn median_of_five(options: &Options, app: &App) -> anyhow::Result<Rates> {
    let (mut batched, mut singly) = (vec![], vec![]);
    for _ in 0..5 {
        let rates = rates(options, app).await?;
        batched.push(rates.batched);
        singly.push(rates.singly);
    }
    Ok(Rates { batched: median(batched), singly: median(singly) })
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

async fn wait_for_quiet(wait: bool, what: &str) -> anyhow::Result<()> {
    if wait {
        println!("Enter begins the measurement {what}");
        let line = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
        line.await??;
    }
    Ok(())
}
