//! Tries what must not work, on every table that the catalogue knows, as the role that serves: reading and writing
//! without a tenant, as a tenant that does not exist, and with a tenant that is no tenant. All of it is rolled back.
//!
//! An insert that names nothing but another's organization is the test of `WITH CHECK` on any table: PostgreSQL asks
//! the policy before it asks NOT NULL and CHECK, so it is refused with 42501 where there is a policy and with another
//! code where there is none. The same insert for the own organization must get past the policy, or the first proved
//! nothing.

use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};
use sqlx::{AssertSqlSafe, PgConnection};

use super::Violation;

/// SQLSTATE insufficient_privilege.
const REFUSED: &str = "42501";

pub(super) struct Table {
    /// As it is reported, `desk.ticket`.
    pub name: String,
    /// As it is written in SQL.
    quoted: String,
    select: bool,
    insert: bool,
    update: bool,
    delete: bool,
}

enum Outcome {
    Rows(u64),
    /// The SQLSTATE it was refused with.
    Error(String),
}

pub(super) async fn tables(app: &App) -> anyhow::Result<Vec<Table>> {
    let mut tx = app.db.without_tenant().await?;
    let tables = sqlx::query_as!(
        Table,
        r#"select 'desk.' || relname as "name!", format('desk.%I', relname) as "quoted!",
                  has_table_privilege(oid, 'SELECT') as "select!", has_table_privilege(oid, 'INSERT') as "insert!",
                  has_table_privilege(oid, 'UPDATE') as "update!", has_table_privilege(oid, 'DELETE') as "delete!"
             from pg_class where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p') order by relname"#
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(tables)
}

pub(super) async fn violations(app: &App, tables: &[Table]) -> anyhow::Result<Vec<Violation>> {
    let mut violations = vec![];
    without_tenant(app, tables, &mut violations).await?;
    as_stranger(app, tables, &mut violations).await?;
    with_garbage(app, tables, &mut violations).await?;
    if let Some(left) = setting(&mut *app.db.without_tenant().await?).await?.filter(|setting| !setting.is_empty()) {
        let detail = format!("a new transaction begins in organization {left}");
        violations.push(Violation::new("atum.organization_id", "setting_stays", detail));
    }
    Ok(violations)
}

async fn without_tenant(app: &App, tables: &[Table], violations: &mut Vec<Violation>) -> anyhow::Result<()> {
    let mut tx = app.db.without_tenant().await?;
    for table in tables {
        others_rows(&mut tx, table, "without_tenant", violations).await?;
        insert_for_another(&mut tx, table, "without_tenant", violations).await?;
    }
    Ok(())
}

async fn as_stranger(app: &App, tables: &[Table], violations: &mut Vec<Violation>) -> anyhow::Result<()> {
    let stranger = System { organization_id: OrganizationId::new(), reason: Reason::Proof };
    let mut tx = app.db.write(&stranger).await?;
    for table in tables {
        others_rows(&mut tx, table, "as_stranger", violations).await?;
        insert_for_another(&mut tx, table, "as_stranger", violations).await?;
        if table.insert && is_refused(&insert(&mut tx, table, stranger.organization_id).await?) {
            let detail = "the policy refuses a row of the own organization: nothing can be written";
            violations.push(Violation::new(&table.name, "own_row_refused", detail));
        }
    }
    Ok(())
}

async fn with_garbage(app: &App, tables: &[Table], violations: &mut Vec<Violation>) -> anyhow::Result<()> {
    let mut tx = app.db.without_tenant().await?;
    sqlx::query!("select set_config('atum.organization_id', 'no tenant', true)").fetch_one(&mut *tx).await?;
    for table in tables {
        others_rows(&mut tx, table, "with_garbage", violations).await?;
    }
    Ok(())
}

/// Rows that are not the transaction's own can be neither seen nor touched. Where they can be seen, touching is not
/// tried: it would lock them.
async fn others_rows(
    tx: &mut PgConnection,
    table: &Table,
    rule: &str,
    violations: &mut Vec<Violation>,
) -> anyhow::Result<()> {
    let statements = [
        (table.select, "be read", format!("select from {} limit 1", table.quoted)),
        (table.update, "be changed", format!("update {} set organization_id = organization_id", table.quoted)),
        (table.delete, "be deleted", format!("delete from {}", table.quoted)),
    ];
    for (_, done, statement) in statements.into_iter().filter(|(granted, ..)| *granted) {
        if let Outcome::Rows(1..) = attempt(tx, &statement).await? {
            violations.push(Violation::new(&table.name, rule, format!("rows of an organization can {done}")));
            break;
        }
    }
    Ok(())
}

async fn insert_for_another(
    tx: &mut PgConnection,
    table: &Table,
    rule: &str,
    violations: &mut Vec<Violation>,
) -> anyhow::Result<()> {
    if table.insert && !is_refused(&insert(tx, table, OrganizationId::new()).await?) {
        let detail = "a row for another organization gets past the policy";
        violations.push(Violation::new(&table.name, rule, detail));
    }
    Ok(())
}

async fn insert(tx: &mut PgConnection, table: &Table, organization_id: OrganizationId) -> anyhow::Result<Outcome> {
    attempt(tx, &format!("insert into {} (organization_id) values ('{organization_id}')", table.quoted)).await
}

fn is_refused(outcome: &Outcome) -> bool {
    matches!(outcome, Outcome::Error(code) if code == REFUSED)
}

/// Tries and takes back. The statement's names come quoted from the catalogue, its values are parsed ids.
async fn attempt(tx: &mut PgConnection, statement: &str) -> anyhow::Result<Outcome> {
    let tried = sqlx::raw_sql(AssertSqlSafe(format!("savepoint attempt; {statement}"))).execute(&mut *tx).await;
    let outcome = match tried {
        Ok(done) => Outcome::Rows(done.rows_affected()),
        Err(sqlx::Error::Database(error)) => Outcome::Error(error.code().unwrap_or_default().into_owned()),
        Err(error) => return Err(error.into()),
    };
    sqlx::raw_sql("rollback to savepoint attempt; release savepoint attempt").execute(tx).await?;
    Ok(outcome)
}

async fn setting(conn: &mut PgConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select current_setting('atum.organization_id', true)").fetch_one(conn).await
}
