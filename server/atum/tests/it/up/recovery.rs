//! What was acknowledged is still there, whoever was killed.

use rustix::process::{Signal, kill_process, test_kill_process};

use super::process::{Directory, Up, until};

#[test]
fn a_killed_server_and_a_killed_database_lose_nothing() {
    let directory = Directory::new();
    let up = Up::start(&directory);
    found(&directory, "one");

    up.kill();
    let orphan = directory.postmaster().expect("PostgreSQL outlives its atum");
    let up = Up::start(&directory);
    assert_eq!(directory.postmaster(), Some(orphan), "the running server is taken over");
    assert_eq!(organizations(&directory), ["one"]);

    kill_process(orphan, Signal::KILL).expect("SIGKILL");
    until("another PostgreSQL runs and answers", || directory.postmaster() != Some(orphan) && up.is_ready());
    found(&directory, "two");

    let second = directory.postmaster().expect("PostgreSQL runs");
    up.kill();
    kill_process(second, Signal::KILL).expect("SIGKILL");
    let up = Up::start(&directory);
    assert_eq!(organizations(&directory), ["one", "two"]);

    let third = directory.postmaster().expect("PostgreSQL runs");
    assert_eq!(up.interrupt(), Some(0), "Ctrl-C is a good end");
    assert!(test_kill_process(third).is_err(), "PostgreSQL ended with it");
    assert_eq!(organizations(&directory), ["one", "two"], "a command starts the server for itself");
}

fn found(directory: &Directory, slug: &str) {
    let output = directory.run(&["org", "create", slug]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

fn organizations(directory: &Directory) -> Vec<String> {
    let output = directory.run(&["org", "list"]);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).expect("text");
    text.lines().filter_map(|line| line.split_whitespace().next().map(str::to_owned)).collect()
}
