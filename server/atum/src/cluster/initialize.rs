use std::{fs::Permissions, os::unix::fs::PermissionsExt, path::Path};

use anyhow::{Context, bail};

use super::{Cluster, Durability, SUPERUSER};

/// What a new server's files take, with room to work.
const NEEDED_BYTES: u64 = 256 << 20;

/// Makes the server's files beside their place and moves them there when they are whole: an attempt that was
/// interrupted leaves nothing that looks finished.
pub async fn run(cluster: &Cluster) -> anyhow::Result<()> {
    cluster.data_dir.hand_over(&cluster.account)?;
    let finished = cluster.data_dir.postgresql();
    if finished.exists() {
        return Ok(());
    }
    enough_space(cluster.data_dir.root())?;
    let attempt = finished.with_extension("new");
    if attempt.exists() {
        std::fs::remove_dir_all(&attempt).context("removing an interrupted initialization")?;
    }
    std::fs::create_dir(&attempt).with_context(|| format!("creating {}", attempt.display()))?;
    std::fs::set_permissions(&attempt, Permissions::from_mode(0o700))?;
    cluster.account.give(&attempt)?;
    initdb(cluster, &attempt).await?;
    std::fs::rename(&attempt, &finished).context("moving the new cluster to its place")
}

fn enough_space(path: &Path) -> anyhow::Result<()> {
    let disk = rustix::fs::statvfs(path).context("asking for free disk space")?;
    let free = disk.f_bavail * disk.f_frsize;
    if free < NEEDED_BYTES {
        bail!(
            "the disk that holds {} has only {} MiB left; a new database needs {} MiB",
            path.display(),
            free >> 20,
            NEEDED_BYTES >> 20
        );
    }
    Ok(())
}

async fn initdb(cluster: &Cluster, directory: &Path) -> anyhow::Result<()> {
    let password = cluster.data_dir.logs().join("superuser-password");
    save_password(cluster, &password)?;
    let mut command = cluster.programs.command("initdb");
    command.arg("--pgdata").arg(directory).arg("--pwfile").arg(&password);
    command.args(["--username", SUPERUSER, "--auth=scram-sha-256", "--encoding=UTF8", "--data-checksums"]);
    command.arg("--no-instructions");
    if cluster.programs.major >= 17 {
        // The server's own collation: an update of the C library can no longer reorder an index.
        command.args(["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C.UTF-8"]);
    } else {
        command.arg("--locale=C.UTF-8");
    }
    if cluster.durability == Durability::ThrownAway {
        command.arg("--no-sync");
    }
    cluster.account.run(&mut command);
    let output = tokio::process::Command::from(command).kill_on_drop(true).output().await;
    std::fs::remove_file(&password).context("removing the password file")?;
    let output = output.context("running initdb")?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("PostgreSQL's initdb failed:\n{}", said.trim());
    }
    Ok(())
}

/// In a directory that only the server's user may enter.
fn save_password(cluster: &Cluster, path: &Path) -> anyhow::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(cluster.superuser_password.as_bytes())?;
    cluster.account.give(path)
}
