//! The figures, for people and for programs.

use std::fmt::Write;

use serde::Serialize;

use super::{
    limit::Limit,
    load::Measured,
    scene::Scene,
    stage::{Server, Stage},
};
use crate::cli;

#[derive(Debug, Serialize)]
pub struct Report {
    pub version: &'static str,
    pub optimized_build: bool,
    pub processors: usize,
    pub tickets: u64,
    pub seconds_a_round: u64,
    pub seeded_seconds: f64,
    pub cold_start_ms: f64,
    pub rounds: Vec<Round>,
    /// 200 agents with live streams who think in between.
    pub mixed: Option<Measured>,
    /// Of the server, after everything.
    pub resident_bytes: u64,
}

#[derive(Debug, Serialize)]
pub struct Round {
    pub scene: Scene,
    pub connections: u64,
    pub measured: Measured,
    /// pgbench, with the same SQL.
    pub limit: Limit,
    /// The server's rate by the limit's.
    pub ratio: f64,
}

impl Round {
    pub fn new(scene: Scene, connections: u64, measured: Measured, limit: Limit) -> Self {
        let ratio = measured.per_second / limit.per_second.max(0.001);
        Self { scene, connections, measured, limit, ratio }
    }
}

impl Report {
    pub fn begin(options: &cli::Bench, stage: &Stage, server: &Server) -> Self {
        Self {
            version: env!("CARGO_PKG_VERSION"),
            optimized_build: !cfg!(debug_assertions),
            processors: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            tickets: stage.tickets,
            seconds_a_round: options.seconds,
            seeded_seconds: stage.seeded_seconds,
            cold_start_ms: server.cold_start.as_secs_f64() * 1e3,
            rounds: vec![],
            mixed: None,
            resident_bytes: 0,
        }
    }

    /// Told as it comes, so that nobody watches a silent terminal for minutes.
    pub fn add(&mut self, round: Round) {
        eprintln!("{}", line(&round));
        self.rounds.push(round);
    }

    pub fn text(&self) -> String {
        let mut text = format!(
            "\n{} tickets on {} processors, {} s a round; ready {:.0} ms after the start\n\n{HEAD}\n",
            self.tickets, self.processors, self.seconds_a_round, self.cold_start_ms
        );
        for round in &self.rounds {
            let _ = writeln!(text, "{}", line(round));
        }
        if let Some(mixed) = &self.mixed {
            let _ = writeln!(text, "{}", figures("200 agents", 200, mixed));
        }
        let _ = writeln!(text, "\nresident memory of the server afterwards: {} MB", self.resident_bytes / 1_000_000);
        text
    }
}

const HEAD: &str =
    "            conn.    req/s  errors   p50 ms   p95 ms   p99 ms  CPU ms: server  database   pgbench/s  ratio";

fn line(round: &Round) -> String {
    let figures = figures(round.scene.name(), round.connections, &round.measured);
    format!("{figures} {:>11.0} {:>6.2}", round.limit.per_second, round.ratio)
}

fn figures(name: &str, connections: u64, measured: &Measured) -> String {
    let Measured { errors, per_second, p50_ms, p95_ms, p99_ms, .. } = measured;
    format!(
        "{name:<11} {connections:>5} {per_second:>8.0} {errors:>7} {p50_ms:>8.1} {p95_ms:>8.1} {p99_ms:>8.1} {:>15.2} {:>9.2}",
        measured.server_cpu_ms_per_request, measured.database_cpu_ms_per_request
    )
}
