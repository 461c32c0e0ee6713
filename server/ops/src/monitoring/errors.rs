//! What went wrong lately, from three places that hold no word of a customer: attempts of jobs that failed, by kind; mail
//! channels that could not do their work; and what the program logged as an error, by its place.

use std::collections::BTreeMap;

use atum_core::{App, Result};
use atum_identity::Overseer;
use atum_jobs::Hour;
use chrono::{DateTime, TimeDelta, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::channels::MonitoredChannel;

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ErrorSource {
    Job,
    MailChannel,
    /// For operators alone.
    Log,
}

#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RecentError {
    source: ErrorSource,
    /// The kind of job, the state of the channel, or file and line: the log has the words.
    code: String,
    /// How often within the day. `null`: it is not counted.
    times: Option<i64>,
    last_at: DateTime<Utc>,
    /// Whose mail channel it is, by slug. `null` for admins and for the rest.
    organization: Option<String>,
}

pub(super) async fn recent(
    app: &App,
    overseer: &Overseer,
    now: DateTime<Utc>,
    ended: &[Hour],
    channels: &[MonitoredChannel],
) -> Result<Vec<RecentError>> {
    let mut errors = of_jobs(ended);
    errors.extend(of_channels(channels, now));
    if let Overseer::Installation(_) = overseer {
        errors.extend(logged(app).await?);
    }
    errors.sort_by_key(|error| std::cmp::Reverse(error.last_at));
    Ok(errors)
}

fn of_jobs(ended: &[Hour]) -> Vec<RecentError> {
    let mut kinds: BTreeMap<&str, (i64, DateTime<Utc>)> = BTreeMap::new();
    for hour in ended {
        if let Some(at) = hour.last_failed_at {
            let (times, last) = kinds.entry(&hour.kind).or_insert((0, at));
            *times += hour.failed;
            *last = at.max(*last);
        }
    }
    let told = kinds.into_iter().map(|(kind, (times, last_at))| RecentError {
        source: ErrorSource::Job,
        code: kind.to_owned(),
        times: Some(times),
        last_at,
        organization: None,
    });
    told.collect()
}

fn of_channels(channels: &[MonitoredChannel], now: DateTime<Utc>) -> impl Iterator<Item = RecentError> {
    let day = now - TimeDelta::hours(24);
    channels.iter().filter_map(move |channel| {
        Some(RecentError {
            source: ErrorSource::MailChannel,
            code: channel.state.clone(),
            times: None,
            last_at: channel.last_error_at.filter(|at| *at >= day)?,
            organization: channel.organization.clone(),
        })
    })
}

async fn logged(app: &App) -> Result<Vec<RecentError>> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query!(
        "select place, times, last_at from queue.logged_error where last_at >= now() - interval '24 hours'
          order by last_at desc limit 50"
    );
    let told = rows.fetch_all(&mut *tx).await?.into_iter().map(|row| RecentError {
        source: ErrorSource::Log,
        code: row.place,
        times: Some(row.times),
        last_at: row.last_at,
        organization: None,
    });
    Ok(told.collect())
}
