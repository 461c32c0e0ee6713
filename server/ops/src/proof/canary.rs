//! Tries what must not work, on every table that the catalogue knows, as the role that serves. Two sentinel tenants get
//! a row in every table; then each verb is tried as the one on the other's, without a tenant, and with a tenant that is
//! no tenant. All of it is one transaction that is rolled back.
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
const SENTINEL: &str = include_str!("sentinel.sql");

pub(super) struct Table {
    /// As it is reported, `desk.ticket`.
    pub name: String,
    /// As it is written in SQL.
    quoted: String,
    select: bool,
    insert: bool,
    /// A column that may be changed.
    update: Option<String>,
    delete: bool,
}

enum Outcome {
    Rows(u64),
    /// The SQLSTATE it was refused with.
    Error(String),
}

impl Outcome {
    fn is_refused(&self) -> bool {
        matches!(self, Self::Error(code) if code == REFUSED)
    }
    /// What a policy or a constraint (class 23) refuses to become of a row was found before.
    fn touched_a_row(&self) -> bool {
        match self {
            Self::Rows(rows) => *rows > 0,
            Self::Error(code) => code == REFUSED || code.starts_with("23"),
        }
    }
}

struct Canary<'a> {
    tx: &'a mut PgConnection,
    ours: OrganizationId,
    violations: Vec<Violation>,
}

pub(super) async fn tables(app: &App) -> anyhow::Result<Vec<Table>> {
    let mut tx = app.db.without_tenant().await?;
    let tables = sqlx::query_as!(
        Table,
        r#"select 'desk.' || relname as "name!", format('desk.%I', relname) as "quoted!",
                  has_table_privilege(c.oid, 'SELECT') as "select!", has_table_privilege(c.oid, 'INSERT') as "insert!",
                  (select format('%I', attname) from pg_attribute a
                    where a.attrelid = c.oid and attnum > 0 and not attisdropped and attgenerated = ''
                      and has_column_privilege(c.oid, attnum, 'UPDATE')
                    order by attname <> 'organization_id', attnum limit 1) as "update",
                  has_table_privilege(c.oid, 'DELETE') as "delete!"
             from pg_class c where relnamespace = 'desk'::regnamespace and relkind in ('r', 'p') order by relname"#
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(tables)
}

pub(super) async fn violations(app: &App, tables: &[Table]) -> anyhow::Result<Vec<Violation>> {
    let [ours, theirs] = [OrganizationId::new(), OrganizationId::new()];
    let mut tx = app.db.write(&System { organization_id: ours, reason: Reason::Proof }).await?;
    let mut canary = Canary { tx: &mut tx, ours, violations: vec![] };
    // Without a tenant no row is there to be found: along the key that is known at once, by a scan only at the table's end.
    canary.run("set local enable_seqscan = off").await?;
    let unlaid = canary.lay_sentinels(theirs).await?;
    canary.as_neighbour(theirs, tables).await?;
    canary.as_stranger(tables).await?;
    canary.without_tenant(tables).await?;
    canary.with_garbage(tables).await?;
    let mut violations = canary.violations;
    // A policy that takes no row at all is named already, by its table.
    violations.extend(unlaid.filter(|_| violations.is_empty()));
    drop(tx);
    if let Some(left) = setting(&mut *app.db.without_tenant().await?).await?.filter(|setting| !setting.is_empty()) {
        let detail = format!("a new transaction begins in organization {left}");
        violations.push(Violation::new("atum.organization_id", "setting_stays", detail));
    }
    Ok(violations)
}

impl Canary<'_> {
    /// Gives both sentinels their rows. What is there already is tried in any case, so a failure is not the end.
    async fn lay_sentinels(&mut self, theirs: OrganizationId) -> anyhow::Result<Option<Violation>> {
        self.run("savepoint attempt").await?;
        for sentinel in [self.ours, theirs] {
            let tenant = format!("select set_config('atum.organization_id', '{sentinel}', true)");
            match sqlx::raw_sql(AssertSqlSafe(format!("{tenant}; {SENTINEL}"))).execute(&mut *self.tx).await {
                Ok(_) => {}
                Err(sqlx::Error::Database(error)) => {
                    let object = error.table().map_or_else(|| "desk".to_owned(), |table| format!("desk.{table}"));
                    return Ok(Some(Violation::new(&object, "sentinel_refused", error.message())));
                }
                Err(error) => return Err(error.into()),
            }
        }
        // From here on attempts are taken back to where both have their rows.
        self.run("savepoint attempt").await?;
        Ok(None)
    }

    /// As a tenant of whom there is nothing.
    async fn as_stranger(&mut self, tables: &[Table]) -> anyhow::Result<()> {
        self.enter(&OrganizationId::new().to_string()).await?;
        for table in tables {
            self.others_rows(table, "as_stranger").await?;
            self.insert_for_another(table, "as_stranger").await?;
        }
        Ok(())
    }

    /// As a tenant that has rows: they stay its own.
    async fn as_neighbour(&mut self, theirs: OrganizationId, tables: &[Table]) -> anyhow::Result<()> {
        self.enter(&theirs.to_string()).await?;
        for table in tables {
            self.give_away(table, theirs).await?;
            if table.insert && self.insert(table, theirs).await?.is_refused() {
                let detail = "the policy refuses a row of the own organization: nothing can be written";
                self.violations.push(Violation::new(&table.name, "own_row_refused", detail));
            }
        }
        Ok(())
    }

    async fn without_tenant(&mut self, tables: &[Table]) -> anyhow::Result<()> {
        self.enter("").await?;
        for table in tables {
            self.others_rows(table, "without_tenant").await?;
            self.insert_for_another(table, "without_tenant").await?;
        }
        Ok(())
    }

    async fn with_garbage(&mut self, tables: &[Table]) -> anyhow::Result<()> {
        self.enter("no tenant").await?;
        for table in tables {
            self.others_rows(table, "with_garbage").await?;
        }
        Ok(())
    }

    /// Rows that are not the transaction's own can be neither seen nor touched. Where they can be seen, touching is
    /// not tried: it would lock them. Touching reads no column: what is read must be visible as well, and a policy that
    /// lets rows be changed unseen would stay hidden.
    async fn others_rows(&mut self, table: &Table, rule: &str) -> anyhow::Result<()> {
        let name = &table.quoted;
        let statements = [
            table.select.then(|| ("be read", format!("select from {name} limit 1"))),
            table.update.as_ref().map(|column| ("be changed", format!("update {name} set {column} = default"))),
            table.delete.then(|| ("be deleted", format!("delete from {name}"))),
        ];
        for (done, statement) in statements.into_iter().flatten() {
            if self.attempt(&statement).await?.touched_a_row() {
                let detail = format!("rows of an organization can {done}");
                self.violations.push(Violation::new(&table.name, rule, detail));
                break;
            }
        }
        Ok(())
    }

    async fn insert_for_another(&mut self, table: &Table, rule: &str) -> anyhow::Result<()> {
        if table.insert && !self.insert(table, self.ours).await?.is_refused() {
            let detail = "a row for another organization gets past the policy";
            self.violations.push(Violation::new(&table.name, rule, detail));
        }
        Ok(())
    }

    /// The own row cannot be made another's.
    async fn give_away(&mut self, table: &Table, theirs: OrganizationId) -> anyhow::Result<()> {
        if table.update.as_deref() != Some("organization_id") {
            return Ok(());
        }
        let (name, ours) = (&table.quoted, self.ours);
        let statement = format!("update {name} set organization_id = '{ours}' where organization_id = '{theirs}'");
        let outcome = self.attempt(&statement).await?;
        if !outcome.is_refused() && !matches!(outcome, Outcome::Rows(0)) {
            let detail = "a row can be given to another organization";
            self.violations.push(Violation::new(&table.name, "as_neighbour", detail));
        }
        Ok(())
    }

    async fn insert(&mut self, table: &Table, organization_id: OrganizationId) -> anyhow::Result<Outcome> {
        let name = &table.quoted;
        self.attempt(&format!("insert into {name} (organization_id) values ('{organization_id}')")).await
    }

    /// The attempts from here on are made with this setting.
    async fn enter(&mut self, setting: &str) -> anyhow::Result<()> {
        let set = format!("select set_config('atum.organization_id', '{setting}', true)");
        self.run(&format!("rollback to savepoint attempt; {set}; savepoint attempt")).await
    }

    /// Tries, from where the last attempt began. The statement's names come quoted from the catalogue, its values are
    /// parsed ids.
    async fn attempt(&mut self, statement: &str) -> anyhow::Result<Outcome> {
        let statement = AssertSqlSafe(format!("rollback to savepoint attempt; {statement}"));
        match sqlx::raw_sql(statement).execute(&mut *self.tx).await {
            Ok(done) => Ok(Outcome::Rows(done.rows_affected())),
            Err(sqlx::Error::Database(error)) => Ok(Outcome::Error(error.code().unwrap_or_default().into_owned())),
            Err(error) => Err(error.into()),
        }
    }

    async fn run(&mut self, statement: &str) -> anyhow::Result<()> {
        sqlx::raw_sql(AssertSqlSafe(statement.to_owned())).execute(&mut *self.tx).await?;
        Ok(())
    }
}

async fn setting(conn: &mut PgConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar!("select current_setting('atum.organization_id', true)").fetch_one(conn).await
}
