use std::{os::unix::fs::PermissionsExt, time::Duration};

use atum_mail::intake::Pace;

use super::{Fetching, add, admin, assert_whole, mail, pace, settings, state, until, until_rows, until_told, user};
use crate::support::{
    Test,
    dovecot::{Dovecot, dovecot},
    proxy::{Line, Proxy},
};

#[tokio::test]
async fn two_fetchers_at_once_are_one() {
    let (test, user) = (Test::new().await, user("two"));
    let admin = admin(&test).await;
    let proxy = Proxy::before(dovecot().port, Line::Open).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in 0..20 {
        colleague.append("INBOX", &mail(&id.to_string()));
    }
    add(&admin, settings(&user, proxy.port)).await;
    // Two processes, as far as the database can tell.
    let fetching = [Fetching::begin(&test.app, pace()), Fetching::begin(&test.app_with(4), pace())];
    until_told(&test, 20).await;
    assert_eq!(proxy.connections(), 1, "one of them waits");

    // Whoever holds the lock loses the connection that holds it: for a moment both may fetch.
    let mut superuser = test.superuser().await;
    for round in 0..3 {
        let ended = "select pg_terminate_backend(pid) from pg_locks where locktype = 'advisory' and granted
                        and database = (select oid from pg_database where datname = current_database())";
        sqlx::query(ended).execute(&mut superuser).await.unwrap();
        colleague.append("INBOX", &mail(&format!("after {round}")));
        until_rows(&test, 21 + round).await;
    }
    for fetching in fetching {
        fetching.end().await;
    }
    assert_whole(&test, 23).await;
}

#[tokio::test]
async fn a_mailbox_server_that_ends_and_begins_again_is_waited_for() {
    let (test, user) = (Test::new().await, user("restart"));
    let admin = admin(&test).await;
    let server = tokio::task::spawn_blocking(|| Dovecot::start("restart")).await.unwrap();
    server.sign_in(&user).append("INBOX", &mail("1"));
    let channel = add(&admin, settings(&user, server.port)).await;
    let fetching = Fetching::begin(&test.app, pace());
    until_told(&test, 1).await;
    server.kill();
    until("it says what is wrong", async || state(&admin, &channel).await["name"] == "retrying").await;
    until("it says that nobody listens", async || {
        let told = state(&admin, &channel).await;
        told["detail"].as_str().is_some_and(|words| words.contains("refuses the connection"))
            && !told["next_attempt_at"].is_null()
    })
    .await;
    server.begin();
    server.sign_in(&user).append("INBOX", &mail("2"));
    until_told(&test, 2).await;
    until("all is well again", async || state(&admin, &channel).await["name"] == "ok").await;
    fetching.end().await;
    assert_whole(&test, 2).await;
}

/// Nobody says that the line is dead: the next command finds out.
#[tokio::test]
async fn an_idle_that_is_cut_without_a_word_is_noticed() {
    let (test, user) = (Test::new().await, user("idle"));
    let admin = admin(&test).await;
    let proxy = Proxy::before(dovecot().port, Line::Open).await;
    let channel = add(&admin, settings(&user, proxy.port)).await;
    let quick = Pace { poll: Duration::from_secs(1), patience: Duration::from_secs(2), ..pace() };
    let fetching = Fetching::begin(&test.app, quick);
    until("it is there", async || state(&admin, &channel).await["name"] == "ok").await;
    proxy.set(Line::Dead);
    dovecot().sign_in(&user).append("INBOX", &mail("1"));
    until("it notices", async || state(&admin, &channel).await["name"] != "ok").await;
    proxy.set(Line::Open);
    until_told(&test, 1).await;
    proxy.cut();
    dovecot().sign_in(&user).append("INBOX", &mail("2"));
    until_told(&test, 2).await;
    fetching.end().await;
    assert_whole(&test, 2).await;
}

/// One channel whose server is silent for ever, and one that works.
#[tokio::test]
async fn a_channel_that_hangs_holds_up_no_other() {
    let (test, hangs, works) = (Test::new().await, user("hangs"), user("works"));
    let admin = admin(&test).await;
    let proxy = Proxy::before(dovecot().port, Line::HeldBefore("SELECT")).await;
    add(&admin, settings(&hangs, proxy.port)).await;
    add(&admin, settings(&works, dovecot().port)).await;
    dovecot().sign_in(&works).append("INBOX", &mail("1"));
    let fetching = Fetching::begin(&test.app, pace());
    until("one hangs", async || proxy.held() == 1).await;
    until_told(&test, 1).await;
    fetching.end().await;
    assert_whole(&test, 1).await;
}

/// A colleague deletes a mail between our looking and our fetching.
#[tokio::test]
async fn a_mail_that_goes_away_meanwhile_holds_up_no_other() {
    let (test, user) = (Test::new().await, user("gone"));
    let admin = admin(&test).await;
    let mut colleague = dovecot().sign_in(&user);
    for id in ["1", "2", "3"] {
        colleague.append("INBOX", &mail(id));
    }
    let proxy = Proxy::before(dovecot().port, Line::HeldBefore("BODY.PEEK")).await;
    add(&admin, settings(&user, proxy.port)).await;
    let quick = Pace { patience: Duration::from_secs(2), ..pace() };
    let fetching = Fetching::begin(&test.app, quick);
    until("it is about to fetch", async || proxy.held() == 1).await;
    colleague.run("SELECT INBOX");
    colleague.run("UID STORE 2 +FLAGS (\\Deleted)");
    colleague.run("EXPUNGE");
    proxy.set(Line::Open);
    until_told(&test, 2).await;
    colleague.append("INBOX", &mail("4"));
    until_told(&test, 3).await;
    fetching.end().await;
    assert_whole(&test, 3).await;
}

/// Somebody took the server's right to read the mailbox, and gives it back.
#[tokio::test]
async fn a_mailbox_that_may_not_be_read_says_so_and_loses_nothing() {
    let (test, user) = (Test::new().await, user("locked"));
    let admin = admin(&test).await;
    dovecot().sign_in(&user).append("INBOX", &mail("1"));
    let channel = add(&admin, settings(&user, dovecot().port)).await;
    let quick = Pace { poll: Duration::from_millis(100), ..pace() };
    let fetching = Fetching::begin(&test.app, quick);
    until_told(&test, 1).await;
    let mode = |mode| std::fs::set_permissions(dovecot().mails_of(&user), PermissionsExt::from_mode(mode)).unwrap();
    mode(0o000);
    until("it says what is wrong", async || {
        let told = state(&admin, &channel).await;
        told["name"] == "retrying"
            && told["detail"].as_str().is_some_and(|words| words.contains("\"INBOX\" cannot be opened"))
    })
    .await;
    mode(0o700);
    dovecot().sign_in(&user).append("INBOX", &mail("2"));
    until_told(&test, 2).await;
    until("all is well again", async || state(&admin, &channel).await["name"] == "ok").await;
    fetching.end().await;
    assert_whole(&test, 2).await;
}

/// PostgreSQL says so itself when its disk is full; here a trigger does in its place (with real disks: `full_disk.rs`).
#[tokio::test]
async fn a_full_disk_is_told_and_waited_for() {
    let (test, user) = (Test::new().await, user("full"));
    let admin = admin(&test).await;
    let full = "create function public.full_disk() returns trigger language plpgsql as
                    $$ begin raise 'could not extend file: No space left on device' using errcode = '53100'; end $$;
                create trigger full_disk before insert on desk.inbound_raw for each row execute function public.full_disk()";
    sqlx::raw_sql(full).execute(&mut test.superuser().await).await.unwrap();
    dovecot().sign_in(&user).append("INBOX", &mail("1"));
    let channel = add(&admin, settings(&user, dovecot().port)).await;
    let fetching = Fetching::begin(&test.app, pace());
    until("it says what is wrong", async || {
        let told = state(&admin, &channel).await;
        told["detail"].as_str().is_some_and(|words| words.contains("mail cannot be stored here: The disk is full"))
    })
    .await;
    let room = "drop trigger full_disk on desk.inbound_raw";
    sqlx::raw_sql(room).execute(&mut test.superuser().await).await.unwrap();
    until_told(&test, 1).await;
    fetching.end().await;
    assert_whole(&test, 1).await;
}
