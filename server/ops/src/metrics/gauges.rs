//! What is so at the moment. Written as text by hand: a gauge that was set once would be shown for ever, also when the
//! worker it speaks of is long gone. Times are told as moments and not as ages, so that a page that stands still is seen.

use std::{collections::BTreeMap, fmt::Write, sync::LazyLock, time::SystemTime};

use atum_core::{App, Result, db::Pool};
use chrono::{DateTime, Utc};

use super::catalogue;
use crate::components::{HealthStatus, Kept, Observed};

static STARTED: LazyLock<SystemTime> = LazyLock::new(SystemTime::now);

pub(super) async fn render(app: &App) -> String {
    let mut page = Page::default();
    let observed = Observed::look(app).await;
    page.gauge("atum_build_info", &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    for component in observed.judged() {
        let status = match component.status {
            HealthStatus::Pass => 0.0,
            HealthStatus::Warn => 1.0,
            HealthStatus::Fail => 2.0,
        };
        page.gauge("atum_health_status", &[("component", &component.name)], status);
    }
    page.plain("atum_database_up", u8::from(observed.database.latency_ms.is_some()).into());
    if let Some(latency_ms) = observed.database.latency_ms {
        page.plain("atum_database_latency_seconds", latency_ms / 1e3);
    }
    connections(&mut page, &observed.database.pools);
    if let Some(kept) = &observed.kept {
        kept_in_the_database(&mut page, kept);
    }
    for certificate in &observed.certificates {
        let ends = certificate.ends.as_ref().map_or(0.0, |ends| seconds(*ends));
        page.gauge("atum_certificate_expiry_timestamp_seconds", &[("file", &certificate.file.to_string_lossy())], ends);
    }
    if let Some(free) = observed.free_disk {
        page.plain("atum_disk_free_bytes", free as f64);
    }
    process(&mut page);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn plain(&mut self, name: &str, value: f64) {
        self.gauge(name, &[], value);
    }

    /// One that the catalogue does not list is nobody's: it is left out, and the tests see that.
    fn gauge(&mut self, name: &str, labels: &[(&str, &str)], value: f64) {
        let Some(metric) = catalogue::find(name) else { return };
        // A name's second line of values has the same head above it.
        if !self.0.contains(&format!("# TYPE {name} ")) {
            let _ = writeln!(self.0, "# HELP {name} {}.\n# TYPE {name} gauge", metric.help);
        }
        let labels: Vec<String> =
            labels.iter().map(|(label, value)| format!("{label}=\"{}\"", quoted(value))).collect();
        let labels = if labels.is_empty() { String::new() } else { format!("{{{}}}", labels.join(",")) };
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

/// As the text format wants it.
fn quoted(value: &str) -> String {
    value.replace('\\', r"\\").replace('"', r#"\""#).replace('\n', r"\n")
}

fn seconds(at: DateTime<Utc>) -> f64 {
    at.timestamp_micros() as f64 / 1e6
}

fn connections(page: &mut Page, pools: &[Pool]) {
    for pool in pools {
        let busy = f64::from(pool.open.saturating_sub(pool.idle));
        page.gauge("atum_database_connections", &[("plane", pool.plane), ("state", "busy")], busy);
        page.gauge("atum_database_connections", &[("plane", pool.plane), ("state", "idle")], f64::from(pool.idle));
    }
    for pool in pools {
        page.gauge("atum_database_connections_most", &[("plane", pool.plane)], f64::from(pool.most));
    }
}

fn kept_in_the_database(page: &mut Page, kept: &Kept) {
    told(&kept.clock, |clocks| page.plain("atum_database_clock_offset_seconds", clocks.ahead));
    told(&kept.migrations, |schema| page.plain("atum_migrations_pending", schema.pending as f64));
    told(&kept.queues, |queues| {
        for queue in &queues.queues {
            let states = [("available", queue.available), ("dead", queue.dead), ("running", queue.running)];
            for (state, jobs) in states {
                page.gauge("atum_jobs", &[("queue", &queue.name), ("state", state)], jobs as f64);
            }
        }
        for queue in &queues.queues {
            let due = seconds(queue.oldest_due_at);
            page.gauge("atum_job_oldest_due_timestamp_seconds", &[("queue", &queue.name)], due);
        }
    });
    told(&kept.workers, |workers| {
        let (mut kinds, mut versions) = (BTreeMap::<&str, (f64, f64, f64)>::new(), BTreeMap::<_, f64>::new());
        for worker in workers {
            let (alive, dead, beat) = kinds.entry(&worker.kind).or_default();
            *alive += f64::from(u8::from(worker.is_alive()));
            *dead += f64::from(u8::from(worker.is_dead()));
            *beat = beat.max(seconds(worker.beat_at));
            if worker.is_alive() {
                *versions.entry((worker.kind.as_str(), worker.version.as_str())).or_default() += 1.0;
            }
        }
        for (kind, (alive, dead, _)) in &kinds {
            page.gauge("atum_workers", &[("worker", kind), ("state", "alive")], *alive);
            page.gauge("atum_workers", &[("worker", kind), ("state", "dead")], *dead);
        }
        for (kind, (_, _, beat)) in &kinds {
            page.gauge("atum_worker_last_heartbeat_timestamp_seconds", &[("worker", kind)], *beat);
        }
        for ((kind, version), workers) in &versions {
            page.gauge("atum_worker_info", &[("worker", kind), ("version", version)], *workers);
        }
    });
    told(&kept.mail, |mail| {
        for channels in &mail.channels {
            page.gauge("atum_mail_channels", &[("state", &channels.state)], channels.channels as f64);
        }
        page.plain("atum_mail_channels_silent", mail.silent() as f64);
        if let Some(at) = mail.fetched_at {
            page.plain("atum_mail_last_fetch_timestamp_seconds", seconds(at));
        }
        page.plain("atum_outbox_due", mail.due as f64);
        page.plain("atum_outbox_oldest_due_timestamp_seconds", seconds(mail.oldest_due_at));
    });
    told(&kept.isolation, |proof| {
        if let Some(proof) = proof {
            page.plain("atum_isolation_violations", proof.violations.len() as f64);
            page.plain("atum_isolation_last_verified_timestamp_seconds", seconds(proof.made_at));
            page.plain("atum_isolation_proof_duration_seconds", proof.took_s);
        }
    });
    told(&kept.backups, |backups| {
        if let Some(at) = backups.full.succeeded_at {
            page.plain("atum_backup_last_success_timestamp_seconds", seconds(at));
        }
        if let Some(at) = backups.drill.succeeded_at {
            page.plain("atum_backup_last_verified_restore_timestamp_seconds", seconds(at));
        }
        if let Some(took) = backups.drill.restore_s {
            page.plain("atum_backup_restore_duration_seconds", took);
        }
    });
}

/// What cannot be told is not shown, and health says why.
fn told<T>(fact: &Result<T>, show: impl FnOnce(&T)) {
    if let Ok(fact) = fact {
        show(fact);
    }
}

fn process(page: &mut Page) {
    let started = STARTED.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    page.plain("process_start_time_seconds", started.as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = resident.and_then(|value| value.trim().trim_end_matches(" kB").parse::<f64>().ok());
    if let Some(kibibytes) = kibibytes {
        page.plain("process_resident_memory_bytes", kibibytes * 1024.0);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.plain("process_open_fds", open.count() as f64);
    }
}

/// The process counts its time from here.
pub(super) fn start() {
    LazyLock::force(&STARTED);
}
