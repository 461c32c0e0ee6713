//! One reader an organization and process: what was committed is read once, however many of its staff have a stream
//! open, and handed to each in memory. It carries nothing but hints that every member of staff may see, and each
//! person's own notifications, which a stream passes on to that person alone.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use atum_core::{
    App, Result,
    caller::{Reason, System},
    ids::{OrganizationId, PersonId},
    wake::{self, Notice},
};
use tokio::{
    sync::broadcast::{self, error::RecvError},
    time,
};

use crate::{
    live::{GATHER, Heard, LOOK, News},
    presence,
    sight::Sight,
};

static FEEDS: LazyLock<Mutex<HashMap<OrganizationId, broadcast::Sender<Heard>>>> = LazyLock::new(Mutex::default);

/// Hears the organization's feed, which begins with its first listener and ends with its last.
pub(crate) fn subscribe(app: &App, organization_id: OrganizationId) -> broadcast::Receiver<Heard> {
    let mut feeds = FEEDS.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(feed) = feeds.get(&organization_id) {
        return feed.subscribe();
    }
    let (sender, receiver) = broadcast::channel(256);
    feeds.insert(organization_id, sender.clone());
    let feed = Feed { app: app.clone(), organization_id, sender };
    // From now on, not from when the task first runs: who subscribes misses nothing that comes later.
    tokio::spawn(feed.run(app.wake.subscribe()));
    receiver
}

struct Feed {
    app: App,
    organization_id: OrganizationId,
    sender: broadcast::Sender<Heard>,
}

/// However it ends: who listens afterwards begins another.
impl Drop for Feed {
    fn drop(&mut self) {
        self.leave(&mut FEEDS.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

impl Feed {
    async fn run(self, mut notices: broadcast::Receiver<Notice>) {
        let stop = self.app.stop.clone();
        let Ok(mut horizon) = self.begin().await else { return };
        let mut look = time::interval_at(time::Instant::now() + LOOK, LOOK);
        while !self.is_deserted() {
            let wanted = tokio::select! {
                () = stop.cancelled() => return,
                _ = look.tick() => true,
                notice = notices.recv() => match notice {
                    Err(RecvError::Closed) => return,
                    notice => self.is_ours(notice.ok()),
                },
            };
            if wanted {
                time::sleep(GATHER).await;
                // What came meanwhile is read along.
                while let Ok(notice) = notices.try_recv() {
                    self.is_ours(Some(notice));
                }
                // Streams end with their feed, and browsers ask anew.
                let Ok(news) = self.read(horizon).await else { return };
                horizon = news.next;
                let _ = self.sender.send(Heard::News(Arc::new(news)));
            }
        }
    }

    /// Whether there may be something to read. Presence is passed on. `None`: notices were missed.
    fn is_ours(&self, notice: Option<Notice>) -> bool {
        match notice {
            Some(Notice::Live(organization_id)) => organization_id == self.organization_id,
            Some(Notice::Presence(told)) => {
                let told = serde_json::from_str::<presence::Told>(&told).ok();
                if let Some(told) = told.filter(|told| told.organization_id == self.organization_id) {
                    let _ = self.sender.send(Heard::Presence(Arc::new(told)));
                }
                false
            }
            Some(Notice::Jobs) => false,
            Some(Notice::Resync) | None => true,
        }
    }

    /// Decided under the lock, so that nobody subscribes to a feed that is about to end.
    fn is_deserted(&self) -> bool {
        let mut feeds = FEEDS.lock().unwrap_or_else(PoisonError::into_inner);
        let deserted = self.sender.receiver_count() == 0;
        if deserted {
            self.leave(&mut feeds);
        }
        deserted
    }

    /// Another may have begun since.
    fn leave(&self, feeds: &mut HashMap<OrganizationId, broadcast::Sender<Heard>>) {
        if feeds.get(&self.organization_id).is_some_and(|feed| feed.same_channel(&self.sender)) {
            feeds.remove(&self.organization_id);
        }
    }

    fn system(&self) -> System {
        System { organization_id: self.organization_id, reason: Reason::Job }
    }

    async fn begin(&self) -> Result<i64> {
        wake::horizon(&mut *self.app.db.read(&self.system()).await?).await
    }

    async fn read(&self, since: i64) -> Result<News> {
        let mut tx = self.app.db.read(&self.system()).await?;
        News::read(&mut tx, STAFF, None, since).await
    }
}

/// What any member of staff sees.
const STAFF: Sight = Sight { staff: true, person_id: PersonId(uuid::Uuid::nil()), company: false };
