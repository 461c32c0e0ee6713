//! A drill proves a whole backup, and names what is wrong with any other.

use std::path::Path;

use super::stage::{Stage, found, said, succeeds};
use crate::up::process::Directory;

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_backup_is_proven_and_whatever_is_broken_is_named() {
    let stage = Stage::set().await;
    succeeds(&stage.directory, &["audit", "key"]);
    let name = stage.backup();
    assert!(stage.records().contains("not restored yet"), "{}", stage.records());

    let proof = succeeds(&stage.directory, &["backup", "drill"]);
    for check in [
        "rows: ",
        "indexes: ",
        "files: 1 files",
        "files of rows: 1 of",
        "\"isolation\":\"proven\"",
        "\"signed_in\":\"drill-",
    ] {
        assert!(proof.contains(check), "{check}: {proof}");
    }
    assert!(stage.records().contains("proven at "), "{}", stage.records());
    assert!(!stage.directory.0.join("drill").exists(), "the copy is thrown away");

    let vault = stage.vault();
    let base = vault.join(format!("backup/{name}/base.tar.gz.age"));
    with_a_byte_flipped(&base, || refused(&stage, &[], "base.tar.gz.age"));
    with_a_byte_flipped(&vault.join(format!("backup/{name}/manifest.age")), || refused(&stage, &[], "manifest.age"));
    let file = found(&vault.join("file"), ".age").pop().unwrap();
    with_a_byte_flipped(&file, || refused(&stage, &[], &format!("the file {}", path_of_the_file(&stage))));

    let segments = found(&vault.join("wal"), ".age");
    let segment = segments.iter().rfind(|path| is_needed(path, &stage, &name)).unwrap();
    let number = segment.parent().unwrap().file_name().unwrap().to_str().unwrap().to_owned();
    with_a_byte_flipped(segment, || refused(&stage, &[], &number));
    without(segment, || refused(&stage, &[], &format!("the segment {number} of the log")));

    let other = stage.directory.0.join("other.key");
    atum::backup::Key::keep(&other).unwrap();
    refused(&stage, &["--backup-key-file", other.to_str().unwrap()], "wrong key");
    without(&stage.directory.0.join("audit.key"), || refused(&stage, &[], "audit.key is missing"));
    with_another_secret(&stage.directory, || refused(&stage, &[], "secret_key is another one"));
    assert!(stage.records().contains("NOT PROVEN"), "{}", stage.records());

    succeeds(&stage.directory, &["backup", "drill"]);
    assert!(stage.records().contains("proven at "), "{}", stage.records());
    assert_eq!(stage.up.interrupt(), Some(0));
}

#[track_caller]
fn refused(stage: &Stage, more: &[&str], named: &str) {
    let output = stage.directory.run(&[&["backup", "drill"], more].concat());
    let said = said(&output);
    assert!(!output.status.success(), "a drill that should name {named:?} went well: {said}");
    assert!(said.contains(named), "{named:?} is not named: {said}");
}

fn with_a_byte_flipped(path: &Path, act: impl FnOnce()) {
    let whole = std::fs::read(path).unwrap();
    let mut flipped = whole.clone();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0x20;
    std::fs::write(path, flipped).unwrap();
    act();
    std::fs::write(path, whole).unwrap();
}

fn without(path: &Path, act: impl FnOnce()) {
    let aside = path.with_extension("aside");
    std::fs::rename(path, &aside).unwrap();
    act();
    // Made anew by whoever missed it.
    let _ = std::fs::remove_file(path);
    std::fs::rename(aside, path).unwrap();
}

fn with_another_secret(directory: &Directory, act: impl FnOnce()) {
    let path = directory.0.join("secrets.json");
    let whole = std::fs::read_to_string(&path).unwrap();
    let mut secrets: serde_json::Value = serde_json::from_str(&whole).unwrap();
    secrets["secret_key"] = "0".repeat(64).into();
    std::fs::write(&path, secrets.to_string()).unwrap();
    act();
    std::fs::write(&path, whole).unwrap();
}

/// Segments that came before the manifest; the last of them is the one in which the rows were counted.
fn is_needed(path: &Path, stage: &Stage, name: &str) -> bool {
    let manifest = stage.vault().join(format!("backup/{name}/manifest.age"));
    let modified = |path: &Path| path.metadata().unwrap().modified().unwrap();
    let is_segment = path.parent().unwrap().file_name().unwrap().len() == 24;
    is_segment && modified(path) <= modified(&manifest)
}

fn path_of_the_file(stage: &Stage) -> String {
    let files = stage.directory.0.join("files").canonicalize().unwrap();
    let blob = found(&files, "/").into_iter().find(|path| !path.to_string_lossy().contains("/upload/")).unwrap();
    blob.strip_prefix(&files).unwrap().display().to_string()
}
