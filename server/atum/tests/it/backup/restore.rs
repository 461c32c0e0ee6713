//! An installation that is gone comes back as it was at the moment that was asked for.

use super::stage::{FILE, Stage, sign_in, subjects, succeeds};
use crate::up::process::{Directory, Up};

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_installation_is_back_as_it_was_at_that_moment() {
    let stage = Stage::set().await;
    let backup = stage.backup();
    stage.ticket("After the backup").await;
    let later = stage.agent.upload("/api/v1/files?name=later.txt", "written later").await.expect(201);
    assert!(succeeds(&stage.directory, &["backup", "files"]).starts_with("1 files copied"));
    let moment = now(&stage).await;
    stage.ticket("After the moment").await;
    let kit = stage.directory.0.with_extension("kit");
    std::fs::write(&kit, succeeds(&stage.directory, &["backup", "kit"])).unwrap();
    let (file, vault) = (stage.file.clone(), stage.directory.0.with_extension("backups"));
    std::fs::rename(stage.vault(), &vault).unwrap();
    std::os::unix::fs::symlink(&vault, stage.vault()).unwrap();
    // A good end hands over the last of the log.
    assert_eq!(stage.up.interrupt(), Some(0));
    drop(stage.directory);

    let restored = Directory::new();
    let (kit, vault) = (kit.to_str().unwrap(), vault.to_str().unwrap());
    let arguments = ["restore", "--backups", vault, "--kit", kit, "--time-zone", "Asia/Kolkata", "--to", &moment];
    let said = succeeds(&restored, &arguments);
    assert!(said.contains("+05:30 (Asia/Kolkata)") && said.contains(&backup), "{said}");
    let refused = restored.refused(&arguments);
    assert!(refused.contains("a restore overwrites nothing"), "{refused}");

    let up = Up::start(&restored);
    let agent = sign_in(&up).await;
    assert_eq!(subjects(&agent).await, ["After the backup", "Before the backup"]);
    assert_eq!(agent.get(&format!("/api/v1/files/{file}")).await.text().as_bytes(), FILE);
    let later = later["id"].as_str().unwrap();
    assert_eq!(agent.get(&format!("/api/v1/files/{later}")).await.text(), "written later");
    assert_eq!(up.interrupt(), Some(0));

    // Without a moment: all that is kept, on a directory that never was.
    let newest = Directory::new();
    succeeds(&newest, &["restore", "--backups", vault, "--kit", kit]);
    let up = Up::start(&newest);
    let all = ["After the backup", "After the moment", "Before the backup"];
    assert_eq!(subjects(&sign_in(&up).await).await, all);
    assert_eq!(up.interrupt(), Some(0));

    let beyond = Directory::new();
    let said = beyond.refused(&["restore", "--backups", vault, "--kit", kit, "--to", "now"]);
    assert!(said.contains("the log ends before that time"), "{said}");
    std::fs::remove_dir_all(vault).unwrap();
    std::fs::remove_file(kit).unwrap();
}

/// As PostgreSQL's log has it, between two commits.
async fn now(stage: &Stage) -> String {
    let programs = atum::cluster::Programs::find(None, std::path::Path::new("/nowhere")).unwrap();
    let secrets = std::fs::read(stage.directory.0.join("secrets.json")).unwrap();
    let secrets: serde_json::Value = serde_json::from_slice(&secrets).unwrap();
    let sockets = stage.directory.0.canonicalize().unwrap().join("run");
    let asked = programs
        .command("psql")
        .arg("-h")
        .arg(sockets)
        .args(["-U", "postgres", "-At", "-c"])
        .arg("select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"')")
        .env("PGPASSWORD", secrets["superuser_password"].as_str().unwrap())
        .output()
        .unwrap();
    assert!(asked.status.success(), "{}", String::from_utf8_lossy(&asked.stderr));
    String::from_utf8(asked.stdout).unwrap().trim().to_owned()
}
