//! The database server: its version, the roles, the schema, the time zones it knows.

use anyhow::{Context, bail, ensure};
use atum_core::{
    App,
    caller::{Reason, System},
};
use atum_ops::Component;
use sqlx::{Connection, PgConnection};

use super::finding;
use crate::{
    database::{self, Role},
    installation::Installation,
};

const OLDEST: i32 = 15;

pub async fn look(installation: &Installation) -> Vec<Component> {
    let roles = database::refuse_strong_roles(&installation.connections()).await;
    let roles = roles.map(|()| "none of them can pass by row-level security".to_owned());
    vec![
        finding("postgresql", server(installation).await),
        finding("roles", roles.context("see infra/postgresql/roles.sql")),
        finding("schema", schema(installation).await),
    ]
}

async fn server(installation: &Installation) -> anyhow::Result<String> {
    let mut connection = PgConnection::connect_with(&installation.sign_in(Role::Owner)).await?;
    let asked = "select current_setting('server_version'), current_setting('server_version_num')::int / 10000,
                        current_setting('TimeZone'), pg_size_pretty(pg_database_size(current_database()))";
    let (version, major, zone, size): (String, i32, String, String) =
        sqlx::query_as(asked).fetch_one(&mut connection).await?;
    connection.close().await?;
    ensure!(major >= OLDEST, "PostgreSQL {version} is too old: upgrade the server to {OLDEST} or newer");
    Ok(format!("{version}, time zone {zone}, the database has {size}"))
}

async fn schema(installation: &Installation) -> anyhow::Result<String> {
    match database::status(&installation.sign_in(Role::Owner)).await? {
        (Some(version), 0) => Ok(format!("version {version}")),
        (version, pending) => bail!("{pending} migrations are to be run after {version:?}: atum migrate"),
    }
}

/// Deadlines are counted in the zones of calendars: one that this version does not know would count in none.
pub async fn time_zones(app: &App) -> Component {
    finding("time_zones", known_time_zones(app).await)
}

async fn known_time_zones(app: &App) -> anyhow::Result<String> {
    let mut calendars = 0;
    for organization in atum_identity::list_organizations(app).await? {
        let system = System { organization_id: organization.id, reason: Reason::Job };
        let mut tx = app.db.read(&system).await?;
        for zone in sqlx::query_scalar!("select time_zone from desk.calendar").fetch_all(&mut *tx).await? {
            calendars += 1;
            let known = zone.parse::<chrono_tz::Tz>().is_ok();
            ensure!(
                known,
                "organization {} has a calendar in {zone}, which is no time zone: change it",
                organization.slug
            );
        }
    }
    Ok(format!("{calendars} calendars, each in a zone of the IANA list"))
}
