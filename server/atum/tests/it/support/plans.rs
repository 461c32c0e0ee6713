//! How PostgreSQL carried out each statement of a test, also those inside functions: the plans that auto_explain writes
//! to the server's log.

use std::time::{Duration, Instant};

use serde_json::Value;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{Test, server};

pub struct Plans<'test> {
    test: &'test Test,
}

pub struct Plan {
    /// Who asked.
    pub role: String,
    pub query: String,
    root: Value,
}

/// One step of a plan that reads a table or an index.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Scan {
    /// "Seq Scan", "Index Scan", …
    pub kind: String,
    /// "desk.ticket"; empty for what reads an index alone.
    pub table: String,
    pub index: Option<String>,
    /// Rows that were read in all rounds, those included that a condition threw away.
    pub rows: u64,
    /// What the index was asked for.
    pub asked: String,
    /// Whether it ends as soon as enough rows are found.
    pub limited: bool,
}

impl<'test> Plans<'test> {
    /// From now on whoever connects to the test's database leaves plans. Connections that are open do not.
    pub async fn watch(test: &'test Test) -> Self {
        let mut superuser = test.superuser().await;
        let settings = [
            "session_preload_libraries = 'auto_explain'",
            "auto_explain.log_min_duration = 0",
            "auto_explain.log_nested_statements = on",
            "auto_explain.log_analyze = on",
            "auto_explain.log_timing = off",
            "auto_explain.log_verbose = on",
            "auto_explain.log_format = json",
        ];
        for setting in settings {
            set(&mut superuser, &test.database, setting).await;
        }
        Self::of(test)
    }

    /// Of a test that is watched already.
    pub fn of(test: &'test Test) -> Self {
        Self { test }
    }

    /// The plans of everything that was asked until now by the roles that the process signs in as.
    pub async fn read(&self) -> Vec<Plan> {
        let mark = format!("{}", uuid::Uuid::now_v7());
        let last = AssertSqlSafe(format!("select '{mark}' as mark"));
        sqlx::query(last).execute(&mut self.test.superuser().await).await.expect("a last statement");
        let begun = Instant::now();
        loop {
            let log = self.log();
            if log.contains(&mark) {
                return plans(&log, &self.test.database);
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "the log does not come to {mark}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn log(&self) -> String {
        let files = std::fs::read_dir(server::logs()).expect("the server's logs").flatten().map(|file| file.path());
        // One file a day, and a run may cross midnight: sorted by time of change.
        let mut files: Vec<_> = files.collect();
        files.sort_by_key(|path| path.metadata().and_then(|about| about.modified()).ok());
        files
            .iter()
            .map(|path| String::from_utf8_lossy(&std::fs::read(path).unwrap_or_default()).into_owned())
            .collect()
    }
}

async fn set(superuser: &mut PgConnection, database: &str, setting: &str) {
    let statement = format!("alter database {database} set {setting}");
    sqlx::raw_sql(AssertSqlSafe(statement)).execute(superuser).await.expect("a setting");
}

/// An entry is "2026-11-20 10:00:00.000 UTC [7] atum_app@test_1 LOG:  duration: 0.1 ms  plan:", then JSON, each of its
/// lines after a tab.
fn plans(log: &str, database: &str) -> Vec<Plan> {
    let (mut plans, mut lines) = (vec![], log.lines().peekable());
    while let Some(line) = lines.next() {
        let Some(asked_by) = line.split(&format!("@{database} LOG:  duration: ")).next().filter(|head| *head != line)
        else {
            continue;
        };
        let role = asked_by.split_whitespace().last().unwrap_or_default();
        if !line.ends_with("plan:") || !role.starts_with("atum_") {
            continue;
        }
        let mut json = String::new();
        while let Some(rest) = lines.next_if(|line| line.starts_with('\t')) {
            json.push_str(rest);
        }
        let explained: Value = serde_json::from_str(&json).unwrap_or_else(|error| panic!("no plan ({error}): {json}"));
        let query = explained["Query Text"].as_str().unwrap_or_default().to_owned();
        plans.push(Plan { role: role.to_owned(), query, root: explained["Plan"].clone() });
    }
    plans
}

impl Plan {
    pub fn scans(&self) -> Vec<Scan> {
        let mut scans = vec![];
        collect(&self.root, false, &mut scans);
        scans
    }

    /// The query in one line, for a message.
    pub fn name(&self) -> String {
        self.query.split_whitespace().collect::<Vec<_>>().join(" ").chars().take(240).collect()
    }

    /// As people read plans.
    pub fn told(&self) -> String {
        let mut told = String::new();
        tell(&self.root, 0, &mut told);
        told
    }
}

/// Steps that take in everything before they give anything.
const GREEDY: [&str; 5] = ["Sort", "Aggregate", "Hash", "WindowAgg", "Bitmap Heap Scan"];

fn collect(node: &Value, limited: bool, scans: &mut Vec<Scan>) {
    let text = |key: &str| node[key].as_str().map(str::to_owned);
    let kind = text("Node Type").unwrap_or_default();
    if kind.ends_with("Scan") && (node["Relation Name"].is_string() || node["Index Name"].is_string()) {
        let table = match (text("Schema"), text("Relation Name")) {
            (Some(schema), Some(table)) => format!("{schema}.{table}"),
            _ => String::new(),
        };
        let number = |key: &str| node[key].as_f64().unwrap_or(0.0);
        let read = number("Actual Rows") + number("Rows Removed by Filter") + number("Rows Removed by Index Recheck");
        let rows = (read * number("Actual Loops")) as u64;
        let asked = text("Index Cond").unwrap_or_default();
        scans.push(Scan { kind: kind.clone(), table, index: text("Index Name"), rows, asked, limited });
    }
    let limited = kind == "Limit" || (limited && !GREEDY.contains(&kind.as_str()));
    for child in node["Plans"].as_array().into_iter().flatten() {
        // What a step needs to know first it asks for in full.
        let apart = child["Parent Relationship"] == "InitPlan" || child["Parent Relationship"] == "SubPlan";
        collect(child, limited && !apart, scans);
    }
}

fn tell(node: &Value, depth: usize, told: &mut String) {
    use std::fmt::Write;
    let text = |key: &str| node[key].as_str().unwrap_or_default().to_owned();
    let of = [text("Relation Name"), text("Index Name"), text("CTE Name"), text("Subplan Name")];
    let of: Vec<_> = of.into_iter().filter(|name| !name.is_empty()).collect();
    let (indent, kind) = ("  ".repeat(depth), text("Node Type"));
    let rows = format!("rows {} × {}", node["Actual Rows"], node["Actual Loops"]);
    let _ = writeln!(told, "{indent}{kind} {} ({rows}) {}", of.join(" "), text("Index Cond"));
    for child in node["Plans"].as_array().into_iter().flatten() {
        tell(child, depth + 1, told);
    }
}
