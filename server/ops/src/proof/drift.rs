//! Compares what isolation rests on with what was shipped: `migrations/isolation.txt`, made from the migrations by
//! `./atum isolation`. The other two layers know rules; this one notices whatever nobody thought of a rule for.

use std::collections::BTreeSet;

use atum_core::App;
use sha2::{Digest, Sha256};

use super::Violation;

const SHIPPED: &str = include_str!("../../../../migrations/isolation.txt");

/// One fact about an object, in words: `desk.ticket`, `grant INSERT, SELECT, UPDATE to atum_app`.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Fact {
    object: String,
    fact: String,
}

pub(super) struct Drift {
    /// Of the facts in this database.
    pub hash: String,
    /// Of the facts that this version ships.
    pub shipped_hash: String,
    pub violations: Vec<Violation>,
}

pub(super) async fn look(app: &App) -> anyhow::Result<Drift> {
    let mut tx = app.db.without_tenant().await?;
    sqlx::query!("set local search_path = pg_catalog").execute(&mut *tx).await?;
    let found = sqlx::query_file_as!(Fact, "src/proof/drift.sql").fetch_all(&mut *tx).await?;
    Ok(compare(found.into_iter().collect(), shipped()))
}

fn shipped() -> BTreeSet<Fact> {
    let facts = SHIPPED.lines().filter_map(|line| line.split_once('\t'));
    facts.map(|(object, fact)| Fact { object: object.to_owned(), fact: fact.to_owned() }).collect()
}

fn compare(found: BTreeSet<Fact>, shipped: BTreeSet<Fact>) -> Drift {
    let added = found.difference(&shipped).map(|fact| violation(fact, "is there and was not shipped"));
    let missing = shipped.difference(&found).map(|fact| violation(fact, "was shipped and is not there"));
    let violations = added.chain(missing).collect();
    Drift { hash: hash(&found), shipped_hash: hash(&shipped), violations }
}

fn violation(fact: &Fact, what: &str) -> Violation {
    Violation::new(&fact.object, "drift", format!("{what}: {}", fact.fact))
}

fn hash(facts: &BTreeSet<Fact>) -> String {
    let mut hash = Sha256::new();
    for Fact { object, fact } in facts {
        hash.update(format!("{object}\t{fact}\n"));
    }
    hex::encode(hash.finalize())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_added_and_what_is_missing_are_both_named() {
        let fact = |object: &str, fact: &str| Fact { object: object.into(), fact: fact.into() };
        let drift = compare(
            BTreeSet::from([fact("desk.a", "table"), fact("desk.a", "grant TRUNCATE to everybody")]),
            BTreeSet::from([fact("desk.a", "table"), fact("desk.b", "table")]),
        );
        assert_ne!(drift.hash, drift.shipped_hash);
        assert_eq!(
            drift.violations,
            [
                Violation::new("desk.a", "drift", "is there and was not shipped: grant TRUNCATE to everybody"),
                Violation::new("desk.b", "drift", "was shipped and is not there: table"),
            ]
        );
        assert!(compare(shipped(), shipped()).violations.is_empty());
        assert!(shipped().len() > 100, "the shipped facts are read");
    }
}
