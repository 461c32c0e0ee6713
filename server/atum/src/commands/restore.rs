use std::{path::PathBuf, sync::Arc};

use anyhow::Context;
use atum_core::clock::Clock;
use chrono::{DateTime, Local, Utc};
use chrono_tz::Tz;
use clap::Args;

use super::backup::BackupPlace;
use crate::{
    backup::{self, Kit, Progress, Restored, Vault, moment},
    cluster::DataDir,
};

#[derive(Args)]
pub struct Restore {
    /// The empty directory to restore into [default: ~/.local/share/atum, for root /var/lib/atum]
    #[arg(long, env = "ATUM_DATA_DIR", value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Directory of PostgreSQL's server programs [default: those of the backup's version]
    #[arg(long, env = "ATUM_POSTGRES_BIN", value_name = "DIR")]
    postgres_bin: Option<PathBuf>,
    /// The installation's secrets, where they are not in the data directory
    #[arg(long, env = "ATUM_SECRETS_FILE", value_name = "FILE")]
    secrets_file: Option<PathBuf>,
    #[command(flatten)]
    place: BackupPlace,
    /// As it was then: "yesterday 14:00", "2 hours ago", "2026-11-20 14:00" [default: the newest that is kept]
    #[arg(long, value_name = "TIME")]
    to: Option<String>,
    /// The zone of that time, such as Europe/Berlin [default: this machine's]
    #[arg(long, value_name = "ZONE", requires = "to")]
    time_zone: Option<Tz>,
    /// This backup as it is, without the log after it
    #[arg(long, value_name = "BACKUP", conflicts_with = "to")]
    backup: Option<String>,
    /// What `atum backup kit` printed: the key and the secrets
    #[arg(long, value_name = "FILE")]
    kit: Option<PathBuf>,
}

pub async fn run(command: Restore) -> anyhow::Result<()> {
    // What cannot be meant is refused before anything is made.
    let at = command.to.as_deref().map(|text| at(text, command.time_zone)).transpose()?;
    let path = command.data_dir.clone().map_or_else(DataDir::by_default, Ok)?;
    let data_dir = DataDir::open(&path)?;
    let place = command.place.vault(&data_dir)?;
    let kit = command.kit.as_deref().map(Kit::read).transpose()?;
    let _lock = backup::clear(&data_dir).await?;
    let secrets_file = command.secrets_file.unwrap_or_else(|| data_dir.secrets());
    if let Some(kit) = kit {
        kit.unpack(&data_dir, &secrets_file, &command.place.key_file(&data_dir))?;
    }
    let key = command.place.key(&data_dir).context("give the kit that `atum backup kit` printed, with --kit")?;
    let restore = backup::Restore {
        vault: Vault::open(&place)?,
        key,
        data_dir,
        secrets_file,
        postgres_bin: command.postgres_bin,
        at,
        backup: command.backup,
        progress: Arc::new(Progress::on_terminal()),
    };
    let restored = restore.run().await?;
    tell(&path, &restored)
}

/// The moment, told back with its zone before anything is done.
fn at(text: &str, zone: Option<Tz>) -> anyhow::Result<DateTime<Utc>> {
    let now = Clock::from_environment().now();
    let (moment, zone) = match zone {
        Some(zone) => {
            let moment = moment::parse(text, &now.with_timezone(&zone)).map_err(anyhow::Error::msg)?;
            (moment.fixed_offset(), zone.name().to_owned())
        }
        None => {
            let moment = moment::parse(text, &now.with_timezone(&Local)).map_err(anyhow::Error::msg)?;
            (moment.fixed_offset(), "this machine's zone".to_owned())
        }
    };
    println!("Restoring to {} ({zone}), {}.", moment.format("%A %F %T %:z"), moment.to_utc().format("%F %T UTC"));
    Ok(moment.to_utc())
}

fn tell(path: &std::path::Path, restored: &Restored) -> anyhow::Result<()> {
    println!(
        "The backup {} is restored into {}; its database answered after {:.1} s.",
        restored.backup,
        path.display(),
        restored.seconds
    );
    if let Some(at) = restored.changed_at {
        println!("The newest change in it is of {}.", at.format("%F %T UTC"));
    }
    println!("{} files are in their places.", restored.files);
    if let Some(folder) = &restored.configuration {
        println!("The configuration of that time is in {}; it is not used from there.", folder.display());
    }
    if let Some(first) = restored.missing.first() {
        anyhow::bail!("{} files of that time are in no backup, the first is {first}", restored.missing.len());
    }
    println!("Start it: atum up --data-dir {}", path.display());
    Ok(())
}
