//! Real disks that are full: the database's own, and the one of the files.

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use atum_core::{App, caller::Role};
use sqlx::AssertSqlSafe;

use super::intake::{Fetching, outcomes, pace, settings, user};
use crate::{
    jobs::process::until,
    support::{Test, dovecot::dovecot},
};

const SOON: std::time::Duration = std::time::Duration::from_secs(60);
const MAILS: i64 = 12;

/// A small disk, gone with the test.
struct Disk(PathBuf);

impl Disk {
    fn mount(name: &str, mebibytes: u32) -> Self {
        let at = std::env::temp_dir().join(format!("atum-it-disk-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&at).unwrap();
        run("mount", &["-t", "tmpfs", "-o", &format!("size={mebibytes}m"), "tmpfs", at.to_str().unwrap()]);
        Self(at)
    }

    fn grow(&self, mebibytes: u32) {
        run("mount", &["-o", &format!("remount,size={mebibytes}m"), self.0.to_str().unwrap()]);
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        run("umount", &["-l", self.0.to_str().unwrap()]);
        let _ = std::fs::remove_dir(&self.0);
    }
}

fn run(program: &str, arguments: &[&str]) {
    assert!(Command::new(program).args(arguments).status().unwrap().success(), "{program} {arguments:?}");
}

/// A mebibyte of a file, which no database makes smaller.
fn mail(id: i64) -> Vec<u8> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let bytes: Vec<u8> = (0..768i64 << 10).map(|at| ((at * at) >> 7) as u8 ^ id as u8).collect();
    format!(
        "From: Ana <ana@example.com>\r\nTo: desk@acme.test\r\nSubject: File {id}\r\nMessage-ID: <{id}@example.com>\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nFile {id}\r\n\
         --b\r\nContent-Type: application/octet-stream; name={id}.bin\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n--b--\r\n",
        STANDARD.encode(bytes)
    )
    .into_bytes()
}

#[tokio::test]
#[ignore = "mounts small disks, as root: cargo test -p atum --test it -- --ignored mail::full_disk"]
async fn nothing_is_lost_while_the_disks_are_full() {
    let test = Test::new().await;
    let acme = test.organization("acme").await;
    let (admin, user) = (acme.sign_in(Role::Admin).await, user("disk"));
    let database = Disk::mount("database", 8);
    move_raw_mails_to(&test, &database.0).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in 0..MAILS {
        colleague.append("INBOX", &mail(id));
    }
    let channel = admin.post("/api/v1/mail-channels", settings(&user, dovecot().port)).await.expect(201);
    let at = format!("/api/v1/mail-channels/{}", channel["id"].as_str().unwrap());
    let state = async || admin.get(&at).await.expect(200)["state"].clone();
    let fetching = Fetching::begin(&test.app, pace());
    until("it says that the disk is full", SOON, async || {
        state().await["detail"]
            .as_str()
            .is_some_and(|words| words.contains("mail cannot be stored here: The disk is full"))
    })
    .await;
    let here = rows(&test).await;
    assert!((1..MAILS).contains(&here), "{here} mails fit on the small disk");
    database.grow(64);
    until("all are here", SOON, async || rows(&test).await == MAILS).await;
    fetching.end().await;

    // Their files do not fit either.
    let files = Disk::mount("files", 4);
    let app = App { blobs: atum_files::open_store(&files.0).unwrap(), ..test.app.clone() };
    atum_jobs::worker::drain(&app, &atum::worker::registry()).await.unwrap();
    let told = state().await;
    assert!(told["backlog"].as_i64().unwrap() > 0, "{told:#}");
    assert!(told["backlog_error"].as_str().unwrap().contains("The disk is full"), "{told:#}");
    files.grow(64);
    let due = "update queue.job set run_at = now() where state = 'available'";
    sqlx::query(due).execute(&mut test.superuser().await).await.unwrap();
    atum_jobs::worker::drain(&app, &atum::worker::registry()).await.unwrap();
    assert_eq!(outcomes(&test).await, [("accepted".to_owned(), MAILS)].into());
    let whole = "select count(*) from desk.file where size_bytes = 786432";
    let whole: i64 = sqlx::query_scalar(whole).fetch_one(&mut test.superuser().await).await.unwrap();
    assert_eq!(whole, MAILS, "every mail with its file");
    println!("{here} of {MAILS} mails fit at first; all {MAILS} are here with their files");
}

async fn rows(test: &Test) -> i64 {
    sqlx::query_scalar("select count(*) from desk.inbound_mail").fetch_one(&mut test.superuser().await).await.unwrap()
}

/// Where PostgreSQL runs as its own user, the disk is given to it.
async fn move_raw_mails_to(test: &Test, disk: &Path) {
    let directory = disk.join("tablespace");
    std::fs::create_dir(&directory).unwrap();
    run("chown", &["-R", "postgres:", directory.to_str().unwrap()]);
    run("chmod", &["755", disk.to_str().unwrap()]);
    let made = format!("create tablespace small location '{}'", directory.display());
    sqlx::query(AssertSqlSafe(made)).execute(&mut test.superuser().await).await.unwrap();
    let moved = "alter table desk.inbound_raw set tablespace small";
    sqlx::query(moved).execute(&mut test.superuser().await).await.unwrap();
}
