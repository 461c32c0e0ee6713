//! Every number that there is. One that is not listed here is not shown, and docs/health.md is made from this list.

use self::Kind::{Counter, Gauge, Histogram};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Since the process began.
    Counter,
    /// At the moment of the scrape.
    Gauge,
    /// How often, by upper bounds, since the process began.
    Histogram,
}

#[derive(Debug)]
pub struct Metric {
    pub name: &'static str,
    pub kind: Kind,
    /// None of them names a tenant, a person or a ticket, and each has few values.
    pub labels: &'static [&'static str],
    pub help: &'static str,
}

const fn metric(kind: Kind, name: &'static str, labels: &'static [&'static str], help: &'static str) -> Metric {
    Metric { name, kind, labels, help }
}

pub const METRICS: &[Metric] = &[
    metric(Gauge, "atum_build_info", &["version"], "The version that runs; always 1"),
    metric(Gauge, "atum_health_status", &["component"], "A component of health: 0 pass, 1 warn, 2 fail"),
    metric(
        Counter,
        "atum_http_requests_total",
        &["method", "route", "status"],
        "Requests answered, by the route's template",
    ),
    metric(
        Histogram,
        "atum_http_request_duration_seconds",
        &["method", "route"],
        "From the request's head to the answer's",
    ),
    metric(Gauge, "atum_http_requests_in_flight", &[], "Requests that are being answered"),
    metric(Gauge, "atum_database_up", &[], "1 if the database answers"),
    metric(Gauge, "atum_database_latency_seconds", &[], "One transaction with one question"),
    metric(
        Gauge,
        "atum_database_connections",
        &["plane", "state"],
        "Connections of this process by plane, busy or idle",
    ),
    metric(Gauge, "atum_database_connections_most", &["plane"], "Connections that the plane may open"),
    metric(Gauge, "atum_database_clock_offset_seconds", &[], "How far the process's clock is ahead of the database's"),
    metric(Gauge, "atum_migrations_pending", &[], "Steps of this version's schema that were not run"),
    metric(Gauge, "atum_jobs", &["queue", "state"], "Jobs by queue and state; available ones may be for later"),
    metric(
        Gauge,
        "atum_job_oldest_due_timestamp_seconds",
        &["queue"],
        "When the longest waiting job was due; now where none waits",
    ),
    metric(Counter, "atum_jobs_completed_total", &[], "Jobs that this process completed"),
    metric(Counter, "atum_jobs_failed_total", &[], "Attempts at jobs that failed in this process"),
    metric(
        Counter,
        "atum_jobs_stale_total",
        &["late"],
        "What a worker wrote after it had lost its lease, and was refused",
    ),
    metric(Gauge, "atum_workers", &["worker", "state"], "Workers by kind, alive or dead"),
    metric(
        Gauge,
        "atum_worker_last_heartbeat_timestamp_seconds",
        &["worker"],
        "The freshest sign of life of each kind",
    ),
    metric(Gauge, "atum_worker_info", &["worker", "version"], "Workers by kind and version that are alive"),
    metric(Counter, "atum_sla_alarms_total", &["kind", "metric"], "Warnings and breaches of deadlines"),
    metric(Gauge, "atum_mail_channels", &["state"], "Mail channels by state"),
    metric(Gauge, "atum_mail_channels_silent", &[], "Mail channels without a mail for longer than usual"),
    metric(Gauge, "atum_mail_last_fetch_timestamp_seconds", &[], "When any mailbox was last looked into"),
    metric(Counter, "atum_mail_arrived_total", &["outcome"], "Mails that came in"),
    metric(
        Counter,
        "atum_mail_fetch_failures_total",
        &["step"],
        "Looks into a mailbox that failed, by the step they failed at",
    ),
    metric(
        Counter,
        "atum_mail_send_failures_total",
        &[],
        "Servers for outgoing mail that could not be reached, or refused the sign-in",
    ),
    metric(Counter, "atum_mail_reconciled_total", &[], "Mails that only the daily comparison with the mailbox found"),
    metric(Gauge, "atum_outbox_due", &[], "Recipients that a mail is due for"),
    metric(
        Gauge,
        "atum_outbox_oldest_due_timestamp_seconds",
        &[],
        "When the longest waiting mail was due; now where none waits",
    ),
    metric(Counter, "atum_sign_in_total", &["outcome"], "Sign-ins, right or wrong"),
    metric(Counter, "atum_sign_in_throttled_total", &[], "Sign-ins refused because too many were tried"),
    metric(Counter, "atum_single_sign_on_total", &["outcome"], "Sign-ins by a provider that were refused, by reason"),
    metric(Counter, "atum_audit_events_sealed_total", &[], "Events that this process sealed"),
    metric(Gauge, "atum_isolation_violations", &[], "What the last proof of isolation found"),
    metric(Gauge, "atum_isolation_last_verified_timestamp_seconds", &[], "When isolation was last proved"),
    metric(Gauge, "atum_isolation_proof_duration_seconds", &[], "How long that took"),
    metric(Gauge, "atum_backup_last_success_timestamp_seconds", &[], "When the last whole backup was made"),
    metric(
        Gauge,
        "atum_backup_last_verified_restore_timestamp_seconds",
        &[],
        "When a backup was last restored and compared",
    ),
    metric(Gauge, "atum_backup_restore_duration_seconds", &[], "How long that restore took"),
    metric(
        Gauge,
        "atum_certificate_expiry_timestamp_seconds",
        &["file"],
        "When a watched certificate ends; 0 if it cannot be read",
    ),
    metric(Gauge, "atum_disk_free_bytes", &[], "Free where files are stored"),
    metric(Gauge, "process_start_time_seconds", &[], "When the process was started"),
    metric(Gauge, "process_resident_memory_bytes", &[], "Resident memory"),
    metric(Gauge, "process_open_fds", &[], "Open file descriptors"),
];

pub fn find(name: &str) -> Option<&'static Metric> {
    METRICS.iter().find(|metric| metric.name == name)
}

/// Tells the recorder what it counts, so that the page says it.
pub(super) fn describe() {
    for metric in METRICS {
        match metric.kind {
            Counter => metrics::describe_counter!(metric.name, metric.help),
            Histogram => metrics::describe_histogram!(metric.name, metric.help),
            Gauge if metric.name == super::requests::IN_FLIGHT => metrics::describe_gauge!(metric.name, metric.help),
            Gauge => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_formed_as_prometheus_wants_them() {
        for metric in METRICS {
            assert_eq!(metric.name.ends_with("_total"), metric.kind == Counter, "{}", metric.name);
            assert!(!metric.name.contains("_age") && !metric.help.ends_with('.'), "{}", metric.name);
            let of_somebody = ["organization", "tenant", "person", "account", "ticket", "channel", "id"];
            assert!(!metric.labels.iter().any(|label| of_somebody.contains(label)), "{}", metric.name);
            assert_eq!(METRICS.iter().filter(|other| other.name == metric.name).count(), 1, "{}", metric.name);
        }
    }
}
