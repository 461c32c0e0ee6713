//! So many connections that each ask again as soon as they were answered.

use std::{
    net::SocketAddr,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::{Duration, Instant},
};

use futures::future::try_join_all;
use serde::Serialize;

use super::{
    http::{Connection, request},
    scene::{Scene, Stock},
    usage::{Used, Watched},
};
use crate::demo::Dice;

/// What one round of one kind of request showed.
#[derive(Debug, Clone, Serialize)]
pub struct Measured {
    pub requests: usize,
    pub errors: usize,
    pub per_second: f64,
    pub p50_ms: f64,
    pub p95_ms: f64,
    pub p99_ms: f64,
    pub server_cpu_ms_per_request: f64,
    pub database_cpu_ms_per_request: f64,
}

impl Measured {
    fn of(mut taken: Vec<Duration>, errors: usize, elapsed: Duration, used: Used) -> Self {
        taken.sort_unstable();
        let at = |percent: usize| {
            let place = (taken.len() * percent).div_ceil(100).saturating_sub(1);
            taken.get(place).map_or(0.0, |taken| taken.as_secs_f64() * 1e3)
        };
        let requests = taken.len();
        let each = |ms: u64| ms as f64 / requests.max(1) as f64;
        Self {
            requests,
            errors,
            per_second: requests as f64 / elapsed.as_secs_f64(),
            p50_ms: at(50),
            p95_ms: at(95),
            p99_ms: at(99),
            server_cpu_ms_per_request: each(used.server_ms),
            database_cpu_ms_per_request: each(used.database_ms),
        }
    }
}

pub struct Load<'a> {
    pub address: SocketAddr,
    pub stock: &'a Stock,
    pub watched: Watched,
    pub time: Duration,
}

impl Load<'_> {
    pub async fn round(&self, scene: Scene, connections: u64) -> anyhow::Result<Measured> {
        let (turns, begun, before) = (AtomicU64::new(0), Instant::now(), self.watched.used());
        let each = (0..connections).map(|nth| self.one(scene, nth, &turns, begun));
        let (taken, errors): (Vec<_>, Vec<_>) = try_join_all(each).await?.into_iter().unzip();
        let used = self.watched.used() - before;
        Ok(Measured::of(taken.concat(), errors.iter().sum(), begun.elapsed(), used))
    }

    async fn one(
        &self,
        scene: Scene,
        nth: u64,
        turns: &AtomicU64,
        begun: Instant,
    ) -> anyhow::Result<(Vec<Duration>, usize)> {
        let mut dice = Dice::new(nth + (scene as u64) * 1_000 + u64::from(begun.elapsed().subsec_nanos()));
        let mut connection = Connection::open(self.address).await?;
        let (mut taken, mut errors) = (vec![], 0);
        while begun.elapsed() < self.time {
            let Some(request) = self.stock.request(scene, &mut dice, turns.fetch_add(1, Relaxed)) else { break };
            let asked = Instant::now();
            let status = connection.ask(&request).await?;
            taken.push(asked.elapsed());
            if !(200..300).contains(&status) {
                errors += 1;
                tracing::warn!("{} answered {status}: {}", scene.name(), String::from_utf8_lossy(connection.body()));
            }
        }
        Ok((taken, errors))
    }

    /// Agents as they are: each with a live stream, looking at lists and tickets, now and then answering, and thinking
    /// in between.
    pub async fn mixed(&self, agents: u64) -> anyhow::Result<Measured> {
        let streams: Vec<_> = (0..agents).map(|nth| tokio::spawn(stream(self.address, self.cookie(nth)))).collect();
        let (begun, before) = (Instant::now(), self.watched.used());
        let (taken, errors): (Vec<_>, Vec<_>) =
            try_join_all((0..agents).map(|nth| self.agent(nth, begun))).await?.into_iter().unzip();
        let used = self.watched.used() - before;
        let broken = streams.iter().filter(|stream| stream.is_finished()).count();
        streams.iter().for_each(tokio::task::JoinHandle::abort);
        Ok(Measured::of(taken.concat(), errors.iter().sum::<usize>() + broken, begun.elapsed(), used))
    }

    fn cookie(&self, nth: u64) -> String {
        self.stock.staff[usize::try_from(nth).unwrap_or(0) % self.stock.staff.len()].clone()
    }

    async fn agent(&self, nth: u64, begun: Instant) -> anyhow::Result<(Vec<Duration>, usize)> {
        let mut dice = Dice::new(nth + 77_000);
        let mut connection = Connection::open(self.address).await?;
        let (mut taken, mut errors) = (vec![], 0);
        while begun.elapsed() < self.time {
            tokio::time::sleep(Duration::from_millis(dice.between(200, 1_800).unsigned_abs())).await;
            let scene = match dice.between(1, 100) {
                ..=35 => Scene::List,
                36..=75 => Scene::Open,
                76..=85 => Scene::Search,
                86..=95 => Scene::Reply,
                _ => Scene::Create,
            };
            let Some(request) = self.stock.request(scene, &mut dice, 0) else { continue };
            let asked = Instant::now();
            let status = connection.ask(&request).await?;
            taken.push(asked.elapsed());
            errors += usize::from(!(200..300).contains(&status));
        }
        Ok((taken, errors))
    }
}

async fn stream(address: SocketAddr, cookie: String) -> anyhow::Result<()> {
    Connection::open(address).await?.listen(&request("GET", "/api/v1/live", &cookie, None)).await
}
