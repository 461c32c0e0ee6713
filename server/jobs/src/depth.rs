//! How much waits and for how long, by kind. What is counted is bounded: past [`MOST`] waiting jobs the answer says that
//! there are more, and stays as quick.

use atum_core::{App, Result, ids::OrganizationId};
use uuid::Uuid;

/// Waiting jobs, or dead ones, that a count looks at.
pub const MOST: i64 = 50_000;

/// The jobs of one kind that are not done.
pub struct Depth {
    pub kind: String,
    /// Due now.
    pub waiting: i64,
    /// To be done later: put off after a failure, or by who asked for it.
    pub later: i64,
    pub running: i64,
    pub dead: i64,
    /// Since the oldest that waits was due.
    pub oldest_seconds: Option<f64>,
}

pub struct Depths {
    pub kinds: Vec<Depth>,
    /// More than [`MOST`] wait or are dead: the numbers say at least how many.
    pub more: bool,
}

/// Each state by itself, so that the partial indexes serve: most rows of the table are done.
pub async fn depths(app: &App, of: Option<OrganizationId>) -> Result<Depths> {
    let (least, most) = range(of);
    let mut tx = app.db.jobs().await?;
    let kinds = sqlx::query_as!(
        Depth,
        r#"with waiting as (
               (select kind, run_at from queue.job where state = 'available' and not batched
                  and organization_id >= $1 and organization_id <= $2 limit $3)
               union all
               (select kind, run_at from queue.job where state = 'available' and batched
                  and organization_id >= $1 and organization_id <= $2 limit $3)
           ), dead as (
               select kind from queue.job where state = 'dead'
                  and organization_id >= $1 and organization_id <= $2 limit $3
           ), counted as (
               select kind, count(*) filter (where run_at <= now()) as waiting,
                      count(*) filter (where run_at > now()) as later, 0 as running, 0 as dead,
                      extract(epoch from now() - min(run_at) filter (where run_at <= now()))::float8 as oldest
                 from waiting group by kind
               union all
               select kind, 0, 0, count(*), 0, null from queue.job
                where state = 'running' and deadline_at is not null
                  and organization_id >= $1 and organization_id <= $2 group by kind
               union all
               select kind, 0, 0, 0, count(*), null from dead group by kind
           )
           select kind as "kind!", sum(waiting)::bigint as "waiting!", sum(later)::bigint as "later!",
                  sum(running)::bigint as "running!", sum(dead)::bigint as "dead!", max(oldest) as oldest_seconds
             from counted group by kind order by kind"#,
        least,
        most,
        MOST,
    )
    .fetch_all(&mut *tx)
    .await?;
    let more = kinds.iter().map(|kind| kind.waiting + kind.later).sum::<i64>() >= MOST
        || kinds.iter().map(|kind| kind.dead).sum::<i64>() >= MOST;
    Ok(Depths { kinds, more })
}

/// One organization, or all of them: as the ends of an index's range.
pub(crate) fn range(of: Option<OrganizationId>) -> (Uuid, Uuid) {
    of.map_or((Uuid::nil(), Uuid::max()), |organization| (organization.0, organization.0))
}
