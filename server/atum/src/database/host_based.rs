use anyhow::{Context, bail};
use sqlx::{Connection, PgConnection, postgres::PgConnectOptions};

use super::{Role, roles::quoted};

/// What the server is to let in by password on its socket, between two lines by which it is found again.
pub struct Rules {
    begin: &'static str,
    lines: String,
    /// Who is refused where they stand there already.
    who: String,
}

impl Rules {
    pub fn of_roles(database: &str) -> Self {
        let roles = Role::ALL.map(Role::name);
        Self {
            begin: "# Atum Desk: its roles sign in on the socket with passwords of their own. Written by `atum setup`.",
            lines: format!("local   {}   {}   scram-sha-256\n", quoted(database), roles.join(",")),
            who: format!("the roles {}", roles.join(", ")),
        }
    }

    pub fn of_backups(database: &str, role: &str) -> Self {
        Self {
            begin: "# Atum Desk: its backups sign in on the socket with a password of their own. Written by `atum setup`.",
            lines: format!(
                "local   {}   {role}   scram-sha-256\nlocal   replication   {role}   scram-sha-256\n",
                quoted(database)
            ),
            who: format!("the role {role}"),
        }
    }
}

/// How our own begin, between which and their end nothing may come.
const OURS: &str = "# Atum Desk: its ";
const END: &str = "# Atum Desk: end";

/// Adds them to the server's pg_hba.conf. Whoever runs this must be able to write the file.
pub async fn let_in(administrator: &PgConnectOptions, rules: &Rules) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(administrator).await.context("connecting as administrator")?;
    let path: String = sqlx::query_scalar("show hba_file").fetch_one(&mut connection).await?;
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    if text.contains(rules.begin) {
        bail!(
            "{path} lets {} in by password already, and the server refuses: another password than this installation's. \
             Bring its secrets.json back, or remove what is refused if what it owns is gone",
            rules.who
        );
    }
    std::fs::write(&path, with_rules(&text, rules)).with_context(|| format!("writing {path}"))?;
    sqlx::query("select pg_reload_conf()").execute(&mut connection).await?;
    Ok(connection.close().await?)
}

/// The first rule that fits is the one that holds.
fn with_rules(text: &str, rules: &Rules) -> String {
    let rule = format!("{}\n{}{END}\n\n", rules.begin, rules.lines);
    let mut before = 0;
    for line in text.split_inclusive('\n') {
        let is_comment = line.trim().is_empty() || line.trim_start().starts_with('#');
        if !is_comment || line.starts_with(OURS) {
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
    fn the_rules_stand_before_all_others() {
        let rules = Rules::of_roles("atum");
        let text = "# a comment\n\nlocal all postgres peer\nlocal all all peer\n";
        let rule = "local   \"atum\"   atum_owner,atum_identity,atum_app,atum_jobs   scram-sha-256";
        let begin = rules.begin;
        let expected =
            format!("# a comment\n\n{begin}\n{rule}\n{END}\n\nlocal all postgres peer\nlocal all all peer\n");
        assert_eq!(with_rules(text, &rules), expected);
        assert_eq!(with_rules("", &rules), format!("{begin}\n{rule}\n{END}\n\n"));
        let backups = Rules::of_backups("atum", "atum_backup");
        let both = with_rules(&expected, &backups);
        assert!(both.contains(&format!("\n{}{END}\n", backups.lines)) && both.contains(&format!("\n{rule}\n{END}\n")));
        assert_eq!(both.find(END).map(|end| both[..end].matches(OURS).count()), Some(1), "one lies in another: {both}");
        assert!(with_rules("# no end", &rules).starts_with("# no end\n# Atum"));
    }
}
