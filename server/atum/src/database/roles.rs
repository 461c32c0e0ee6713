use anyhow::Context;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use super::Secrets;

/// The database's name, unless the address of an existing server names another.
pub const DATABASE: &str = "atum";

const SQL: &str = include_str!("../../../../infra/postgresql/roles.sql");

/// The roles that `atum` signs in as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    Owner,
    Identity,
    App,
    Jobs,
}

impl Role {
    pub const ALL: [Self; 4] = [Self::Owner, Self::Identity, Self::App, Self::Jobs];

    pub fn name(self) -> &'static str {
        match self {
            Self::Owner => "atum_owner",
            Self::Identity => "atum_identity",
            Self::App => "atum_app",
            Self::Jobs => "atum_jobs",
        }
    }
}

/// Creates what is missing of the roles and the database. `administrator` must be allowed to.
pub async fn create(administrator: &PgConnectOptions, secrets: &Secrets, database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(administrator).await.context("connecting as administrator")?;
    for statement in statements(secrets, database) {
        if exists(&mut connection, &statement, database).await? {
            continue;
        }
        // An administrator who is no superuser may give a database only to a role that it is a member of.
        let lend = statement.starts_with("create database") && !is_superuser(&mut connection).await?;
        if lend {
            run(&mut connection, "grant atum_owner to current_user".into()).await?;
        }
        let what = statement.lines().next().unwrap_or_default().split(" login ").next().unwrap_or_default().to_owned();
        run(&mut connection, statement).await.with_context(|| format!("{what} …"))?;
        if lend {
            run(&mut connection, "revoke atum_owner from current_user".into()).await?;
        }
    }
    Ok(connection.close().await?)
}

/// What a DBA runs where we may not, with the passwords filled in.
pub fn script(secrets: &Secrets, database: &str) -> String {
    statements(secrets, database).map(|statement| format!("{statement};\n")).collect()
}

fn statements(secrets: &Secrets, database: &str) -> impl Iterator<Item = String> {
    let code: Vec<&str> = SQL.lines().filter(|line| !line.starts_with("--")).collect();
    let mut text = code.join("\n");
    for role in Role::ALL {
        let placeholder = format!(":{}_password", role.name().trim_start_matches("atum_"));
        text = text.replace(&placeholder, secrets.password(role));
    }
    let text = text.replace("create database atum ", &format!("create database {} ", quoted(database)));
    let statements: Vec<String> = text.split(';').map(|part| part.trim().to_owned()).collect();
    statements.into_iter().filter(|statement| !statement.is_empty())
}

pub fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

async fn exists(connection: &mut PgConnection, statement: &str, database: &str) -> anyhow::Result<bool> {
    let words: Vec<&str> = statement.split_whitespace().collect();
    let (question, name) = match words[..] {
        ["create", "role", role, ..] => ("select exists (select from pg_roles where rolname = $1)", role),
        ["create", "database", ..] => ("select exists (select from pg_database where datname = $1)", database),
        _ => return Ok(false),
    };
    Ok(sqlx::query_scalar(question).bind(name).fetch_one(connection).await?)
}

async fn is_superuser(connection: &mut PgConnection) -> anyhow::Result<bool> {
    let question = "select rolsuper from pg_roles where rolname = current_user";
    Ok(sqlx::query_scalar(question).fetch_one(connection).await?)
}

async fn run(connection: &mut PgConnection, statement: String) -> Result<(), sqlx::Error> {
    // Safe: the text is ours; the passwords are hexadecimal and the database's name is quoted.
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(connection).await.map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_script_is_complete_and_carries_every_password() {
        let secrets = Secrets::generate();
        let script = script(&secrets, "desk \"of\" acme");
        for role in Role::ALL {
            assert!(script.contains(&format!("create role {} login", role.name())));
            assert!(script.contains(&format!("password '{}'", secrets.password(role))), "{role:?}");
        }
        assert!(!script.contains("_password"), "a placeholder was left:\n{script}");
        assert!(script.contains("create database \"desk \"\"of\"\" acme\" owner atum_owner;"));
    }
}
