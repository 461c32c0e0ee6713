use atum_core::{App, Result};
use chrono::{DateTime, Utc};

use super::{Component, spoken};

/// What has to do with mail, in and out; everything else.
pub(crate) const QUEUES: [&str; 2] = ["jobs", "mail"];
/// People notice that nothing comes; a flood of one organization may take as long.
const LATE_S: f64 = 300.0;
/// Whoever should do the work does not.
const STUCK_S: f64 = 1800.0;

pub(crate) struct Queues {
    pub queues: Vec<Queue>,
    pub dead_since: Option<DateTime<Utc>>,
}

pub(crate) struct Queue {
    pub name: String,
    /// Also what is to be done only later.
    pub available: i64,
    pub running: i64,
    pub dead: i64,
    /// By the database's clock; now, where nothing waits.
    pub oldest_due_at: DateTime<Utc>,
    oldest_age_s: f64,
}

impl Queues {
    pub async fn look(app: &App) -> Result<Self> {
        let mut tx = app.db.jobs().await?;
        // Each state by itself, so that the partial indexes serve: most rows of the table are done.
        let queues = sqlx::query_as!(
            Queue,
            r#"with waiting as materialized (
                   select case when kind = any ($2) then 'mail' else 'jobs' end as queue, 'available' as state,
                          run_at, null::timestamptz as finished_at from queue.job where state = 'available'
                   union all
                   select case when kind = any ($2) then 'mail' else 'jobs' end, 'running', null, null
                     from queue.job where state = 'running' and deadline_at is not null
                   union all
                   select case when kind = any ($2) then 'mail' else 'jobs' end, 'dead', null, finished_at
                     from queue.job where state = 'dead')
               select q.name as "name!", count(*) filter (where state = 'available') as "available!",
                      count(*) filter (where state = 'running') as "running!",
                      count(*) filter (where state = 'dead') as "dead!",
                      least(min(run_at), now()) as "oldest_due_at!",
                      greatest(extract(epoch from now() - min(run_at)), 0)::float8 as "oldest_age_s!"
                 from unnest($1::text[]) as q (name) left join waiting w on w.queue = q.name
                group by q.name order by q.name"#,
            &QUEUES.map(str::to_owned)[..],
            &crate::MAIL_KINDS.map(str::to_owned)[..],
        )
        .fetch_all(&mut *tx)
        .await?;
        let dead_since = sqlx::query_scalar!("select max(finished_at) from queue.job where state = 'dead'");
        let dead_since = dead_since.fetch_one(&mut *tx).await?;
        Ok(Self { queues, dead_since })
    }

    pub fn judged(&self) -> Vec<Component> {
        let mut all: Vec<_> = self.queues.iter().map(Queue::judged).collect();
        let dead: i64 = self.queues.iter().map(|queue| queue.dead).sum();
        let letters = match dead {
            0 => Component::pass("dead_letters"),
            _ => Component::warn(
                "dead_letters",
                format!("{dead} jobs failed for good: atum jobs list tells why, atum jobs replay runs them again"),
            )
            .since(self.dead_since),
        };
        all.push(letters.observed(dead as f64, "jobs"));
        all
    }
}

impl Queue {
    fn judged(&self) -> Component {
        let name = format!("queue:{}", self.name);
        let output = || {
            let (age, available) = (spoken(self.oldest_age_s), self.available);
            format!("the oldest of {available} jobs has waited for {age}: see whether job workers run and what they do")
        };
        let judged = match self.oldest_age_s {
            age if age < LATE_S => Component::pass(name),
            age if age < STUCK_S => Component::warn(name, output()),
            _ => Component::fail(name, output()),
        };
        judged.observed(self.oldest_age_s, "s")
    }
}
