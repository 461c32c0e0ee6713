//! What the process tells the service manager that started it (sd_notify(3)): that it serves, that its work proceeds, that
//! it stops, and how it is in words. Where nobody asked to be told, nothing is.
//!
//! The watchdog is fed while the database answers and every loop comes round ([`atum_core::progress`]), and not otherwise.
//! So a process that hangs is killed and started again, whatever it is that hangs.

use std::{
    ffi::OsStr,
    io,
    os::{
        linux::net::SocketAddrExt,
        unix::{
            ffi::OsStrExt,
            net::{SocketAddr, UnixDatagram},
        },
    },
    time::Duration,
};

use atum_core::App;
use tokio::time;

/// Looked this often at least: so an outage of the database as long as the watchdog's patience, less this, is survived.
const LONGEST_PAUSE: Duration = Duration::from_secs(10);
/// How long the database may take to answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// While it stops, the service manager is asked every five seconds to wait for so long.
const STOPPING: Duration = Duration::from_secs(15);

/// Says that the process is ready and watches it until it is dropped; `doing` is what it does, in words.
pub async fn watch(app: App, doing: String) {
    tell(&format!("READY=1\nSTATUS={doing}"));
    tokio::select! { () = watch_work(&app, &doing) => {}, () = app.stop.cancelled() => {} }
    tell("STOPPING=1\nSTATUS=stopping; what is under way may finish");
    loop {
        tell(&format!("EXTEND_TIMEOUT_USEC={}", STOPPING.as_micros()));
        time::sleep(STOPPING / 3).await;
    }
}

async fn watch_work(app: &App, doing: &str) {
    let mut looks = time::interval(pause(patience()));
    looks.set_missed_tick_behavior(time::MissedTickBehavior::Delay);
    let mut said = None;
    loop {
        looks.tick().await;
        let hindrance = hindrance(app).await;
        if hindrance.is_none() {
            tell("WATCHDOG=1");
        }
        if hindrance != said {
            if let Some(hindrance) = &hindrance {
                tracing::error!("the work does not proceed: {hindrance}");
            }
            tell(&format!("STATUS={}", hindrance.as_deref().unwrap_or(doing)));
            said = hindrance;
        }
    }
}

/// What keeps the work from proceeding.
async fn hindrance(app: &App) -> Option<String> {
    let late: Vec<&str> = app.progress.overdue().iter().map(|overdue| overdue.name).collect();
    if !late.is_empty() {
        return Some(format!("does not come round: {}", late.join(", ")));
    }
    // Beginning a transaction is a question that the database has to answer.
    match time::timeout(PATIENCE, app.db.jobs()).await {
        Ok(Ok(_)) => None,
        _ => Some("the database does not answer".to_owned()),
    }
}

/// A little more than twice within the watchdog's patience.
fn pause(patience: Option<Duration>) -> Duration {
    patience.map_or(LONGEST_PAUSE, |patience| (patience * 2 / 5).min(LONGEST_PAUSE))
}

/// As sd_watchdog_enabled(3) reads it: what was meant for another process is not ours.
fn patience() -> Option<Duration> {
    let number = |name| std::env::var(name).ok()?.parse::<u64>().ok();
    let ours = number("WATCHDOG_PID").is_none_or(|pid| pid == u64::from(std::process::id()));
    number("WATCHDOG_USEC").filter(|_| ours).filter(|patience| *patience > 0).map(Duration::from_micros)
}

/// What the process is at, before it is ready.
pub fn starting(words: &str) {
    tell(&format!("STATUS={words}"));
}

fn tell(words: &str) {
    let Some(socket) = std::env::var_os("NOTIFY_SOCKET") else { return };
    if let Err(error) = send(&socket, words) {
        tracing::warn!("the service manager could not be told {words:?}: {error}");
    }
}

fn send(socket: &OsStr, words: &str) -> io::Result<()> {
    let address = match socket.as_bytes().strip_prefix(b"@") {
        Some(name) => SocketAddr::from_abstract_name(name)?,
        None => SocketAddr::from_pathname(socket)?,
    };
    let sender = UnixDatagram::unbound()?;
    // A service manager that reads nothing must not hold up the work.
    sender.set_write_timeout(Some(Duration::from_secs(1)))?;
    sender.send_to_addr(words.as_bytes(), &address).map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_watchdog_is_fed_twice_within_its_patience_and_every_ten_seconds() {
        assert_eq!(pause(Some(Duration::from_secs(4))), Duration::from_millis(1_600));
        assert_eq!(pause(Some(Duration::from_secs(90))), Duration::from_secs(10));
        assert_eq!(pause(None), Duration::from_secs(10));
    }
}
