use std::{
    fs::{File, OpenOptions},
    io::{Read, Seek, Write},
};

use anyhow::{Context, bail};
use rustix::{fs::FlockOperation, io::Errno};

use super::DataDir;

/// Held as long as this process uses the data directory. The kernel lets go of it when the process ends, however it
/// ends.
pub struct Lock(File);

impl Lock {
    pub fn take(data_dir: &DataDir) -> anyhow::Result<Self> {
        let path = data_dir.lock();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)
            .with_context(|| format!("the data directory {} cannot be written", data_dir.root().display()))?;
        match rustix::fs::flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {}
            Err(Errno::WOULDBLOCK) => bail!(
                "another atum uses {} already ({}); stop it first, or choose another directory with --data-dir",
                data_dir.root().display(),
                holder(&mut file),
            ),
            Err(error) => return Err(error).context("locking the data directory"),
        }
        let mut lock = Self(file);
        lock.tell(&format!("process {}", std::process::id()))?;
        Ok(lock)
    }

    /// What another `atum` will read here while this one runs.
    pub fn tell(&mut self, holder: &str) -> anyhow::Result<()> {
        self.0.set_len(0)?;
        self.0.rewind()?;
        self.0.write_all(holder.as_bytes()).context("writing the lock file")
    }
}

fn holder(file: &mut File) -> String {
    let mut holder = String::new();
    match file.read_to_string(&mut holder) {
        Ok(length) if length > 0 => holder,
        _ => "it does not say which".to_owned(),
    }
}
