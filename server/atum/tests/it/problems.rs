//! docs/problems.md is the list of problems, no more and no less.

use std::collections::BTreeSet;

use atum_core::problem::Kind;

#[test]
fn the_documentation_names_exactly_the_problems_there_are() {
    let text = include_str!("../../../../docs/problems.md");
    let documented: BTreeSet<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).collect();
    let known: BTreeSet<&str> = Kind::ALL.iter().map(|kind| kind.describe().0).collect();
    assert_eq!(documented, known);
}

#[test]
fn the_documentation_gives_each_problem_its_status() {
    let text = include_str!("../../../../docs/problems.md");
    for (key, _, status) in Kind::ALL.map(Kind::describe) {
        let begins = format!("## {key}\n{}. ", status.as_u16());
        assert!(text.contains(&begins), "docs/problems.md does not say {:?}", begins);
    }
}
