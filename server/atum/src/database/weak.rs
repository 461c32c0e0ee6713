use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection};

use atum_core::db::Connections;

/// Refuses to serve through a role that row-level security does not bind: a superuser, one that bypasses it, one that
/// owns the tables or can become somebody who does.
pub async fn refuse_strong_roles(connections: &Connections) -> anyhow::Result<()> {
    for options in [&connections.app, &connections.identity, &connections.jobs] {
        let mut connection = PgConnection::connect_with(options).await.context("connecting to the database")?;
        let strengths: Vec<String> = sqlx::query_scalar(STRENGTHS).fetch_all(&mut connection).await?;
        connection.close().await?;
        if let Some(strength) = strengths.first() {
            bail!("refusing to start: isolation of organizations would not hold, the database role {strength}");
        }
    }
    Ok(())
}

const STRENGTHS: &str = "
    select format('%I %s', current_user, case
               when other.rolname = current_user and other.rolsuper then 'is superuser'
               when other.rolname = current_user and other.rolbypassrls then 'may bypass row-level security'
               when other.rolsuper then format('can become the superuser %I', other.rolname)
               when other.rolbypassrls then format('can become %I, who may bypass row-level security', other.rolname)
               else format('can become %I, who owns tables', other.rolname) end)
      from pg_roles other
     where pg_has_role(current_user, other.oid, 'member')
       and (other.rolsuper or other.rolbypassrls
            or exists (select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        where c.relowner = other.oid and n.nspname in ('desk', 'identity', 'queue')))
     order by other.rolname <> current_user, other.rolname";
