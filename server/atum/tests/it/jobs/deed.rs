//! Jobs for worker processes. What they do is seen in files and in rows.

use std::{io::Write, path::PathBuf, sync::OnceLock, time::Duration};

use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::OrganizationId,
};
use atum_jobs::{Handler, Job, Registry, Schedule, effect};
use futures::FutureExt;
use serde::{Deserialize, Serialize};

use super::{Prober, process::lines};

/// The worker process that this is.
pub struct Here {
    pub label: String,
    pub directory: PathBuf,
}
pub static HERE: OnceLock<Here> = OnceLock::new();

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum What {
    /// A row, at once.
    Write,
    /// A row, after telling that it began and waiting for this worker's gate: what the gate says is the outcome.
    Wait,
    /// Sends something that cannot be taken back: a line in the outbox.
    Send,
    Hang,
}

#[derive(Serialize, Deserialize)]
pub struct Deed {
    pub what: What,
}

impl Job for Deed {
    const KIND: &'static str = "deed";
}

/// The same, with two seconds to do it in.
#[derive(Serialize, Deserialize)]
pub struct BriefDeed {
    pub what: What,
}

impl Job for BriefDeed {
    const KIND: &'static str = "brief_deed";
    const DEADLINE: Duration = Duration::from_secs(2);
}

struct Does;
impl Handler for Does {
    type Job = Deed;
    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: Deed) -> anyhow::Result<()> {
        act(app, tx, job.what).await
    }
}

struct DoesBriefly;
impl Handler for DoesBriefly {
    type Job = BriefDeed;
    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: BriefDeed) -> anyhow::Result<()> {
        act(app, tx, job.what).await
    }
}

async fn act(app: &App, tx: &mut TenantTx<ReadWrite>, what: What) -> anyhow::Result<()> {
    super::leave_a_row(tx).await?;
    match what {
        What::Write => Ok(()),
        What::Wait => wait_at_the_gate().await,
        What::Send => send(app).await,
        What::Hang => std::future::pending().await,
    }
}

async fn wait_at_the_gate() -> anyhow::Result<()> {
    let here = HERE.get().expect("a worker process");
    append(&here.directory.join(format!("{}.begun", here.label)), "begun")?;
    let gate = here.directory.join(format!("{}.gate", here.label));
    loop {
        match lines(&gate).first().map(String::as_str) {
            Some("succeed") => return Ok(()),
            Some(_) => anyhow::bail!("as the gate said"),
            None => tokio::time::sleep(Duration::from_millis(5)).await,
        }
    }
}

/// Where a mail server would be: it takes a line and can be asked whether it has it.
async fn send(app: &App) -> anyhow::Result<()> {
    let outbox = HERE.get().expect("a worker process").directory.join("outbox");
    let key = effect::key("send")?;
    let asked = async { Ok(lines(&outbox).contains(&key).then(|| "found in the outbox".to_owned())) };
    let sent = async {
        append(&outbox, &key)?;
        // The time between the sending and its being noted, in which a kill hurts most.
        tokio::time::sleep(Duration::from_millis(10)).await;
        Ok("sent".to_owned())
    };
    effect::once(app, "send", asked, sent).await?;
    Ok(())
}

fn append(file: &std::path::Path, line: &str) -> anyhow::Result<()> {
    let mut file = std::fs::OpenOptions::new().append(true).create(true).open(file)?;
    Ok(file.write_all(format!("{line}\n").as_bytes())?)
}

pub fn registry() -> Registry {
    let mut registry = Registry::default();
    registry.add::<Does>();
    registry.add::<DoesBriefly>();
    registry.add::<Prober>();
    registry
}

/// Enqueues a deed for the organization named in the file `organization`. A leader called "early" hangs before it, one
/// called "late" after it.
pub fn schedules() -> [Schedule; 1] {
    [Schedule { name: "deeds", period: Duration::from_secs(3600), start: |app| tick(app).boxed() }]
}

async fn tick(app: App) -> anyhow::Result<()> {
    let here = HERE.get().expect("a worker process");
    if here.label == "early" {
        return hang(here).await;
    }
    let organization_id: OrganizationId = lines(&here.directory.join("organization"))[0].parse()?;
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    atum_jobs::enqueue(&mut tx, Deed { what: What::Write }).await?;
    tx.commit().await?;
    if here.label == "late" { hang(here).await } else { Ok(()) }
}

async fn hang(here: &Here) -> anyhow::Result<()> {
    append(&here.directory.join(format!("{}.begun", here.label)), "begun")?;
    std::future::pending().await
}
