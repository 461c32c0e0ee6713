//! A backup counts when it was restored: `restore` is the component that lets one sleep.

use atum_core::{App, Result};
use chrono::{DateTime, Utc};

use super::{Component, spoken};

/// Daily, and two hours for a long one.
const BACKUP_S: f64 = 26.0 * 3600.0;
/// Weekly, and a day.
const RESTORE_S: f64 = 8.0 * 86_400.0;

pub(crate) struct Backups {
    pub full: Kind,
    pub drill: Kind,
    pub archive: Kind,
}

/// The newest of one kind.
#[derive(Default)]
pub(crate) struct Kind {
    pub succeeded_at: Option<DateTime<Utc>>,
    /// By the database's clock.
    age_s: f64,
    /// Where the newest of all failed: when, and why.
    failed: Option<(DateTime<Utc>, String)>,
    pub restore_s: Option<f64>,
}

impl Backups {
    pub async fn look(app: &App) -> Result<Self> {
        Ok(Self {
            full: Kind::look(app, "full").await?,
            drill: Kind::look(app, "drill").await?,
            archive: Kind::look(app, "archive").await?,
        })
    }

    pub fn judged(&self) -> Vec<Component> {
        let mut all = vec![
            self.full.judged("backup", BACKUP_S, "no backup was made yet: atum backup, daily by atum-backup.timer"),
            self.drill.judged("restore", RESTORE_S, "no backup was proved by a restore yet: atum backup drill"),
        ];
        // Who has no archive of changes has none that could break.
        all.extend(self.archive.failed.as_ref().map(|failed| self.archive.broken("archive", failed)));
        all
    }
}

impl Kind {
    async fn look(app: &App, kind: &str) -> Result<Self> {
        let mut tx = app.db.jobs().await?;
        let ended = sqlx::query!(
            r#"select outcome = 'succeeded' as "succeeded!", finished_at as "finished_at!", error,
                      extract(epoch from now() - finished_at)::float8 as "age_s!",
                      case jsonb_typeof(detail -> 'restore_seconds')
                           when 'number' then (detail ->> 'restore_seconds')::float8 end as restore_s
                 from (select distinct on (outcome) * from queue.backup where kind = $1 and outcome <> 'running'
                        order by outcome, finished_at desc) newest
                order by finished_at desc"#,
            kind,
        )
        .fetch_all(&mut *tx)
        .await?;
        let mut newest = Self::default();
        for (place, row) in ended.into_iter().enumerate() {
            if row.succeeded {
                newest =
                    Self { succeeded_at: Some(row.finished_at), age_s: row.age_s, restore_s: row.restore_s, ..newest };
            } else if place == 0 {
                newest.failed = Some((row.finished_at, row.error.unwrap_or_default()));
            }
        }
        Ok(newest)
    }

    fn judged(&self, name: &str, most_s: f64, never: &str) -> Component {
        let Some(at) = self.succeeded_at else {
            return match &self.failed {
                Some(failed) => self.broken(name, failed),
                None => Component::warn(name, never),
            };
        };
        let judged = match &self.failed {
            Some(failed) => self.broken(name, failed),
            None if self.age_s > most_s => {
                let output = format!("the last is {} old: see systemctl status atum-{name}.timer", spoken(self.age_s));
                Component::fail(name, output.replace("atum-restore", "atum-backup-drill"))
            }
            None => Component::pass(name),
        };
        judged.observed(self.age_s, "s").since(Some(at))
    }

    fn broken(&self, name: &str, (at, error): &(DateTime<Utc>, String)) -> Component {
        Component::fail(name, format!("the last one, of {}, failed: {error}", at.format("%F %R UTC")))
    }
}
