use std::time::Instant;

use atum_core::{App, db::Pool};

use super::Component;

const SLOW_MS: f64 = 500.0;

pub(crate) struct Database {
    /// One transaction and one question, as a request would have it, with three decimals. `None`: no answer.
    pub latency_ms: Option<f64>,
    pub pools: [Pool; 3],
}

impl Database {
    pub async fn look(app: &App) -> Self {
        // Before the question, which takes a connection itself.
        let pools = app.db.pools();
        Self { latency_ms: latency_ms(app).await, pools }
    }

    pub fn judged(&self) -> Component {
        let Some(latency) = self.latency_ms else {
            let output = "it does not answer: see whether PostgreSQL runs and --database-url is right";
            return Component::fail("database", output);
        };
        let full = self.pools.iter().find(|pool| pool.open == pool.most && pool.idle == 0);
        let judged = match full {
            _ if latency >= SLOW_MS => Component::warn(
                "database",
                format!("it takes {latency:.0} ms to answer: see its load, its disk, and who holds locks"),
            ),
            Some(pool) => Component::warn(
                "database",
                format!("all {} connections of the plane {} are in use: requests wait for one", pool.most, pool.plane),
            ),
            None => Component::pass("database"),
        };
        judged.observed(latency, "ms")
    }
}

async fn latency_ms(app: &App) -> Option<f64> {
    let started = Instant::now();
    let mut tx = app.db.without_tenant().await.ok()?;
    sqlx::query!("select 1 as one").fetch_one(&mut *tx).await.ok()?;
    Some((started.elapsed().as_secs_f64() * 1e6).round() / 1e3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::components::HealthStatus::{self, Fail, Pass, Warn};

    fn judged(latency_ms: Option<f64>, idle: u32) -> HealthStatus {
        let pool = |idle| Pool { plane: "desk", open: 4, idle, most: 4 };
        Database { latency_ms, pools: [pool(1), pool(idle), pool(4)] }.judged().status
    }

    #[test]
    fn a_database_is_judged_by_its_answer_and_by_free_connections() {
        assert_eq!(judged(Some(0.4), 2), Pass);
        assert_eq!(judged(Some(SLOW_MS), 2), Warn);
        assert_eq!(judged(Some(0.4), 0), Warn);
        assert_eq!(judged(None, 2), Fail);
    }
}
