//! Whoever is killed in the middle leaves nothing that counts, and nobody behind.

use std::{path::Path, process::Stdio};

use super::stage::{Stage, found, succeeds};
use crate::up::process::until;

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_was_killed_is_none_and_the_next_one_clears_up() {
    let stage = Stage::set().await;
    let vault = stage.vault();
    let mut killed = stage.directory.atum(&["backup"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until("the base backup has begun", || {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it could be killed");
        !found(&vault.join("backup"), "base.tar.gz.age").is_empty()
    });
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(stage.records().contains("No backup is in"), "{}", stage.records());
    assert!(stage.directory.refused(&["backup", "drill"]).contains("no backup is in"));

    let name = stage.backup();
    assert_eq!(folders(&vault.join("backup")), [name], "what was begun is gone");
    let mut killed =
        stage.directory.atum(&["backup", "drill"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let pid = stage.directory.0.join("drill/postgresql/postmaster.pid");
    until("the copy is started", || {
        assert!(killed.try_wait().unwrap().is_none(), "it ended before it could be killed");
        pid.exists()
    });
    killed.kill().unwrap();
    killed.wait().unwrap();
    assert!(stage.records().contains("NOT PROVEN") || stage.records().contains("not restored yet"));
    succeeds(&stage.directory, &["backup", "drill"]);
    assert!(!stage.directory.0.join("drill").exists());
    assert_eq!(stage.up.interrupt(), Some(0));
}

fn folders(path: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(path).unwrap().flatten();
    let full = entries.filter(|entry| std::fs::read_dir(entry.path()).is_ok_and(|mut files| files.next().is_some()));
    full.map(|entry| entry.file_name().into_string().unwrap()).collect()
}
