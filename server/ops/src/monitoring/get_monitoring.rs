use atum_core::{App, Problems, Result, extract::Json};
use atum_identity::Overseer;
use axum::extract::State;
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::{
    backups::{self, Backups},
    channels::{self, MonitoredChannel},
    errors::{self, RecentError},
    hours::{self, MonitoredHour},
    isolation::{self, Isolation},
    queues::{self, MonitoredQueue},
    workers::{self, MonitoredWorker},
};
use crate::{Component, components, jobs::reason};

#[derive(Serialize, ToSchema)]
pub(crate) struct Monitoring {
    /// The database's time: every age here is measured by it.
    at: DateTime<Utc>,
    /// `installation` for operators, `organization` for admins.
    scope: Scope,
    version: &'static str,
    /// Every part of the installation, judged: the same as `GET /api/v1/health` tells.
    components: Vec<Component>,
    /// Empty for admins, as are components; backups and isolation are `null` for them: they are the installation's.
    workers: Vec<MonitoredWorker>,
    queues: Vec<MonitoredQueue>,
    /// More waits or is dead than was counted: the numbers say at least how much.
    counted_in_part: bool,
    /// The last 24 hours and the present one, oldest first.
    hours: Vec<MonitoredHour>,
    mail_channels: Vec<MonitoredChannel>,
    backups: Option<Backups>,
    isolation: Option<Isolation>,
    /// Of the last 24 hours, newest first.
    errors: Vec<RecentError>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MonitoringScope)]
pub(crate) enum Scope {
    Installation,
    Organization,
}

/// How the work goes now and went within a day. Operators see the whole installation, without a word of any
/// organization's; admins their own organization.
#[utoipa::path(get, path = "/api/v1/internal/monitoring", tag = "operation",
    responses((status = 200, body = Monitoring), Problems))]
pub(crate) async fn get_monitoring(State(app): State<App>, overseer: Overseer) -> Result<Json<Monitoring>> {
    let of = overseer.organization();
    let at = now(&app).await?;
    let depths = atum_jobs::depths(&app, of).await?;
    let ended = atum_jobs::last_day(&app, of).await?;
    let mail_channels = channels::list(&app, &overseer).await?;
    let errors = errors::recent(&app, &overseer, at, &ended, &mail_channels).await?;
    let mut report = Monitoring {
        at,
        scope: Scope::Organization,
        version: env!("CARGO_PKG_VERSION"),
        components: vec![],
        workers: vec![],
        counted_in_part: depths.more,
        queues: queues::of(&app, &overseer, &depths.kinds).await?,
        hours: hours::of(at, &ended),
        mail_channels,
        backups: None,
        isolation: None,
        errors,
    };
    if of.is_none() {
        report.scope = Scope::Installation;
        report.components = components(&app).await.into_iter().map(without_words).collect();
        report.workers = workers::list(&app).await?;
        report.backups = Some(backups::newest(&app).await?);
        report.isolation = isolation::newest(&app).await?;
    }
    Ok(Json(report))
}

/// What a worker says of its failure may be about somebody.
fn without_words(component: Component) -> Component {
    match component.name.starts_with("worker:") {
        true => Component { output: component.output.as_deref().map(reason), ..component },
        false => component,
    }
}

async fn now(app: &App) -> Result<DateTime<Utc>> {
    let mut tx = app.db.jobs().await?;
    Ok(sqlx::query_scalar!(r#"select now() as "now!""#).fetch_one(&mut *tx).await?)
}
