use std::{
    fs::File,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
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
    origin: Origin,
}

enum Origin {
    Started(Child),
    /// Another `atum` started it in this directory, and ended without stopping it.
    Adopted(PathBuf),
}

pub async fn start(cluster: &Cluster) -> anyhow::Result<Postmaster> {
    if let Some(mut adopted) = left_running(cluster).await? {
        match wait_until_it_answers(cluster, &mut adopted).await {
            // It was about to die.
            Err(_) if !adopted.is_running() => remove_if_dead(cluster).await?,
            outcome => return outcome.map(|()| adopted),
        }
    }
    // One that is dying has left the directory and is not dead yet: its lock is respected until it is.
    let patience = Instant::now() + Duration::from_secs(10);
    loop {
        wait_until_nobody_works(&cluster.data_dir.postgresql()).await?;
        let mut started = launch(cluster)?;
        match wait_until_it_answers(cluster, &mut started).await {
            Err(_) if is_locked_out(cluster) && Instant::now() < patience => remove_if_dead(cluster).await?,
            outcome => return outcome.map(|()| started),
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

fn is_locked_out(cluster: &Cluster) -> bool {
    last_words(cluster).contains("lock file \"postmaster.pid\" already exists")
}

impl Postmaster {
    pub fn pid(&self) -> i32 {
        self.pid.as_raw_nonzero().get()
    }

    /// Asks the kernel each time: a taken-over server is not our child, so that no signal tells of its end.
    pub fn is_running(&mut self) -> bool {
        let number = self.pid();
        match &mut self.origin {
            Origin::Started(child) => matches!(child.try_wait(), Ok(None)),
            Origin::Adopted(directory) => works_in(number, directory),
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
async fn left_running(cluster: &Cluster) -> anyhow::Result<Option<Postmaster>> {
    let directory = cluster.data_dir.postgresql();
    let Ok(text) = std::fs::read_to_string(directory.join("postmaster.pid")) else { return Ok(None) };
    let lines: Vec<&str> = text.lines().map(str::trim).collect();
    let number = lines.first().and_then(|line| line.parse().ok()).unwrap_or(0);
    let Some(pid) = Pid::from_raw(number).filter(|_| works_in(number, &directory)) else {
        remove_if_dead(cluster).await?;
        return Ok(None);
    };
    let adopted = Postmaster { pid, origin: Origin::Adopted(directory) };
    let elsewhere = lines.get(4).is_none_or(|sockets| Path::new(sockets) != cluster.data_dir.sockets());
    let stopping = lines.get(7).is_some_and(|state| *state == "stopping");
    if !elsewhere && !stopping {
        return Ok(Some(adopted));
    }
    adopted.stop().await;
    Ok(None)
}

/// Ends the server that works in this directory, of which nothing is kept.
pub async fn stop_left_server(directory: &Path) {
    let text = std::fs::read_to_string(directory.join("postmaster.pid")).unwrap_or_default();
    let number = text.lines().next().and_then(|line| line.trim().parse().ok()).unwrap_or(0);
    if let Some(pid) = Pid::from_raw(number).filter(|_| works_in(number, directory)) {
        let _ = kill_process(pid, Signal::QUIT);
        let _ = wait_until_nobody_works(directory).await;
    }
}

/// A process number alone proves nothing, it may be another program's by now. A postmaster works in its data directory;
/// one that was killed works nowhere, even while nobody has reaped it.
fn works_in(number: i32, directory: &Path) -> bool {
    std::fs::read_link(format!("/proc/{number}/cwd")).is_ok_and(|place| place == directory)
}

/// A killed server that nobody reaped (a container without an init) still has its number, and the next server would take
/// it for alive: its lock files are removed.
async fn remove_if_dead(cluster: &Cluster) -> anyhow::Result<()> {
    let directory = cluster.data_dir.postgresql();
    let lock = directory.join("postmaster.pid");
    let Ok(text) = std::fs::read_to_string(&lock) else { return Ok(()) };
    let number = text.lines().next().unwrap_or_default().trim();
    let status = std::fs::read_to_string(format!("/proc/{number}/stat")).unwrap_or_default();
    // "15419 (postgres) Z 1 …": the name may hold anything, so what follows its last parenthesis counts.
    let is_zombie = status.rsplit(')').next().is_some_and(|rest| rest.trim_start().starts_with('Z'));
    if !is_zombie {
        return Ok(());
    }
    wait_until_nobody_works(&directory).await?;
    let _ = std::fs::remove_file(cluster.data_dir.sockets().join(".s.PGSQL.5432.lock"));
    std::fs::remove_file(lock).context("removing a dead server's lock file")
}

/// Helpers of a killed server end within moments, and PostgreSQL refuses to start while they share its memory. Whoever
/// stays longer is somebody else, such as a shell.
async fn wait_until_nobody_works(directory: &Path) -> anyhow::Result<()> {
    let patience = Instant::now() + Duration::from_secs(10);
    while somebody_works_in(directory)? && Instant::now() < patience {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

fn somebody_works_in(directory: &Path) -> anyhow::Result<bool> {
    let processes = std::fs::read_dir("/proc").context("looking at processes")?.flatten();
    Ok(processes
        .map(|process| process.path().join("cwd"))
        .any(|cwd| std::fs::read_link(cwd).is_ok_and(|works_in| works_in == directory)))
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
    Ok(Postmaster { pid, origin: Origin::Started(child) })
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
    let begun = tail(&logs.join("startup.log"));
    // What came after the log collector took over.
    let later = newest_log(&logs).map(|path| tail(&path)).unwrap_or_default();
    let said = [begun, later].concat();
    let advice = match said.contains("No space left on device") {
        true => "The disk is full: make room and start again; nothing committed is lost.\n",
        false => "",
    };
    format!("{said}{advice}Its log is in {}", logs.display())
}

fn newest_log(logs: &Path) -> Option<PathBuf> {
    let files = std::fs::read_dir(logs).ok()?.flatten().map(|entry| entry.path());
    let kept = files.filter(|path| path.extension().is_some_and(|end| end == "log") && !path.ends_with("startup.log"));
    kept.max_by_key(|path| path.metadata().and_then(|metadata| metadata.modified()).ok())
}

fn tail(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(8)..].iter().flat_map(|line| [*line, "\n"]).collect()
}
