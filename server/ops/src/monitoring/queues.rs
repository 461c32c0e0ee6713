use atum_core::{App, Result};
use atum_identity::Overseer;
use atum_jobs::Depth;
use serde::Serialize;
use utoipa::ToSchema;

use crate::jobs::Queue;

#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum QueueName {
    Jobs,
    /// Jobs that bring or send mail.
    Mail,
    /// Mails that wait to be handed to a server, recipient by recipient.
    OutgoingMail,
}

#[derive(Serialize, ToSchema)]
pub(crate) struct MonitoredQueue {
    name: QueueName,
    /// Due now.
    waiting: i64,
    /// To be done later.
    later: i64,
    /// `null`, as is `dead`: the queue knows no such thing.
    running: Option<i64>,
    dead: Option<i64>,
    /// Since the oldest that waits was due.
    oldest_seconds: Option<f64>,
}

pub(super) async fn of(app: &App, overseer: &Overseer, kinds: &[Depth]) -> Result<Vec<MonitoredQueue>> {
    Ok(vec![
        of_jobs(QueueName::Jobs, kinds.iter().filter(|kind| Queue::of(&kind.kind) == Queue::Jobs)),
        of_jobs(QueueName::Mail, kinds.iter().filter(|kind| Queue::of(&kind.kind) == Queue::Mail)),
        outgoing(app, overseer).await?,
    ])
}

fn of_jobs<'a>(name: QueueName, kinds: impl Iterator<Item = &'a Depth>) -> MonitoredQueue {
    let mut queue =
        MonitoredQueue { name, waiting: 0, later: 0, running: Some(0), dead: Some(0), oldest_seconds: None };
    for kind in kinds {
        queue.waiting += kind.waiting;
        queue.later += kind.later;
        queue.running = queue.running.map(|running| running + kind.running);
        queue.dead = queue.dead.map(|dead| dead + kind.dead);
        queue.oldest_seconds = match (queue.oldest_seconds, kind.oldest_seconds) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
    queue
}

async fn outgoing(app: &App, overseer: &Overseer) -> Result<MonitoredQueue> {
    // Mails are due by the business's clock.
    let moment = app.clock.now();
    let (waiting, later, oldest) = match overseer {
        Overseer::Installation(_) => {
            let mut tx = app.db.jobs().await?;
            let row = sqlx::query!(
                r#"select due as "due!", later as "later!", oldest_due_at from desk.outgoing_mail_count($1)"#,
                moment
            );
            let row = row.fetch_one(&mut *tx).await?;
            (row.due, row.later, row.oldest_due_at)
        }
        Overseer::Organization(admin) => {
            let mut tx = app.db.read(admin).await?;
            let row = sqlx::query!(
                r#"select count(*) filter (where next_attempt_at <= $1) as "due!",
                          count(*) filter (where next_attempt_at > $1) as "later!",
                          min(next_attempt_at) filter (where next_attempt_at <= $1) as oldest_due_at
                     from (select next_attempt_at from desk.outgoing_envelope
                            where state in ('queued', 'deferred', 'uncertain') limit 100000) envelope"#,
                moment
            );
            let row = row.fetch_one(&mut *tx).await?;
            (row.due, row.later, row.oldest_due_at)
        }
    };
    let oldest_seconds = oldest.map(|at| (moment - at).as_seconds_f64().max(0.0));
    Ok(MonitoredQueue { name: QueueName::OutgoingMail, waiting, later, running: None, dead: None, oldest_seconds })
}
