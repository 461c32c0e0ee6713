//! The last proof of isolation, made again when it has grown old.

use std::sync::Arc;

use atum_core::App;
use chrono::Duration;
use tokio::sync::Mutex;

use crate::proof::{self, Report};

/// How old a proof may be that readiness rests on.
const FRESH_MINUTES: i64 = 10;

/// One proof at a time: whoever comes meanwhile waits for it and takes its result.
#[derive(Clone, Default)]
pub(crate) struct Latest(Arc<Mutex<Option<Report>>>);

impl Latest {
    pub(crate) async fn prove(&self, app: &App) -> anyhow::Result<Report> {
        let mut latest = self.0.lock().await;
        let report = proof::prove(app).await?;
        Ok(latest.insert(report).clone())
    }

    pub(crate) async fn fresh(&self, app: &App) -> anyhow::Result<Report> {
        let mut latest = self.0.lock().await;
        let youngest = app.clock.now() - Duration::minutes(FRESH_MINUTES);
        match latest.as_ref().filter(|report| report.checked_at >= youngest) {
            Some(report) => Ok(report.clone()),
            None => Ok(latest.insert(proof::prove(app).await?).clone()),
        }
    }
}
