use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{Role, roles::quoted};

const BEGIN: &str =
    "# Atum Desk: its roles sign in on the socket with passwords of their own. Written by `atum setup`.";
const END: &str = "# Atum Desk: end";

/// Adds a rule to the server's pg_hba.conf by which our roles, and nobody else, sign in by password on its socket. Whoever
/// runs this must be able to write the file.
pub async fn let_in(administrator: &PgConnectOptions, database: &str) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(administrator).await.context("connecting as administrator")?;
    let path: String = sqlx::query_scalar("show hba_file").fetch_one(&mut connection).await?;
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    if text.contains(BEGIN) {
        bail!(
            "{path} lets the roles atum_owner, atum_identity, atum_app and atum_jobs in by password already, and the \
             server refuses them: they have other passwords than this installation's. Bring its secrets.json back, or \
             remove the roles if what they own is gone"
        );
    }
    std::fs::write(&path, with_rule(&text, database)).with_context(|| format!("writing {path}"))?;
    sqlx::query("select pg_reload_conf()").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The first rule that fits is the one that holds.
fn with_rule(text: &str, database: &str) -> String {
    let roles: Vec<&str> = Role::ALL.into_iter().map(Role::name).collect();
    let rule = format!("{BEGIN}\nlocal   {}   {}   scram-sha-256\n{END}\n\n", quoted(database), roles.join(","));
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        if !line.trim().is_empty() && !line.trim_start().starts_with('#') {
            break;
        }
        before += line.len();
    }
    let (head, rest) = text.split_at(before);
    let gap = if head.is_empty() || head.ends_with('\n') { "" } else { "\n" };
    format!("{head}{gap}{rule}{rest}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_stands_before_all_others() {
        let text = "# a comment\n\nlocal all postgres peer\nlocal all all peer\n";
        let rule = "local   \"atum\"   atum_owner,atum_identity,atum_app,atum_jobs   scram-sha-256";
        let expected =
            format!("# a comment\n\n{BEGIN}\n{rule}\n{END}\n\nlocal all postgres peer\nlocal all all peer\n");
        assert_eq!(with_rule(text, "atum"), expected);
        assert_eq!(with_rule("", "atum"), format!("{BEGIN}\n{rule}\n{END}\n\n"));
        assert!(with_rule("# no end", "atum").starts_with("# no end\n# Atum"));
    }
}
