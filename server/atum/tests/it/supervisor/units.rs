//! The units of infra/systemd: their sandbox by systemd's own measure, their syntax, and that what they start is there.

use std::{path::PathBuf, process::Command};

use atum::cli::Cli;
use clap::Parser;

/// Units that reach nothing but the database's socket, and those that need the network; the score times ten, as
/// `systemd-analyze security` takes it. (Of Debian's own services the best has 1.2, most have 9.)
const SOCKET_ONLY: [&str; 2] = ["atum-sla-worker.service", "atum-job-worker.service"];
const MOST: (u32, u32) = (6, 12);

#[test]
fn every_service_is_exposed_as_little_as_its_work_allows() {
    for unit in units().into_iter().filter(|unit| is_ours(unit)) {
        let most = if SOCKET_ONLY.iter().any(|name| unit.ends_with(name)) { MOST.0 } else { MOST.1 };
        let mut measure = systemd_analyze();
        measure.args(["security", "--offline=true", &format!("--threshold={most}")]).arg(&unit);
        let output = measure.output().expect("systemd-analyze");
        let said = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success(), "{}", said.lines().last().unwrap_or_default());
        assert!(said.contains("Overall exposure level"), "{said}");
    }
}

#[test]
fn systemd_has_nothing_to_say_about_any_unit() {
    let directory = std::env::temp_dir().join(format!("atum-units-{}", std::process::id()));
    std::fs::create_dir_all(&directory).unwrap();
    let mut copies = vec![];
    for unit in units().into_iter().filter(|unit| is_ours(unit) || !is_service(unit)) {
        // It looks whether the program is there, which it is not before the package is installed.
        let text = std::fs::read_to_string(&unit).unwrap().replace("/usr/bin/atum", env!("CARGO_BIN_EXE_atum"));
        let copy = directory.join(unit.file_name().unwrap());
        std::fs::write(&copy, text).unwrap();
        copies.push(copy);
    }
    let output = systemd_analyze().arg("verify").args(copies).output().expect("systemd-analyze");
    let said = [output.stdout, output.stderr].concat();
    assert!(said.is_empty() && output.status.success(), "{}", String::from_utf8_lossy(&said));
    std::fs::remove_dir_all(directory).unwrap();
}

#[test]
fn every_service_starts_a_command_that_there_is() {
    for unit in units().into_iter().filter(|unit| is_ours(unit)) {
        let text = std::fs::read_to_string(&unit).unwrap();
        for line in text.lines().filter_map(|line| line.strip_prefix("ExecStart=")) {
            let parsed = Cli::try_parse_from(line.split_whitespace());
            assert!(parsed.is_ok(), "{}: {line}: {}", unit.display(), parsed.err().unwrap());
        }
    }
}

#[test]
fn nothing_ends_the_restarts_of_what_is_to_run_always() {
    let mut always = 0;
    for unit in units().into_iter().filter(|unit| is_ours(unit)) {
        let text = std::fs::read_to_string(&unit).unwrap();
        if !text.contains("\nType=notify\n") {
            continue;
        }
        always += 1;
        for line in ["Restart=always", "StartLimitIntervalSec=0", "WatchdogSec=90", "PartOf=atum.target"] {
            assert!(text.lines().any(|found| found == line), "{} lacks {line}", unit.display());
        }
    }
    assert!(always >= 4, "only {always}");
}

fn systemd_analyze() -> Command {
    let mut command = Command::new("systemd-analyze");
    command.env("LC_ALL", "C.UTF-8").env("SYSTEMD_COLORS", "0").env("SYSTEMD_PAGER", "");
    command
}

fn units() -> Vec<PathBuf> {
    let directory = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../../infra/systemd"));
    let all = std::fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let kinds = ["service", "timer", "target", "socket"];
    let mut units: Vec<PathBuf> =
        all.filter(|path| path.extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known))).collect();
    units.sort();
    assert!(units.iter().filter(|unit| is_ours(unit)).count() >= 4, "{units:?}");
    units
}

fn is_service(unit: &std::path::Path) -> bool {
    unit.extension().is_some_and(|kind| kind == "service")
}

/// Another program's unit (node exporter) has other needs.
fn is_ours(unit: &std::path::Path) -> bool {
    is_service(unit) && std::fs::read_to_string(unit).unwrap().contains("\nExecStart=/usr/bin/atum ")
}
