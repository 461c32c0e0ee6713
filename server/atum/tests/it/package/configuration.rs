use std::{collections::BTreeSet, process::Command};

use atum::{cli::Cli, configuration};
use clap::CommandFactory;

use super::{Scratch, root};

#[test]
fn the_page_of_documentation_is_what_the_flags_say() {
    let written = std::fs::read_to_string(root().join("docs/configuration.md")).unwrap();
    let same = written == configuration::page();
    assert!(same, "make it anew: cargo run -p atum -- describe keys > docs/configuration.md");
}

#[test]
fn a_new_installations_file_names_every_key_once_and_is_taken() {
    let text = configuration::shipped();
    for key in configuration::keys() {
        let lines = text.lines().filter(|line| line.trim_start_matches('#').starts_with(&format!("{}=", key.name)));
        assert_eq!(lines.count(), 1, "{} in the configuration", key.name);
        assert!(!key.help.is_empty(), "{} is not explained", key.name);
    }
    let scratch = Scratch::new("configuration");
    let path = scratch.0.join("atum.conf");
    std::fs::write(&path, &text).unwrap();
    let file = configuration::File::read(&path).unwrap().unwrap();
    assert_eq!(file.unknown(), Vec::<&str>::new());
    file.applied_to(Cli::command()).try_get_matches_from(["atum", "serve"]).unwrap();
    assert_eq!(file.values["ATUM_SECRETS_FILE"], "/etc/atum/secrets/secrets.json");
}

/// No name is read from the environment behind the flags' back, but those that are no settings.
#[test]
fn there_is_no_key_that_only_the_source_knows() {
    let known: BTreeSet<String> = configuration::keys().into_iter().map(|key| key.name).collect();
    // Where the configuration is; the clock of tests; nothing that an operator sets.
    let ours = ["ATUM_CONFIGURATION_FILE", "ATUM_CLOCK_FILE"];
    let said =
        Command::new("grep").args(["-rhoE", "--include=*.rs", "\"ATUM_[A-Z_]+\""]).args(sources()).output().unwrap();
    let named: BTreeSet<String> =
        String::from_utf8(said.stdout).unwrap().lines().map(|name| name.trim_matches('"').to_owned()).collect();
    assert!(named.len() > 5, "the search found nothing");
    let behind: Vec<&String> =
        named.iter().filter(|name| !known.contains(*name) && !ours.contains(&name.as_str())).collect();
    assert!(behind.is_empty(), "in the source and in no flag: {behind:?}");
}

fn sources() -> Vec<std::path::PathBuf> {
    let domains = std::fs::read_dir(root().join("server")).unwrap();
    domains.map(|domain| domain.unwrap().path().join("src")).collect()
}

#[test]
fn an_installed_programs_file_gives_what_no_flag_says() {
    let scratch = Scratch::new("configured");
    let path = scratch.0.join("atum.conf");
    std::fs::write(&path, "ATUM_DATABASE_URL=postgres://nobody@127.0.0.1:9/atum\n").unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_atum"));
    command.args(["org", "list", "--data-dir"]).arg(scratch.0.join("data"));
    let said = command.env("ATUM_CONFIGURATION_FILE", &path).output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("the database server 127.0.0.1:9 cannot be used"), "{said}");

    std::fs::write(&path, "ATUM_DATABASE_URL\n").unwrap();
    let said = command.output().unwrap();
    assert!(String::from_utf8_lossy(&said.stderr).contains("line 1 is neither KEY=value nor a comment"));
}
