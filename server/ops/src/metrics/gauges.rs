//! What is so at the moment. Written as text by hand: a gauge that was set once would be shown for ever, also when the
//! worker it speaks of is long gone.

use std::{fmt::Write, sync::LazyLock, time::Instant};

use atum_core::{App, Result};

use crate::{health, latest::Latest};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

pub(super) async fn render(app: &App, latest: &Latest) -> String {
    let mut page = Page::default();
    let latency_ms = health::database_latency(app).await;
    page.gauge("atum_database_up", "1 if the database answers", "", u8::from(latency_ms.is_some()).into());
    if let Some(latency_ms) = latency_ms {
        page.gauge("atum_database_latency_seconds", "One transaction with one question", "", latency_ms / 1e3);
        if let Err(problem) = queue(app, &mut page).await {
            tracing::warn!("the queue cannot be counted: {problem}");
        }
        if let Err(problem) = mail(app, &mut page).await {
            tracing::warn!("mail channels cannot be counted: {problem}");
        }
        if let Ok(report) = latest.fresh(app).await {
            let broken = report.violations.len() as f64;
            page.gauge("atum_isolation_violations", "What the last proof of isolation found", "", broken);
            let age = (app.clock.now() - report.checked_at).as_seconds_f64();
            page.gauge("atum_isolation_proof_age_seconds", "Since the last proof of isolation", "", age);
            let took = report.duration_ms as f64 / 1e3;
            page.gauge("atum_isolation_proof_duration_seconds", "How long it took", "", took);
        }
    }
    if let Some(free) = health::free_disk(app.config.data_dir.clone()).await {
        page.gauge("atum_disk_free_bytes", "Free where files are stored", "", free as f64);
    }
    process(&mut page);
    page.0
}

#[derive(Default)]
struct Page(String);

impl Page {
    fn gauge(&mut self, name: &str, help: &str, labels: &str, value: f64) {
        // A name's second line of values has the same head above it.
        if !self.0.contains(&format!("# TYPE {name} ")) {
            let _ = writeln!(self.0, "# HELP {name} {help}.\n# TYPE {name} gauge");
        }
        let _ = writeln!(self.0, "{name}{labels} {value}");
    }
}

async fn queue(app: &App, page: &mut Page) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    let states = sqlx::query!(
        // Each state by itself, so that the partial indexes serve: most rows of the table are done.
        r#"select state, jobs as "jobs!", coalesce(extract(epoch from now() - first), 0)::float8 as "oldest!"
             from (select 'available' as state, count(*) as jobs, min(run_at) as first
                     from queue.job where state = 'available'
                   union all select 'dead', count(*), min(run_at) from queue.job where state = 'dead'
                   union all select 'running', count(*), min(run_at) from queue.job where state = 'running' and deadline_at is not null) states
            order by state"#
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &states {
        let state = row.state.as_deref().unwrap_or_default();
        page.gauge("atum_jobs", "Jobs by state", &format!("{{state=\"{state}\"}}"), row.jobs as f64);
    }
    for row in &states {
        // What is to be done only later is not late.
        let (state, oldest) = (row.state.as_deref().unwrap_or_default(), row.oldest.max(0.0));
        page.gauge("atum_jobs_oldest_seconds", "Since the oldest was due", &format!("{{state=\"{state}\"}}"), oldest);
    }
    let workers = sqlx::query!(
        r#"select kind, count(*) as "workers!", extract(epoch from now() - max(beat_at))::float8 as "age!"
             from queue.worker group by kind order by kind"#
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in workers {
        let labels = format!("{{worker=\"{}\"}}", row.kind);
        page.gauge("atum_worker_heartbeat_age_seconds", "Since the freshest sign of life", &labels, row.age.max(0.0));
    }
    Ok(())
}

async fn mail(app: &App, page: &mut Page) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    let states = sqlx::query!(
        r#"select state as "state!", channels as "channels!", silent as "silent!" from desk.mail_channel_count($1)
            order by state"#,
        app.clock.now()
    )
    .fetch_all(&mut *tx)
    .await?;
    for row in &states {
        let labels = format!("{{state=\"{}\"}}", row.state);
        page.gauge("atum_mail_channels", "Mail channels by state", &labels, row.channels as f64);
    }
    let silent: i64 = states.iter().map(|row| row.silent).sum();
    page.gauge("atum_mail_channels_silent", "Mail channels without a mail for longer than usual", "", silent as f64);
    let waiting = sqlx::query_scalar!(
        // Each state by itself, as above.
        r#"select (select count(*) from queue.job where kind = 'process_mail' and state = 'available')
                  + (select count(*) from queue.job
                      where kind = 'process_mail' and state = 'running' and deadline_at is not null) as "count!""#
    )
    .fetch_one(&mut *tx)
    .await?;
    page.gauge("atum_mail_backlog", "Mails that are here and not yet processed", "", waiting as f64);
    Ok(())
}

fn process(page: &mut Page) {
    page.gauge("atum_uptime_seconds", "Since the process began to count", "", STARTED.elapsed().as_secs_f64());
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kibibytes = resident.and_then(|value| value.trim().trim_end_matches(" kB").parse::<f64>().ok());
    if let Some(kibibytes) = kibibytes {
        page.gauge("process_resident_memory_bytes", "Resident memory", "", kibibytes * 1024.0);
    }
    if let Ok(open) = std::fs::read_dir("/proc/self/fd") {
        page.gauge("process_open_fds", "Open file descriptors", "", open.count() as f64);
    }
}

/// The process counts its time from here.
pub(super) fn start() {
    LazyLock::force(&STARTED);
}
