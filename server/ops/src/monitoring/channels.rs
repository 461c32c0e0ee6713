use atum_core::{
    App, Result,
    ids::{MailChannelId, OrganizationId},
};
use atum_identity::{Overseer, organization_slugs};
use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

/// More than a page shows; those that do not work come first.
const MOST: i64 = 100;

/// A mail channel that is switched on.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MonitoredChannel {
    pub id: MailChannelId,
    /// Whose it is, by slug. `null` for admins.
    pub organization: Option<String>,
    /// For admins alone, as is its address.
    name: Option<String>,
    address: Option<String>,
    /// `off`, `connecting`, `ok`, `retrying`, `stopped`.
    pub state: String,
    state_since: DateTime<Utc>,
    last_success_at: Option<DateTime<Utc>>,
    pub last_error_at: Option<DateTime<Utc>>,
    last_mail_at: Option<DateTime<Utc>>,
}

pub(super) async fn list(app: &App, overseer: &Overseer) -> Result<Vec<MonitoredChannel>> {
    let Overseer::Organization(admin) = overseer else { return of_all(app).await };
    let mut tx = app.db.read(admin).await?;
    let channels = sqlx::query_as!(
        MonitoredChannel,
        r#"select id as "id: MailChannelId", null as organization, name as "name?", address as "address?", state,
                  state_since, last_success_at, last_error_at, last_mail_at
             from desk.mail_channel where deleted_at is null and active
            order by state = 'ok', name, id limit $1"#,
        MOST,
    );
    Ok(channels.fetch_all(&mut *tx).await?)
}

async fn of_all(app: &App) -> Result<Vec<MonitoredChannel>> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query!(
        r#"select organization_id as "organization_id!: OrganizationId", channel_id as "id!: MailChannelId",
                  state as "state!", state_since as "state_since!", last_success_at, last_error_at, last_mail_at
             from desk.mail_channel_state() order by state = 'ok', organization_id, channel_id limit $1"#,
        MOST,
    );
    let rows = rows.fetch_all(&mut *tx).await?;
    drop(tx);
    let slugs = organization_slugs(app, &rows.iter().map(|row| row.organization_id).collect::<Vec<_>>()).await?;
    let told = rows.into_iter().map(|row| MonitoredChannel {
        id: row.id,
        organization: slugs.get(&row.organization_id).cloned(),
        name: None,
        address: None,
        state: row.state,
        state_since: row.state_since,
        last_success_at: row.last_success_at,
        last_error_at: row.last_error_at,
        last_mail_at: row.last_mail_at,
    });
    Ok(told.collect())
}
