//! Forgets what is no longer kept: backups, the log before them, files that none of them names.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    keep,
    key::Key,
    manifest::{self, Manifest},
    segment,
    vault::Vault,
};

/// A file that came after a backup is in no manifest, and yet a moment in between can be restored.
const UNNAMED_FILES_FOR: TimeDelta = TimeDelta::days(keep::DAYS as i64 + 1);

#[derive(Debug, Default)]
pub struct Pruned {
    pub backups: usize,
    pub segments: usize,
    pub files: usize,
}

/// Nothing is forgotten that a backup which cannot be read might need: then the error says which one.
pub async fn prune(vault: &Vault, key: &Key, now: DateTime<Utc>) -> anyhow::Result<Pruned> {
    let listed = manifest::list(vault).await?;
    let times: Vec<DateTime<Utc>> = listed.whole.iter().filter_map(|name| manifest::time(name)).collect();
    let kept = keep::kept(&times);
    let mut needed = vec![];
    for name in listed.whole.iter().filter(|name| manifest::time(name).is_some_and(|time| kept.contains(&time))) {
        needed.push(Manifest::read(vault, key, name).await?);
    }
    let mut pruned = Pruned::default();
    let is_over = |name: &&String| manifest::time(name).is_some_and(|time| !kept.contains(&time));
    for name in listed.whole.iter().filter(is_over).chain(&listed.unfinished) {
        remove_backup(vault, name).await?;
        pruned.backups += usize::from(!listed.unfinished.contains(name));
    }
    pruned.segments = remove_log(vault, &needed, &keep::daily(&times)).await?;
    pruned.files = remove_files(vault, &needed, now).await?;
    vault.remove_remains()?;
    Ok(pruned)
}

/// The manifest first: from then on it is none.
async fn remove_backup(vault: &Vault, name: &str) -> anyhow::Result<()> {
    let mut objects = vault.list(&format!("backup/{name}")).await?;
    objects.sort_by_key(|object| !object.location.as_ref().ends_with("manifest.age"));
    for object in objects {
        vault.remove(&object.location).await?;
    }
    Ok(())
}

/// From the oldest daily backup on everything stays, so that any moment can be restored; of older ones what they need to
/// be started.
async fn remove_log(vault: &Vault, needed: &[Manifest], daily: &BTreeSet<DateTime<Utc>>) -> anyhow::Result<usize> {
    let mut removed = 0;
    let clusters: BTreeSet<&str> = needed.iter().map(|made| made.cluster.system_identifier.as_str()).collect();
    for cluster in clusters {
        let own = || needed.iter().filter(|made| made.cluster.system_identifier == cluster);
        let own_segments: BTreeSet<&str> =
            own().flat_map(|made| made.wal.iter().map(|segment| segment.name.as_str())).collect();
        let dailies = own().filter(|made| manifest::time(&made.name).is_some_and(|time| daily.contains(&time)));
        // A cluster of which only old backups are left needs no more than these.
        let from = dailies.filter_map(|made| segment::place(&made.wal.first()?.name)).min();
        for object in vault.list(&super::wal::folder(cluster)).await? {
            let Some(name) = object.location.parts().nth(2).map(|part| part.as_ref().to_owned()) else { continue };
            // Histories are small and tell which timeline came from which.
            let Some(place) = segment::place(&name) else { continue };
            if own_segments.contains(name.as_str()) || from.is_some_and(|from| place >= from) {
                continue;
            }
            vault.remove(&object.location).await?;
            removed += 1;
        }
    }
    Ok(removed)
}

async fn remove_files(vault: &Vault, needed: &[Manifest], now: DateTime<Utc>) -> anyhow::Result<usize> {
    let named: BTreeSet<&str> =
        needed.iter().flat_map(|made| made.files.iter().map(|file| file.object.as_str())).collect();
    let mut removed = 0;
    for object in vault.list("file").await? {
        if named.contains(object.location.as_ref()) || now - object.last_modified < UNNAMED_FILES_FOR {
            continue;
        }
        vault.remove(&object.location).await?;
        removed += 1;
    }
    Ok(removed)
}
