use std::{path::Path, process::Command};

use anyhow::{Context, ensure};

use super::{machine::Machine, report::Report};

const UNITS: &str = "/usr/lib/systemd/system";
const TARGET: &str = "atum.target";

/// Switches everything on that the package brought, now and at every start of the machine.
pub fn enable(machine: &Machine, report: &mut Report) -> anyhow::Result<()> {
    if machine.is_image() {
        return Ok(());
    }
    if !systemd_runs() {
        report.note("systemd does not run here: nothing was started");
        return Ok(());
    }
    systemctl(&["daemon-reload"])?;
    let off: Vec<String> = installable()?.into_iter().filter(|unit| !says(&["is-enabled", "--quiet", unit])).collect();
    if !off.is_empty() {
        let units: Vec<&str> = off.iter().map(String::as_str).collect();
        systemctl(&[&["enable", "--quiet"], &units[..]].concat())?;
    }
    let runs = says(&["is-active", "--quiet", TARGET]);
    match runs && report.has_changed() {
        true => systemctl(&["restart", TARGET])?,
        false => systemctl(&["start", TARGET])?,
    }
    report.step(!off.is_empty() || !runs, "the services, which start with the machine");
    Ok(())
}

pub fn systemd_runs() -> bool {
    Path::new("/run/systemd/system").is_dir()
}

pub fn systemctl(arguments: &[&str]) -> anyhow::Result<()> {
    let status = Command::new("systemctl").args(arguments).status().context("systemctl")?;
    let said = arguments.join(" ");
    ensure!(status.success(), "systemctl {said} failed; what happened: journalctl --no-pager -n 50 -u 'atum*'");
    Ok(())
}

fn says(arguments: &[&str]) -> bool {
    Command::new("systemctl").args(arguments).status().is_ok_and(|status| status.success())
}

/// Our units that say where they belong. A unit that is not for this machine says so by a condition of its own.
fn installable() -> anyhow::Result<Vec<String>> {
    let mut units = vec![];
    for entry in std::fs::read_dir(UNITS).context(UNITS)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.starts_with("atum") && std::fs::read_to_string(entry.path())?.contains("\n[Install]") {
            units.push(name);
        }
    }
    units.sort();
    Ok(units)
}
