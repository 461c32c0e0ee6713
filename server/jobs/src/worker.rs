//! The worker: claims jobs as there is room, lets each be attempted, and stops in good order.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use atum_core::{
    App,
    ids::{OrganizationId, WorkerId},
    wake::Notice,
};
use tokio::{
    sync::{Notify, broadcast},
    time,
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    Pace, Registry,
    attempt::Workshop,
    claim::{self, Claimed, Lanes, Room, Running},
    heartbeat,
    tally::Tally,
    upkeep,
};

/// Jobs that run at once in one worker, and how many of them may be one organization's: whatever the others do, two
/// places are free for the next.
const SINGLY: Room = Room { most: 10, most_per_organization: 8 };
/// Cheap jobs that are claimed at once; those of one organization share a transaction.
const IN_BATCHES: Room = Room { most: 400, most_per_organization: 100 };

/// How long a claim may take, beside the wait before it.
const CLAIMING: Duration = Duration::from_secs(1);

struct Worker {
    id: WorkerId,
    workshop: Workshop,
    running: Mutex<Running>,
    /// A job ended: there is room again.
    ended: Notify,
    tasks: TaskTracker,
    stop: CancellationToken,
}

/// Runs jobs until told to stop, then drains.
pub async fn run(app: App, registry: Arc<Registry>, stop: CancellationToken) {
    run_at(app, registry, Pace::default(), stop).await;
}

pub async fn run_at(app: App, registry: Arc<Registry>, pace: Pace, stop: CancellationToken) {
    let worker = Arc::new(Worker::new(app, registry, pace, stop));
    let (app, tally) = (&worker.workshop.app, &worker.workshop.tally);
    // Signs of life go on while it drains.
    let signs = heartbeat::beat_always(app, pace.sign, worker.id, || tally.as_json());
    let beside = async { tokio::join!(upkeep::rounds(app, &pace), signs, write_hours(&worker)) };
    tokio::select! { _ = beside => {}, () = work(&worker) => {} }
    tally.hour.write(app).await;
    heartbeat::leave(app, worker.id).await;
}

async fn write_hours(worker: &Worker) {
    loop {
        time::sleep(worker.workshop.pace.sign).await;
        worker.workshop.tally.hour.write(&worker.workshop.app).await;
    }
}

async fn work(worker: &Arc<Worker>) {
    tokio::join!(claim_singly(worker), claim_in_batches(worker));
    worker.tasks.close();
    if time::timeout(worker.workshop.pace.drain, worker.tasks.wait()).await.is_err() {
        worker.workshop.abandon.cancel();
        worker.tasks.wait().await;
    }
}

async fn claim_singly(worker: &Arc<Worker>) {
    let (mut notices, mut lanes) = (worker.workshop.app.wake.subscribe(), Lanes::new(false));
    worker.workshop.app.progress.expect(lanes.name(), CLAIMING);
    while !worker.stop.is_cancelled() {
        let running = worker.running();
        let most = SINGLY.most - running.values().sum::<i64>();
        let claimed = worker.claim(&mut lanes, &Room { most, ..SINGLY }, &running).await;
        let full = i64::try_from(claimed.len()) == Ok(most);
        for job in claimed {
            worker.count(job.organization_id, 1);
            let worker = worker.clone();
            worker.tasks.clone().spawn(async move {
                worker.workshop.attempt(&job).await;
                worker.count(job.organization_id, -1);
                worker.ended.notify_one();
            });
        }
        if full {
            worker.workshop.app.progress.wait(lanes.name(), worker.wait_for_room()).await;
        } else {
            worker.wait_for_work(&mut notices, &lanes).await;
        }
    }
}

async fn claim_in_batches(worker: &Arc<Worker>) {
    let (mut notices, mut lanes) = (worker.workshop.app.wake.subscribe(), Lanes::new(true));
    worker.workshop.app.progress.expect(lanes.name(), CLAIMING);
    while !worker.stop.is_cancelled() {
        let claimed = worker.claim(&mut lanes, &IN_BATCHES, &Running::new()).await;
        if claimed.is_empty() {
            worker.wait_for_work(&mut notices, &lanes).await;
            continue;
        }
        let at_work = worker.clone();
        let done = worker.tasks.spawn(async move { together(&at_work, claimed).await });
        let done = worker.workshop.app.progress.wait(lanes.name(), done);
        tokio::select! { _ = done => {}, () = worker.stop.cancelled() => {} }
    }
}

async fn together(worker: &Worker, claimed: Vec<Claimed>) {
    for jobs in by_organization(claimed) {
        worker.workshop.attempt_together(&jobs).await;
    }
}

/// What has failed before goes by itself: one that takes its worker down must not take its neighbours with it each time.
fn by_organization(mut claimed: Vec<Claimed>) -> Vec<Vec<Claimed>> {
    claimed.sort_by_key(|job| (job.organization_id, job.attempt));
    let mut groups: Vec<Vec<Claimed>> = vec![];
    for job in claimed {
        match groups.last_mut() {
            Some(group) if job.attempt == 1 && group[0].organization_id == job.organization_id => group.push(job),
            _ => groups.push(vec![job]),
        }
    }
    groups
}

impl Worker {
    fn new(app: App, registry: Arc<Registry>, pace: Pace, stop: CancellationToken) -> Self {
        let abandon = CancellationToken::new();
        Self {
            id: WorkerId::new(),
            workshop: Workshop { app, registry, pace, tally: Tally::default(), abandon },
            running: Mutex::default(),
            ended: Notify::new(),
            tasks: TaskTracker::new(),
            stop,
        }
    }

    /// Only a claim that was answered counts as coming round: a worker that cannot claim does nothing.
    async fn claim(&self, lanes: &mut Lanes, room: &Room, running: &Running) -> Vec<Claimed> {
        let (app, pace) = (&self.workshop.app, &self.workshop.pace);
        match claim::claim(app, self.id, lanes, room, running).await {
            Ok(claimed) => {
                app.progress.expect(lanes.name(), pace.poll + CLAIMING);
                claimed
            }
            Err(problem) => {
                tracing::warn!("cannot claim jobs: {problem}");
                vec![]
            }
        }
    }

    fn running(&self) -> Running {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn count(&self, organization: OrganizationId, change: i64) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let count = running.entry(organization).or_default();
        *count += change;
        if *count == 0 {
            running.remove(&organization);
        }
    }

    async fn wait_for_room(&self) {
        tokio::select! { () = self.ended.notified() => {}, () = self.stop.cancelled() => {} }
    }

    /// A notice that something was enqueued, room for an organization that had none, or the next look of the poll.
    async fn wait_for_work(&self, notices: &mut broadcast::Receiver<Notice>, lanes: &Lanes) {
        tokio::select! {
            () = hear_of_jobs(notices) => {},
            // One permit is for one waiter: the loop that has places takes it.
            () = self.ended.notified(), if !lanes.are_batched() => {},
            () = self.stop.cancelled() => {},
            () = time::sleep(lanes.wait(self.workshop.pace.poll)) => {},
        }
    }
}

async fn hear_of_jobs(notices: &mut broadcast::Receiver<Notice>) {
    use broadcast::error::RecvError;
    loop {
        match notices.recv().await {
            Ok(Notice::Jobs | Notice::Resync) | Err(RecvError::Lagged(_)) => return,
            Ok(_) => {}
            Err(RecvError::Closed) => std::future::pending::<()>().await,
        }
    }
}

/// Runs what is due now until nothing is left, and tells how many. For tests and for commands that must not leave
/// work behind; a job that fails stays in the queue for its next attempt.
pub async fn drain(app: &App, registry: &Registry) -> anyhow::Result<usize> {
    let worker = Worker::new(app.clone(), Arc::new(registry.clone()), Pace::default(), CancellationToken::new());
    let mut done = 0;
    loop {
        let before = done;
        for batched in [false, true] {
            let room = Room { most: 100, most_per_organization: 100 };
            let claimed = claim::claim(app, worker.id, &mut Lanes::new(batched), &room, &Running::new()).await?;
            done += claimed.len();
            if batched {
                together(&worker, claimed).await;
            } else {
                for job in &claimed {
                    worker.workshop.attempt(job).await;
                }
            }
        }
        if done == before {
            worker.workshop.tally.hour.write(app).await;
            return Ok(done);
        }
    }
}
