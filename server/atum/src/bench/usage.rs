//! What processes used, from /proc (proc(5)).

use std::path::{Path, PathBuf};

/// Clock ticks a second, which Linux has told user programs to be 100 for as long as it has had a fixed interface.
const TICK_MS: u64 = 10;

/// Processor time so far, in milliseconds.
#[derive(Debug, Clone, Copy, Default)]
pub struct Used {
    pub server_ms: u64,
    pub database_ms: u64,
}

/// Whom to look at.
#[derive(Debug, Clone, Copy)]
pub struct Watched {
    pub server: u32,
    pub postmaster: u32,
}

impl Watched {
    pub fn used(self) -> Used {
        // What has ended already is in its parent's account of children.
        let database_ms =
            own_ms(self.postmaster, true) + children(self.postmaster).map(|pid| own_ms(pid, false)).sum::<u64>();
        Used { server_ms: own_ms(self.server, false), database_ms }
    }

    pub fn server_resident_bytes(self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server)).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let kilobytes = line.and_then(|rest| rest.trim().trim_end_matches("kB").trim().parse::<u64>().ok());
        kilobytes.unwrap_or(0) * 1024
    }
}

impl std::ops::Sub for Used {
    type Output = Self;
    fn sub(self, earlier: Self) -> Self {
        Self {
            server_ms: self.server_ms.saturating_sub(earlier.server_ms),
            database_ms: self.database_ms.saturating_sub(earlier.database_ms),
        }
    }
}

fn own_ms(pid: u32, with_children: bool) -> u64 {
    let fields = after_the_name(&format!("/proc/{pid}/stat"));
    // Fields 14 to 17 of the line are 11 to 14 of what follows the name.
    let count = if with_children { 4 } else { 2 };
    fields.iter().skip(11).take(count).filter_map(|field| field.parse::<u64>().ok()).sum::<u64>() * TICK_MS
}

fn children(parent: u32) -> impl Iterator<Item = u32> {
    let processes = std::fs::read_dir("/proc").into_iter().flatten().flatten();
    processes.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok()).filter(move |pid| {
        let fields = after_the_name(&format!("/proc/{pid}/stat"));
        fields.get(1).and_then(|field| field.parse().ok()) == Some(parent)
    })
}

/// The name may hold anything, so what follows its last parenthesis counts.
fn after_the_name(path: &str) -> Vec<String> {
    let line = std::fs::read_to_string(path).unwrap_or_default();
    let rest = line.rsplit(')').next().unwrap_or_default();
    rest.split_whitespace().map(str::to_owned).collect()
}

pub fn postmaster_of(postgresql: &Path) -> Option<u32> {
    let file: PathBuf = postgresql.join("postmaster.pid");
    std::fs::read_to_string(file).ok()?.lines().next()?.trim().parse().ok()
}
