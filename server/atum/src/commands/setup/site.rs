use std::{os::unix::fs::symlink, path::Path, process::Command};

use anyhow::{Context, ensure};

use super::{machine::Machine, report::Report, units};

const SITE: &str = "/etc/nginx/sites-available/atum.conf";

/// Lets nginx serve the site under this name. The name stands in a file of its own, so that the site stays as the package
/// ships it and follows its upgrades.
pub fn enable(machine: &Machine, host_name: &str, report: &mut Report) -> anyhow::Result<()> {
    let name = machine.path("/etc/atum/nginx/server-name.conf");
    machine.directory("/etc/atum/nginx", 0o755)?;
    let named = machine.write(&name, format!("server_name {host_name};\n").as_bytes(), 0o644)?;
    if !machine.path(SITE).exists() || !has_nginx(machine) {
        report.note("nginx is not installed: let a proxy of your own pass to 127.0.0.1:8000 over TLS");
        return Ok(());
    }
    let linked = link(&machine.path("/etc/nginx/sites-enabled/atum.conf"))?;
    report.step(named || linked, &format!("nginx's site of {host_name}"));
    if machine.is_image() {
        return Ok(());
    }
    let checked = Command::new("nginx").args(["-t", "-q"]).status().context("nginx -t")?;
    ensure!(checked.success(), "nginx does not take its configuration; what it said is above");
    // Also where nothing was changed: the certificate may be another.
    match units::systemd_runs() {
        true => units::systemctl(&["reload-or-restart", "nginx.service"]),
        false => {
            report.note("systemd does not run here: reload nginx by hand");
            Ok(())
        }
    }
}

fn has_nginx(machine: &Machine) -> bool {
    machine.path("/usr/sbin/nginx").exists()
}

fn link(place: &Path) -> anyhow::Result<bool> {
    if place.symlink_metadata().is_ok() {
        return Ok(false);
    }
    symlink(Path::new("../sites-available/atum.conf"), place).with_context(|| place.display().to_string())?;
    Ok(true)
}
