//! The steps that are another user's: PostgreSQL believes its administrator by the operating system's user, and what the
//! services keep belongs to the services' user. Root starts this program anew as that user and talks to it in JSON.

use std::{
    io::{Read, Write},
    os::fd::AsRawFd,
    path::PathBuf,
    process::{Command, Stdio},
};

use anyhow::{Context, bail};
use clap::Subcommand;
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{backups, first, machine::Machine};
use crate::{
    cli::Place,
    database::{External, Secrets},
    owner::{Owner, lent},
};

#[derive(Subcommand, Clone, Copy)]
pub enum Stage {
    Database,
    Backups,
    First,
}

impl Stage {
    fn name(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Backups => "backups",
            Self::First => "first",
        }
    }
}

/// In the other user's process: the task is on standard input, the answer goes to standard output.
pub async fn run(stage: Stage) -> anyhow::Result<()> {
    let mut task = String::new();
    std::io::stdin().lock().read_to_string(&mut task)?;
    let answer = match stage {
        Stage::Database => serde_json::to_string(&database(serde_json::from_str(&task)?).await?)?,
        Stage::Backups => serde_json::to_string(&backups::act(serde_json::from_str(&task)?).await?)?,
        Stage::First => serde_json::to_string(&first::act(serde_json::from_str(&task)?).await?)?,
    };
    Ok(std::io::stdout().write_all(answer.as_bytes())?)
}

#[derive(Serialize, Deserialize)]
struct DatabaseTask {
    address: String,
    secrets: Secrets,
}

pub async fn prepare_database(machine: &Machine, address: String, secrets: Secrets) -> anyhow::Result<bool> {
    let task = DatabaseTask { address, secrets };
    match (&machine.postgres, machine.is_image()) {
        (Some(postgres), _) => hand_over(postgres.command(), Stage::Database, &task),
        (None, true) => database(task).await,
        (None, false) => bail!("PostgreSQL is not on this machine: apt install postgresql, or set ATUM_DATABASE_URL"),
    }
}

async fn database(task: DatabaseTask) -> anyhow::Result<bool> {
    let external = External::parse(&task.address)?;
    let administrator = external.local_administrator().context("the database is not reached by a socket")?;
    external.prepare_by(&administrator, &task.secrets).await
}

/// The installation, for whoever has no flags.
#[derive(Clone, Serialize, Deserialize)]
pub struct Where {
    data_dir: PathBuf,
    database_url: String,
    secrets_file: PathBuf,
    pub public_url: String,
}

impl Where {
    pub fn new(place: &Place, secrets_file: PathBuf, public_url: &str) -> anyhow::Result<Self> {
        Ok(Self {
            data_dir: place.data_dir.clone().context("ATUM_DATA_DIR is not set")?,
            database_url: place.database_url.clone().context("ATUM_DATABASE_URL is not set")?,
            secrets_file,
            public_url: public_url.to_owned(),
        })
    }

    pub fn place(self) -> Place {
        Place {
            data_dir: Some(self.data_dir),
            postgres_bin: None,
            database_url: Some(self.database_url),
            secrets_file: Some(self.secrets_file),
            breached_passwords_file: None,
        }
    }
}

#[derive(Serialize, Deserialize)]
pub struct FirstTask {
    pub place: Where,
    pub organization: Option<NewOrganization>,
    pub admin: Option<Admin>,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct NewOrganization {
    pub slug: String,
    pub name: String,
    pub time_zone: chrono_tz::Tz,
}

#[derive(Clone, Serialize, Deserialize)]
pub struct Admin {
    pub email: String,
    pub name: String,
}

/// What was there and what was made.
#[derive(Serialize, Deserialize)]
pub struct FirstAnswer {
    pub migrated: usize,
    pub organizations: Vec<String>,
    pub founded: bool,
    pub operators: usize,
    pub made_operator: bool,
    pub link: Option<Link>,
}

#[derive(Serialize, Deserialize)]
pub struct Link {
    pub email: String,
    pub url: String,
    pub until: String,
}

pub async fn first(machine: &Machine, mut task: FirstTask) -> anyhow::Result<FirstAnswer> {
    let Some(service) = &machine.service else { return first::act(task).await };
    let secrets = lent(&task.place.secrets_file)?;
    task.place.secrets_file = format!("/proc/self/fd/{}", secrets.as_raw_fd()).into();
    own(service, &task.place.data_dir)?;
    hand_over(service.command(), Stage::First, &task)
}

/// The data directory, made where the package's own was changed for another.
fn own(service: &Owner, directory: &PathBuf) -> anyhow::Result<()> {
    if !directory.exists() {
        std::fs::create_dir_all(directory).with_context(|| directory.display().to_string())?;
        std::os::unix::fs::chown(directory, Some(service.uid), Some(service.gid))?;
    }
    Ok(())
}

pub fn hand_over<T: Serialize, A: DeserializeOwned>(mut command: Command, stage: Stage, task: &T) -> anyhow::Result<A> {
    command.args(["setup-stage", stage.name()]).current_dir("/");
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
    let mut input = child.stdin.take().context("a pipe")?;
    input.write_all(&serde_json::to_vec(task)?)?;
    drop(input);
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("the step above could not be done; nothing after it was begun. Mend it and run `atum setup` again");
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}
