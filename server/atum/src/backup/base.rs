//! The base backup: PostgreSQL's files, as `pg_basebackup` reads them from the running server. It compares the checksum of
//! every page on the way, so that a damaged database is told of here and not when it is needed.

use std::{
    io::{self, Read},
    process::{Child, Stdio},
    sync::Arc,
};

use anyhow::{Context, bail};

use super::{manifest::Stored, progress::Progress, source::Source};

pub async fn take(source: &Source, name: &str, progress: &Arc<Progress>) -> anyhow::Result<Stored> {
    let mut command = source.base_backup()?;
    command.args(["--pgdata=-", "--format=tar", "--wal-method=none", "--checkpoint=fast"]);
    command.args(["--label", &format!("atum {name}")]);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().context("starting pg_basebackup, which is in PostgreSQL's client package")?;
    let tar = Running {
        output: child.stdout.take().context("its output")?,
        child: Some(child),
        bytes: 0,
        progress: progress.clone(),
    };
    let object = format!("backup/{name}/base.tar.gz.age");
    let sealed = source.vault.seal(&object, &source.key.recipient(), tar).await?;
    Ok(Stored { object, bytes: sealed.bytes, sha256: sealed.sha256, sealed_bytes: sealed.sealed_bytes })
}

/// Its output; the end is only an end if it ended well. Let go before, it is ended.
struct Running {
    output: std::process::ChildStdout,
    child: Option<Child>,
    bytes: u64,
    progress: Arc<Progress>,
}

impl Read for Running {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.output.read(buffer)?;
        self.bytes += read as u64;
        self.progress.bytes("PostgreSQL's files", self.bytes);
        if read == 0
            && let Some(child) = self.child.take()
        {
            end(child).map_err(io::Error::other)?;
        }
        Ok(read)
    }
}

fn end(child: Child) -> anyhow::Result<()> {
    let ended = child.wait_with_output()?;
    if !ended.status.success() {
        bail!("pg_basebackup: {}", String::from_utf8_lossy(&ended.stderr).trim());
    }
    Ok(())
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
