use atum_core::{App, Result};
use chrono::{DateTime, Utc};

use super::{Component, spoken};
use crate::proof::Report;

/// It is proved every hour; one round may be missed.
const OLD_S: f64 = 2.0 * 3600.0 + 600.0;

/// The newest proof that any process made.
pub(crate) struct Proof {
    pub violations: Vec<String>,
    pub took_s: f64,
    pub made_at: DateTime<Utc>,
    pub age_s: f64,
}

pub(super) async fn look(app: &App) -> Result<Option<Proof>> {
    let mut tx = app.db.jobs().await?;
    let kept = sqlx::query_scalar!("select report from queue.isolation_report").fetch_optional(&mut *tx).await?;
    let report: Option<Report> = kept.and_then(|report| serde_json::from_value(report).ok());
    Ok(report.map(|report| Proof {
        violations: report.violations.iter().map(ToString::to_string).collect(),
        took_s: report.duration_ms as f64 / 1e3,
        made_at: report.checked_at,
        age_s: (app.clock.now() - report.checked_at).as_seconds_f64(),
    }))
}

pub(super) fn judged(proof: Option<&Proof>) -> Component {
    let Some(proof) = proof else {
        return Component::warn("isolation", "it was not proved yet: atum doctor isolation proves it now");
    };
    let judged = match proof.violations.first() {
        Some(first) => {
            let output = format!("organizations are not kept apart: {first}; atum doctor isolation names all");
            Component::fail("isolation", output)
        }
        None if proof.age_s > OLD_S => {
            let age = spoken(proof.age_s);
            Component::warn("isolation", format!("the last proof is {age} old: see whether a job worker runs"))
        }
        None => Component::pass("isolation"),
    };
    judged.observed(proof.violations.len() as f64, "violations").since(Some(proof.made_at))
}
