//! What cannot be started is refused in words that say what to do.

use std::{net::TcpListener, os::unix::fs::PermissionsExt};

use super::process::{Directory, Up, free_address};

#[test]
fn an_address_in_use_is_named_before_anything_is_made() {
    let directory = Directory::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let said = directory.refused(&["up", "--listen", &address]);
    assert!(said.contains(&format!("another program listens on {address} already")), "{said}");
    assert!(said.contains("--listen 127.0.0.1:"), "{said}");
    assert!(!directory.0.exists());
}

#[test]
fn a_machine_without_postgresql_is_told_how_to_get_it() {
    let directory = Directory::new();
    let said = directory.refused(&["up", "--listen", &free_address().to_string(), "--postgres-bin", "/nowhere"]);
    assert!(said.contains("apt-get install postgresql"), "{said}");
    assert!(said.contains("/nowhere"), "{said}");
}

#[test]
fn a_directory_in_use_and_one_of_a_newer_postgresql_are_refused() {
    let directory = Directory::new();
    let up = Up::start(&directory);
    let said = directory.refused(&["up", "--listen", &free_address().to_string()]);
    assert!(said.contains("another atum uses") && said.contains(&up.address.to_string()), "{said}");
    assert_eq!(up.interrupt(), Some(0));

    std::fs::write(directory.0.join("postgresql/PG_VERSION"), "99\n").unwrap();
    let said = directory.refused(&["up", "--listen", &free_address().to_string()]);
    assert!(said.contains("made by PostgreSQL 99, newer than the programs found"), "{said}");
}

#[test]
fn a_list_of_breached_passwords_that_is_none_is_named() {
    let directory = Directory::new();
    std::fs::create_dir_all(&directory.0).unwrap();
    let list = directory.0.join("list.txt");
    let refused = |list: &str| {
        directory.refused(&["up", "--listen", &free_address().to_string(), "--breached-passwords-file", list])
    };
    assert!(refused("/nowhere/list.txt").contains("/nowhere/list.txt: No such file"));
    std::fs::write(&list, format!("{}:1\n{}:1\n", "F".repeat(40), "A".repeat(40))).unwrap();
    let said = refused(list.to_str().unwrap());
    assert!(said.contains("is not in the order of its hashes at byte 43"), "{said}");
}

#[test]
fn secrets_that_are_gone_are_asked_for_and_not_made_anew() {
    let directory = Directory::new();
    std::fs::create_dir_all(directory.0.join("postgresql")).unwrap();
    let said = directory.refused(&["up", "--listen", &free_address().to_string()]);
    assert!(said.contains("secrets.json is missing"), "{said}");
}

#[test]
fn a_directory_that_postgresql_may_not_enter_is_named() {
    let parent = Directory::new();
    std::fs::create_dir_all(&parent.0).unwrap();
    std::fs::set_permissions(&parent.0, PermissionsExt::from_mode(0o700)).unwrap();
    if !rustix::process::geteuid().is_root() {
        return; // PostgreSQL runs as the caller, who may enter.
    }
    let inside = Directory(parent.0.join("data"));
    let said = inside.refused(&["up", "--listen", &free_address().to_string()]);
    assert!(said.contains("may not enter") && said.contains(&parent.0.display().to_string()), "{said}");
}
