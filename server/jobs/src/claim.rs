//! Taking jobs: fairly, from organization to organization, and fast even over a flood.
//!
//! A lane is one organization's jobs of one priority. A claim takes the heads of all lanes, ordered by how much their
//! organization has running already, so that a flood waits behind itself and behind nobody else.
//!
//! While some other session holds an old snapshot, every job ever claimed leaves an entry in the index that no vacuum may
//! remove; walking over them at each claim makes it slower and slower. So a worker remembers how far it came in each lane
//! and starts there. What appears behind (a slow transaction's job, one that was skipped while another claim held it) is
//! found by a look from the beginning, which may take a tenth of the time.

use std::{
    collections::HashMap,
    time::{Duration, Instant},
};

use atum_core::{
    App, Result,
    db::JobsTx,
    ids::{JobId, OrganizationId, WorkerId},
};
use chrono::{DateTime, Utc};
use serde_json::Value;
use uuid::Uuid;

pub(crate) struct Claimed {
    pub id: JobId,
    pub organization_id: OrganizationId,
    pub kind: String,
    pub payload: Value,
    pub attempt: i32,
    pub max_attempts: i32,
    pub run_lease: i64,
    pub deadline_seconds: i32,
    priority: i16,
    run_at: DateTime<Utc>,
}

/// Jobs of each organization that run in this worker.
pub(crate) type Running = HashMap<OrganizationId, i64>;

/// How much a claim may take.
pub(crate) struct Room {
    pub most: i64,
    /// Of one organization, with what it has running.
    pub most_per_organization: i64,
}

/// A worker's memory of how far it came.
pub(crate) struct Lanes {
    batched: bool,
    reached: HashMap<(OrganizationId, i16), (DateTime<Utc>, Uuid)>,
    look_after: Instant,
    /// Whether the last claim began at the beginning.
    looked: bool,
}

impl Lanes {
    pub fn new(batched: bool) -> Self {
        Self { batched, reached: HashMap::new(), look_after: Instant::now(), looked: false }
    }

    pub fn are_batched(&self) -> bool {
        self.batched
    }

    /// The loop that claims from them, among those of the process.
    pub fn name(&self) -> &'static str {
        if self.batched { "claim in batches" } else { "claim" }
    }

    /// How long a claim that found too little waits before it asks again: what it did not look at may hold more.
    pub fn wait(&self, poll: Duration) -> Duration {
        if self.looked { poll } else { self.look_after.saturating_duration_since(Instant::now()).min(poll) }
    }

    async fn look(&mut self, tx: &mut JobsTx) -> Result<()> {
        let lanes = sqlx::query!(
            r#"with recursive lane as (
                   (select organization_id, priority from queue.job where state = 'available' and batched = $1
                     order by organization_id, priority limit 1)
                   union all
                   select next.* from lane cross join lateral (
                       select j.organization_id, j.priority from queue.job j
                        where j.state = 'available' and j.batched = $1
                          and (j.organization_id, j.priority) > (lane.organization_id, lane.priority)
                        order by j.organization_id, j.priority limit 1) next
               ) select organization_id as "organization_id!: OrganizationId", priority as "priority!" from lane"#,
            self.batched,
        )
        .fetch_all(&mut **tx)
        .await?;
        let beginning = (DateTime::UNIX_EPOCH, Uuid::nil());
        self.reached = lanes.into_iter().map(|lane| ((lane.organization_id, lane.priority), beginning)).collect();
        Ok(())
    }

    fn advance(&mut self, claimed: &[Claimed]) {
        for job in claimed {
            let reached = self.reached.entry((job.organization_id, job.priority)).or_default();
            *reached = (*reached).max((job.run_at, job.id.0));
        }
    }
}

/// Takes jobs that are due. Two workers never take one job: rows that another is taking are skipped.
pub(crate) async fn claim(
    app: &App,
    worker: WorkerId,
    lanes: &mut Lanes,
    room: &Room,
    running: &Running,
) -> Result<Vec<Claimed>> {
    let mut tx = app.db.jobs().await?;
    let begun = Instant::now();
    lanes.looked = begun >= lanes.look_after;
    if lanes.looked {
        lanes.look(&mut tx).await?;
    }
    let claimed = take(&mut tx, worker, lanes, room, running).await?;
    if lanes.looked {
        lanes.look_after = Instant::now() + begun.elapsed() * 10;
    }
    tx.commit().await?;
    lanes.advance(&claimed);
    Ok(claimed)
}

async fn take(
    tx: &mut JobsTx,
    worker: WorkerId,
    lanes: &Lanes,
    room: &Room,
    running: &Running,
) -> Result<Vec<Claimed>> {
    let (mut organizations, mut priorities, mut times, mut ids, mut counts) = (vec![], vec![], vec![], vec![], vec![]);
    for ((organization, priority), (time, id)) in &lanes.reached {
        organizations.push(organization.0);
        priorities.push(*priority);
        times.push(*time);
        ids.push(*id);
        counts.push(running.get(organization).copied().unwrap_or(0));
    }
    if organizations.is_empty() {
        return Ok(vec![]);
    }
    Ok(sqlx::query_as!(
        Claimed,
        r#"with lane as (
               select * from unnest($2::uuid[], $3::smallint[], $4::timestamptz[], $5::uuid[], $6::bigint[])
                   as lane (organization_id, priority, reached_at, reached_id, running)
           ), head as (
               select job.*, lane.running + row_number() over (
                          partition by lane.organization_id order by job.priority, job.run_at, job.id) as turn
                 from lane cross join lateral (
                       select j.id, j.priority, j.run_at from queue.job j
                        where j.state = 'available' and j.batched = $7 and j.organization_id = lane.organization_id
                          and j.priority = lane.priority and (j.run_at, j.id) > (lane.reached_at, lane.reached_id)
                          and j.run_at <= now()
                        order by j.run_at, j.id limit greatest(0, least($8, $9 - lane.running))
                        for update skip locked) job
           ), due as (
               select id from head where turn <= $9 order by turn, priority, run_at, id limit $8
           )
           update queue.job j
              set state = 'running', attempt = attempt + 1, run_lease = run_lease + 1, worker_id = $1,
                  heartbeat_at = now(), deadline_at = now() + make_interval(secs => deadline_seconds)
            where j.id = any (array(select id from due))
           returning j.id as "id: JobId", j.organization_id as "organization_id: OrganizationId", kind, payload,
                     attempt, max_attempts, run_lease, deadline_seconds, priority, run_at"#,
        worker.0,
        &organizations,
        &priorities,
        &times,
        &ids,
        &counts,
        lanes.batched,
        room.most,
        room.most_per_organization,
    )
    .fetch_all(&mut **tx)
    .await?)
}
