//! Dead letters: jobs whose attempts are spent. An operator reads why, and runs them again or lays them aside.

use atum_core::{
    App, Problem, Result,
    ids::{JobId, OrganizationId},
    problem::Kind,
};
use chrono::{DateTime, Utc};
use serde_json::Value;

pub struct DeadJob {
    pub id: JobId,
    pub organization_id: OrganizationId,
    pub kind: String,
    pub finished_at: Option<DateTime<Utc>>,
    /// Every attempt's reason, oldest first; replays are among them.
    pub errors: Value,
}

/// The latest first.
pub async fn list_dead(app: &App, most: i64) -> Result<Vec<DeadJob>> {
    let mut tx = app.db.jobs().await?;
    Ok(sqlx::query_as!(
        DeadJob,
        r#"select id as "id: JobId", organization_id as "organization_id: OrganizationId", kind, finished_at, errors
             from queue.job where state = 'dead' order by finished_at desc, id limit $1"#,
        most,
    )
    .fetch_all(&mut *tx)
    .await?)
}

/// Gives a dead job all its attempts again, due now, its history kept. 404: it is not dead. Where another of its unique
/// key waits or runs, that one does its work: 409.
pub async fn replay(app: &App, id: JobId) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    let replayed = sqlx::query!(
        "update queue.job
            set state = 'available', attempt = 0, run_at = now(), finished_at = null,
                errors = errors || jsonb_build_array(jsonb_build_object('replayed_at', now()))
          where id = $1 and state = 'dead'",
        id.0,
    )
    .execute(&mut *tx)
    .await;
    let replayed = match replayed {
        Err(sqlx::Error::Database(error)) if error.constraint() == Some("job_unique_key") => {
            return Err(Problem::new(Kind::Conflict).detail("another job of the same key waits or runs already"));
        }
        other => other?,
    };
    sqlx::query!("select pg_notify($1, '')", atum_core::wake::JOBS).execute(&mut *tx).await?;
    tx.commit().await?;
    one(replayed.rows_affected())
}

/// Lays a dead job aside: it is counted no more and removed after 30 days. 404: it is not dead.
pub async fn discard(app: &App, id: JobId) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    let discarded = sqlx::query!(
        "update queue.job set state = 'discarded', finished_at = now() where id = $1 and state = 'dead'",
        id.0,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    one(discarded.rows_affected())
}

fn one(rows: u64) -> Result<()> {
    if rows == 1 { Ok(()) } else { Err(Problem::not_found()) }
}
