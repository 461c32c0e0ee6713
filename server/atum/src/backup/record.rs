//! What was tried and what came of it, in `queue.backup`: what health and the monitoring page tell.

use atum_core::{App, Result};
use serde_json::Value;
use uuid::Uuid;

/// What is known when it ended well.
pub struct Done {
    pub name: String,
    pub bytes: Option<i64>,
    pub detail: Value,
}

/// Begins a record. Whoever calls is alone with this kind, so that an earlier one that never ended belongs to a process
/// that died.
pub async fn begin(app: &App, kind: &str) -> Result<Uuid> {
    let id = Uuid::now_v7();
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.backup set outcome = 'failed', finished_at = now(), error = 'its process ended before it was done'
          where kind = $1 and outcome = 'running'",
        kind,
    )
    .execute(&mut *tx)
    .await?;
    sqlx::query!("delete from queue.backup where started_at < now() - interval '400 days'").execute(&mut *tx).await?;
    sqlx::query!("insert into queue.backup (id, kind) values ($1, $2)", id, kind).execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(id)
}

pub async fn succeed(app: &App, id: Uuid, done: &Done) -> Result<()> {
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.backup set outcome = 'succeeded', finished_at = now(), name = $2, bytes = $3, detail = $4
          where id = $1",
        id,
        done.name,
        done.bytes,
        done.detail,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// `name`: of the backup that was tried, where it came so far.
pub async fn fail(app: &App, id: Uuid, name: Option<&str>, error: &anyhow::Error) -> Result<()> {
    let error = format!("{error:#}");
    let mut tx = app.db.jobs().await?;
    sqlx::query!(
        "update queue.backup set outcome = 'failed', finished_at = now(), name = $2, error = $3 where id = $1",
        id,
        name,
        error,
    )
    .execute(&mut *tx)
    .await?;
    tx.commit().await
}

/// One line of what became of a backup, newest first.
pub struct Line {
    pub kind: String,
    pub name: Option<String>,
    pub finished_at: Option<chrono::DateTime<chrono::Utc>>,
    pub outcome: String,
    pub error: Option<String>,
}

pub async fn list(app: &App) -> Result<Vec<Line>> {
    let mut tx = app.db.jobs().await?;
    let lines = sqlx::query_as!(
        Line,
        "select kind, name, finished_at, outcome, error from queue.backup order by started_at desc limit 500"
    );
    Ok(lines.fetch_all(&mut *tx).await?)
}

/// How long ago the newest success of this kind ended, in seconds by the database's clock.
pub async fn age(app: &App, kind: &str) -> Result<Option<f64>> {
    let mut tx = app.db.jobs().await?;
    let age = sqlx::query_scalar!(
        "select extract(epoch from now() - max(finished_at))::float8 from queue.backup
          where kind = $1 and outcome = 'succeeded'",
        kind,
    );
    Ok(age.fetch_one(&mut *tx).await?)
}

/// How long ago the newest try of this kind began.
pub async fn tried(app: &App, kind: &str) -> Result<Option<f64>> {
    let mut tx = app.db.jobs().await?;
    let age = sqlx::query_scalar!(
        "select extract(epoch from now() - max(started_at))::float8 from queue.backup where kind = $1",
        kind,
    );
    Ok(age.fetch_one(&mut *tx).await?)
}
