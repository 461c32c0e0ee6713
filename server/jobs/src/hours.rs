//! What ended in each hour, by organization and kind. Workers count as they go and write the sums down now and then, so
//! that a chart of a day walks over no job. A worker that is killed takes at most the last [`crate::Pace::sign`] with it.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

use atum_core::{App, Result, ids::OrganizationId};
use chrono::{DateTime, Utc};

#[derive(Default, Clone, Copy)]
struct Ended {
    completed: i64,
    failed: i64,
}

/// Ended since the sums were last written down.
#[derive(Default)]
pub(crate) struct Unwritten(Mutex<HashMap<OrganizationId, HashMap<String, Ended>>>);

impl Unwritten {
    pub fn completed(&self, organization: OrganizationId, kind: &str) {
        self.count(organization, kind, |ended| ended.completed += 1);
    }

    pub fn failed(&self, organization: OrganizationId, kind: &str) {
        self.count(organization, kind, |ended| ended.failed += 1);
    }

    fn count(&self, organization: OrganizationId, kind: &str, add: impl FnOnce(&mut Ended)) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let kinds = all.entry(organization).or_default();
        match kinds.get_mut(kind) {
            Some(ended) => add(ended),
            None => add(kinds.entry(kind.to_owned()).or_default()),
        }
    }

    /// Into the hour that it is by the database's clock. What cannot be written is kept for the next time.
    pub async fn write(&self, app: &App) {
        let taken = std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner));
        if taken.is_empty() {
            return;
        }
        if let Err(problem) = add(app, &taken).await {
            tracing::warn!("what ended in this hour cannot be written yet: {problem}");
            self.keep(taken);
        }
    }

    fn keep(&self, taken: HashMap<OrganizationId, HashMap<String, Ended>>) {
        for (organization, kinds) in taken {
            for (kind, ended) in kinds {
                self.count(organization, &kind, |now| {
                    now.completed += ended.completed;
                    now.failed += ended.failed;
                });
            }
        }
    }
}

async fn add(app: &App, ended: &HashMap<OrganizationId, HashMap<String, Ended>>) -> Result<()> {
    let each = ended.iter().flat_map(|(organization, kinds)| kinds.iter().map(move |kind| (organization.0, kind)));
    let mut rows: Vec<_> = each.map(|(organization, (kind, ended))| (organization, kind.as_str(), *ended)).collect();
    // Two workers take the same rows in the same order.
    rows.sort_unstable_by(|a, b| (a.0, a.1).cmp(&(b.0, b.1)));
    let organizations: Vec<_> = rows.iter().map(|row| row.0).collect();
    let kinds: Vec<_> = rows.iter().map(|row| row.1.to_owned()).collect();
    let completed: Vec<_> = rows.iter().map(|row| row.2.completed).collect();
    let failed: Vec<_> = rows.iter().map(|row| row.2.failed).collect();
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "insert into queue.hour as h (organization_id, hour, kind, completed, failed, last_failed_at)
         select organization_id, date_trunc('hour', now(), 'UTC'), kind, completed, failed,
                case when failed > 0 then now() end
           from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[])
                as ended (organization_id, kind, completed, failed)
         on conflict (organization_id, hour, kind) do update
            set completed = h.completed + excluded.completed, failed = h.failed + excluded.failed,
                last_failed_at = coalesce(excluded.last_failed_at, h.last_failed_at)",
        &organizations,
        &kinds,
        &completed,
        &failed,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// What ended of one kind in one hour.
pub struct Hour {
    pub hour: DateTime<Utc>,
    pub kind: String,
    pub completed: i64,
    pub failed: i64,
    pub last_failed_at: Option<DateTime<Utc>>,
}

/// The last 24 hours and the present one, oldest first; an hour in which nothing ended is not there.
pub async fn last_day(app: &App, of: Option<OrganizationId>) -> Result<Vec<Hour>> {
    let mut tx = app.db.jobs().await?;
    Ok(match of {
        None => {
            sqlx::query_as!(
                Hour,
                r#"select hour, kind, sum(completed)::bigint as "completed!", sum(failed)::bigint as "failed!",
                          max(last_failed_at) as last_failed_at
                     from queue.hour where hour >= date_trunc('hour', now(), 'UTC') - interval '24 hours'
                    group by hour, kind order by hour, kind"#
            )
            .fetch_all(&mut *tx)
            .await?
        }
        Some(organization) => {
            sqlx::query_as!(
                Hour,
                "select hour, kind, completed, failed, last_failed_at from queue.hour
                  where organization_id = $1 and hour >= date_trunc('hour', now(), 'UTC') - interval '24 hours'
                  order by hour, kind",
                organization.0,
            )
            .fetch_all(&mut *tx)
            .await?
        }
    })
}
