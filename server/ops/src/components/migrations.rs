use std::sync::LazyLock;

use atum_core::{App, Result};
use sqlx::migrate::Migrator;

use super::Component;

/// The schema of this version, in steps.
pub static MIGRATIONS: LazyLock<Migrator> = LazyLock::new(|| {
    let mut migrations = sqlx::migrate!("../../migrations");
    migrations.set_locking(false);
    migrations
});

pub(crate) struct Schema {
    /// Of this version, and not in the database.
    pub pending: usize,
    /// In the database, and not of this version.
    pub unknown: usize,
}

impl Schema {
    pub async fn look(app: &App) -> Result<Self> {
        let mut tx = app.db.jobs().await?;
        let applied =
            sqlx::query_scalar!(r#"select queue.applied_migration() as "version!""#).fetch_all(&mut *tx).await?;
        Ok(Self::of(&applied))
    }

    fn of(applied: &[i64]) -> Self {
        let known: Vec<i64> = MIGRATIONS.iter().map(|migration| migration.version).collect();
        let pending = known.iter().filter(|version| !applied.contains(version)).count();
        let unknown = applied.iter().filter(|version| !known.contains(version)).count();
        Self { pending, unknown }
    }

    pub fn judged(&self) -> Component {
        let (pending, unknown) = (self.pending, self.unknown);
        let judged = match (pending, unknown) {
            (0, 0) => Component::pass("migrations"),
            (0, _) => Component::warn(
                "migrations",
                format!("the schema is {unknown} steps newer than this process: restart it with the newer version"),
            ),
            _ => Component::fail("migrations", format!("{pending} migrations were not run: atum migrate")),
        };
        judged.observed(pending as f64, "migrations")
    }
}
