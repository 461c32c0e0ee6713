//! The limit: what PostgreSQL itself does of the same SQL, asked by pgbench over the same socket as the same role.

use std::{path::PathBuf, process::Stdio, time::Duration};

use anyhow::{Context, bail};
use serde::Serialize;
use tokio::process::Command;

use super::script::Script;
use crate::{cluster::Cluster, database::DATABASE};

pub struct Pgbench {
    pub cluster: Cluster,
    pub password: String,
    /// For scripts.
    pub directory: PathBuf,
}

#[derive(Debug, Clone, Serialize)]
pub struct Limit {
    pub per_second: f64,
    pub average_ms: f64,
    pub failed: u64,
}

impl Pgbench {
    pub async fn run(
        &self,
        scripts: &[Script],
        connections: u64,
        picks: usize,
        time: Duration,
    ) -> anyhow::Result<Limit> {
        // Beside the server's programs, or wherever else one is.
        let own = self.cluster.programs.directory.join("pgbench");
        let mut command = Command::new(if own.exists() { own } else { "pgbench".into() });
        command.args(["-n", "-M", "prepared", "-U", "atum_app"]).arg("-h").arg(self.cluster.data_dir.sockets());
        command.args(["-c", &connections.to_string(), "-j", &connections.min(2).to_string()]);
        command.args(["-T", &time.as_secs().max(1).to_string()]);
        // The beginning of every id that this run makes.
        let run = format!("{:08x}-", rand::random::<u32>());
        let run = run.trim_end_matches('-').chars().take(4).collect::<String>();
        for (name, value) in [
            ("seq", "0".to_owned()),
            ("clients", connections.to_string()),
            ("picks", picks.max(1).to_string()),
            ("run", run),
        ] {
            command.arg("-D").arg(format!("{name}={value}"));
        }
        for (nth, script) in scripts.iter().enumerate() {
            let file = self.directory.join(format!("script-{nth}.sql"));
            std::fs::write(&file, &script.text).context("writing a script for pgbench")?;
            command.arg("-f").arg(file);
            for (name, value) in &script.variables {
                command.arg("-D").arg(format!("{name}={value}"));
            }
        }
        command.arg(DATABASE).env("PGPASSWORD", &self.password).stdin(Stdio::null()).kill_on_drop(true);
        let output = command.output().await.context("running pgbench, which comes with PostgreSQL")?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            let why = String::from_utf8_lossy(&output.stderr).into_owned();
            bail!("pgbench failed: {}", why.lines().take(6).collect::<Vec<_>>().join("; "));
        }
        let number = |name: &str| -> Option<f64> {
            said.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse().ok())
        };
        Ok(Limit {
            per_second: number("tps = ").context("pgbench tells no rate")?,
            average_ms: number("latency average = ").unwrap_or_default(),
            failed: number("number of failed transactions: ").unwrap_or_default() as u64,
        })
    }
}
