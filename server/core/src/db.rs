//! The one way to SQL. The pools are private: `read` and `write` give a transaction in which the caller's
//! organization is set, and nothing else reaches a tenant's rows.

use std::{
    marker::PhantomData,
    net::IpAddr,
    ops::{Deref, DerefMut},
    sync::Arc,
    time::Duration,
};

use chrono::{DateTime, Utc};
use sqlx::{
    Connection, PgConnection, PgPool, Postgres, Transaction,
    pool::PoolConnection,
    postgres::{PgConnectOptions, PgListener, PgPoolOptions},
};

use crate::{
    Result,
    begin::begin,
    caller::Tenant,
    clock::Clock,
    idempotency,
    ids::{OrganizationId, PersonId},
};

/// Connections for short transactions beside one that is already open.
const BESIDE: u32 = 2;

/// An idle connection that was used this recently is taken to live.
const TRUSTED_FOR: Duration = Duration::from_secs(1);

/// Where each plane is reached.
#[derive(Debug, Clone)]
pub struct Connections {
    pub app: PgConnectOptions,
    pub identity: PgConnectOptions,
    pub jobs: PgConnectOptions,
}

#[derive(Clone)]
pub struct Db(Arc<Pools>);

/// How the connections of one plane are used at a moment.
#[derive(Debug, Clone, Copy)]
pub struct Pool {
    pub plane: &'static str,
    pub open: u32,
    /// Of the open ones.
    pub idle: u32,
    pub most: u32,
}

struct Pools {
    app: PgPool,
    beside: PgPool,
    identity: PgPool,
    jobs: PgPool,
    clock: Clock,
}

pub struct ReadOnly;
pub struct ReadWrite;

/// A transaction inside one organization. Only a [`ReadWrite`] one commits; one that is dropped rolls back.
pub struct TenantTx<Mode> {
    tx: Transaction<'static, Postgres>,
    pub organization_id: OrganizationId,
    /// `None`: the system itself.
    pub actor: Option<PersonId>,
    /// The admin who acts as the actor.
    pub impersonator: Option<PersonId>,
    pub ip: Option<IpAddr>,
    /// The business's time when the transaction began: one fact has one time.
    pub now: DateTime<Utc>,
    mode: PhantomData<Mode>,
}

/// A transaction of the identity plane, which holds no tenant's rows.
pub struct IdentityTx(Transaction<'static, Postgres>);

/// A connection of the identity plane for a single statement.
pub struct IdentityStatement(PoolConnection<Postgres>);

/// A transaction of the role that claims jobs and sees no tenant's rows.
pub struct JobsTx(Transaction<'static, Postgres>);

impl Db {
    /// Connects lazily: a database that is away makes requests fail with 503, not the process.
    pub fn new(connections: Connections, most_connections: u32, clock: Clock) -> Self {
        let pool = |options: PgConnectOptions, most: u32| {
            PgPoolOptions::new()
                .max_connections(most)
                .acquire_timeout(Duration::from_secs(2))
                .idle_timeout(Duration::from_secs(300))
                // Asking each time whether a connection still lives costs a round trip a request; one that was used a
                // moment ago does.
                .test_before_acquire(false)
                .before_acquire(|connection, meta| {
                    Box::pin(async move {
                        if meta.idle_for > TRUSTED_FOR {
                            connection.ping().await?;
                        }
                        Ok(true)
                    })
                })
                .connect_lazy_with(options.application_name("atum"))
        };
        Self(Arc::new(Pools {
            beside: pool(connections.app.clone(), BESIDE),
            app: pool(connections.app, most_connections),
            identity: pool(connections.identity, most_connections.div_ceil(2)),
            jobs: pool(connections.jobs, most_connections.div_ceil(2)),
            clock,
        }))
    }

    pub async fn read(&self, tenant: &impl Tenant) -> Result<TenantTx<ReadOnly>> {
        self.begin(&self.0.app, "BEGIN READ ONLY", tenant).await
    }

    /// Begins a write. Where the request carries an idempotency key, the key is taken here, in this transaction.
    pub async fn write(&self, tenant: &impl Tenant) -> Result<TenantTx<ReadWrite>> {
        let mut tx = self.begin(&self.0.app, "BEGIN", tenant).await?;
        if let Some(slot) = tenant.idempotency() {
            idempotency::take(&mut tx, slot).await?;
        }
        Ok(tx)
    }

    /// Begins a write for whoever has a transaction open already and needs another for a moment. Its connections are of
    /// a pool of their own: among those who hold one of the others and all want a second, nobody would ever get one.
    pub async fn write_beside(&self, tenant: &impl Tenant) -> Result<TenantTx<ReadWrite>> {
        self.begin(&self.0.beside, "BEGIN", tenant).await
    }

    async fn begin<Mode>(&self, pool: &PgPool, how: &str, tenant: &impl Tenant) -> Result<TenantTx<Mode>> {
        let organization_id = tenant.organization_id();
        // One round trip. The id is a parsed UUID: nothing a person wrote reaches the text.
        let statement = format!("{how}; SELECT set_config('atum.organization_id', '{organization_id}', true)");
        Ok(TenantTx {
            tx: begin(pool, statement).await?,
            organization_id,
            actor: tenant.actor(),
            impersonator: tenant.impersonator(),
            ip: tenant.ip(),
            now: self.0.clock.now(),
            mode: PhantomData,
        })
    }

    /// The app role without any tenant: it sees no row. For the proof of isolation and for health alone.
    pub async fn without_tenant(&self) -> Result<Transaction<'static, Postgres>> {
        Ok(begin(&self.0.app, "BEGIN".to_owned()).await?)
    }

    pub async fn identity(&self) -> Result<IdentityTx> {
        Ok(IdentityTx(begin(&self.0.identity, "BEGIN".to_owned()).await?))
    }

    /// For one statement of the identity plane, which is a transaction by itself: what every request begins with.
    pub async fn identity_statement(&self) -> Result<IdentityStatement> {
        Ok(IdentityStatement(self.0.identity.acquire().await?))
    }

    pub async fn jobs(&self) -> Result<JobsTx> {
        Ok(JobsTx(begin(&self.0.jobs, "BEGIN".to_owned()).await?))
    }

    /// A connection of the app role that is nobody's turn to give back: for locks that outlast transactions.
    pub(crate) async fn detached(&self) -> Result<PgConnection> {
        Ok(self.0.app.acquire().await?.detach())
    }

    /// A connection that hears of commits.
    pub(crate) async fn listen(&self, channels: &[&str]) -> Result<PgListener, sqlx::Error> {
        let mut listener = PgListener::connect_with(&self.0.app).await?;
        listener.listen_all(channels.iter().copied()).await?;
        Ok(listener)
    }

    pub fn pools(&self) -> [Pool; 3] {
        let pools = [("desk", &self.0.app), ("identity", &self.0.identity), ("queue", &self.0.jobs)];
        pools.map(|(plane, pool)| Pool {
            plane,
            open: pool.size(),
            idle: u32::try_from(pool.num_idle()).unwrap_or(u32::MAX),
            most: pool.options().get_max_connections(),
        })
    }

    pub async fn close(&self) {
        tokio::join!(self.0.app.close(), self.0.beside.close(), self.0.identity.close(), self.0.jobs.close());
    }
}

impl TenantTx<ReadWrite> {
    pub async fn commit(self) -> Result<()> {
        Ok(self.tx.commit().await?)
    }
}

impl IdentityTx {
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

impl JobsTx {
    pub async fn commit(self) -> Result<()> {
        Ok(self.0.commit().await?)
    }
}

impl<Mode> Deref for TenantTx<Mode> {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.tx
    }
}
impl<Mode> DerefMut for TenantTx<Mode> {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.tx
    }
}
impl Deref for IdentityTx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0
    }
}
impl DerefMut for IdentityTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
impl Deref for IdentityStatement {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0
    }
}
impl DerefMut for IdentityStatement {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
impl Deref for JobsTx {
    type Target = PgConnection;
    fn deref(&self) -> &PgConnection {
        &self.0
    }
}
impl DerefMut for JobsTx {
    fn deref_mut(&mut self) -> &mut PgConnection {
        &mut self.0
    }
}
