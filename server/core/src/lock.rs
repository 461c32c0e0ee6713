//! Locks that are held for as long as a process works on something, over many transactions: PostgreSQL's advisory locks
//! of one session. A process that dies, however it dies, holds none.

use sqlx::{Connection, PgConnection};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use crate::{Result, db::Db};

/// One connection, for all that a process locks.
pub struct Locks {
    db: Db,
    session: Mutex<Option<Session>>,
}

struct Session {
    connection: PgConnection,
    /// Cancelled when the connection is lost, and with it every lock.
    lost: CancellationToken,
}

impl Locks {
    pub fn new(db: Db) -> Self {
        Self { db, session: Mutex::new(None) }
    }

    /// Takes the lock, or `None` where another process has it. The token is cancelled when the lock was lost. The same
    /// process may take it again: it asks itself first whether it has it.
    pub async fn take(&self, name: &str) -> Result<Option<CancellationToken>> {
        let mut session = self.session.lock().await;
        if session.is_none() {
            *session = Some(Session { connection: self.db.detached().await?, lost: CancellationToken::new() });
        }
        let Some(open) = session.as_mut() else { return Ok(None) };
        let taken = sqlx::query_scalar!(r#"select pg_try_advisory_lock(hashtextextended($1, 1)) as "taken!""#, name)
            .fetch_one(&mut open.connection)
            .await;
        let lost = open.lost.clone();
        match taken {
            Ok(taken) => Ok(taken.then_some(lost)),
            Err(error) => {
                lose(&mut session);
                Err(error.into())
            }
        }
    }

    /// Gives the lock back, once for each time that it was taken.
    pub async fn give_back(&self, name: &str) {
        let mut session = self.session.lock().await;
        let Some(open) = session.as_mut() else { return };
        let given = sqlx::query_scalar!("select pg_advisory_unlock(hashtextextended($1, 1))", name);
        if given.fetch_one(&mut open.connection).await.is_err() {
            lose(&mut session);
        }
    }

    /// Looks whether the connection still lives; whoever holds a lock of one that does not is told.
    pub async fn check(&self) {
        let mut session = self.session.lock().await;
        let Some(open) = session.as_mut() else { return };
        let alive = tokio::time::timeout(std::time::Duration::from_secs(5), open.connection.ping()).await;
        if !matches!(alive, Ok(Ok(()))) {
            lose(&mut session);
        }
    }
}

fn lose(session: &mut Option<Session>) {
    if let Some(session) = session.take() {
        session.lost.cancel();
    }
}
