use std::{
    fs::File,
    os::unix::process::CommandExt,
    path::Path,
    process::{Child, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use sqlx::Connection;

use super::Cluster;

/// The server's first process, which every other one of it hangs on.
pub struct Postmaster {
    pid: Pid,
    /// `None`: another `atum` started it, and ended without stopping it.
    child: Option<Child>,
}

pub async fn start(cluster: &Cluster) -> anyhow::Result<Postmaster> {
    let mut postmaster = match left_running(cluster).await? {
        Some(pid) => Postmaster { pid, child: None },
        None => launch(cluster)?,
    };
    wait_until_it_answers(cluster, &mut postmaster).await?;
    Ok(postmaster)
}

impl Postmaster {
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    pub fn was_adopted(&self) -> bool {
        self.child.is_none()
    }

    /// Asks the kernel each time: a taken-over server is not our child, so that no signal tells of its end.
    pub fn is_running(&mut self) -> bool {
        match &mut self.child {
            Some(child) => matches!(child.try_wait(), Ok(None)),
            None => rustix::process::test_kill_process(self.pid).is_ok(),
        }
    }

    /// Returns when the server has ended.
    pub async fn ended(&mut self) {
        while self.is_running() {
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// A fast shutdown: open transactions roll back, everything committed is written. Whoever does not follow within a
    /// minute is ended at once, which costs the next start a recovery and no data.
    pub async fn stop(mut self) {
        let _ = kill_process(self.pid, Signal::INT);
        if tokio::time::timeout(Duration::from_secs(60), self.ended()).await.is_err() {
            let _ = kill_process(self.pid, Signal::QUIT);
            self.ended().await;
        }
    }
}

/// The server of this very directory that still runs, unless it is about to end, which is waited for.
async fn left_running(cluster: &Cluster) -> anyhow::Result<Option<Pid>> {
    let directory = cluster.data_dir.postgresql();
    let Ok(text) = std::fs::read_to_string(directory.join("postmaster.pid")) else { return Ok(None) };
    let Some(pid) = running_in(&text, &directory) else { return Ok(None) };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let elsewhere = lines.get(4).is_none_or(|sockets| Path::new(sockets) != cluster.data_dir.sockets());
    let stopping = lines.get(7).is_some_and(|state| *state == "stopping");
    if !elsewhere && !stopping {
        return Ok(Some(pid));
    }
    Postmaster { pid, child: None }.stop().await;
    Ok(None)
}

/// A process number alone proves nothing, it may be another program's by now. A postmaster works in its data directory.
fn running_in(pid_file: &str, directory: &Path) -> Option<Pid> {
    let number: i32 = pid_file.lines().next()?.trim().parse().ok()?;
    let works_in = std::fs::read_link(format!("/proc/{number}/cwd")).ok()?;
    (works_in == directory).then(|| Pid::from_raw(number)).flatten()
}

fn launch(cluster: &Cluster) -> anyhow::Result<Postmaster> {
    let log = cluster.data_dir.logs().join("startup.log");
    let log = File::create(&log).with_context(|| format!("writing {}", log.display()))?;
    let mut command = cluster.programs.command("postgres");
    command.arg("-D").arg(cluster.data_dir.postgresql());
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    // Its own group: Ctrl-C in the terminal is for atum, which lets requests finish before it stops the server.
    command.process_group(0);
    cluster.account.run(&mut command);
    let child = command.spawn().context("starting PostgreSQL")?;
    let pid = Pid::from_child(&child);
    Ok(Postmaster { pid, child: Some(child) })
}

async fn wait_until_it_answers(cluster: &Cluster, postmaster: &mut Postmaster) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut told = false;
    loop {
        let refused = match sqlx::PgConnection::connect_with(&cluster.superuser("postgres")).await {
            Ok(connection) => return Ok(connection.close().await?),
            Err(error) => error,
        };
        if !postmaster.is_running() {
            bail!("PostgreSQL did not start:\n{}", last_words(cluster));
        }
        if is_lasting(&refused) {
            return Err(refused).context("the private PostgreSQL server refuses its administrator");
        }
        if !told && begun.elapsed() > Duration::from_secs(5) {
            tracing::info!("PostgreSQL is still starting; after a crash it first replays what was committed");
            told = true;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Class 28, a wrong password, will not pass by waiting.
fn is_lasting(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|database| database.code()).is_some_and(|code| code.starts_with("28"))
}

fn last_words(cluster: &Cluster) -> String {
    let logs = cluster.data_dir.logs();
    let said = std::fs::read_to_string(logs.join("startup.log")).unwrap_or_default();
    let lines: Vec<&str> = said.lines().collect();
    let tail = lines[lines.len().saturating_sub(12)..].join("\n");
    let advice = match tail.contains("No space left on device") {
        true => "The disk is full: make room and start again; nothing committed is lost.\n",
        false => "",
    };
    format!("{tail}\n{advice}Its log is in {}", logs.display())
}
