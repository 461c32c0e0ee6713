use anyhow::bail;
use atum_core::{App, ids::JobId};
use atum_jobs::DeadJob;

use super::with_app;
use crate::cli::{DeadLetters, Jobs};

/// More dead letters than an operator reads at once.
const MOST: i64 = 10_000;

pub async fn run(command: Jobs) -> anyhow::Result<()> {
    match command {
        Jobs::List { place } => list(&with_app(&place, "", async |app| dead(app).await).await?),
        Jobs::Replay { place, which } => {
            let outcome = with_app(&place, "", async |app| each(app, &which, Act::Replay).await).await?;
            outcome.tell("will run again")?;
        }
        Jobs::Discard { place, which } => {
            let outcome = with_app(&place, "", async |app| each(app, &which, Act::Discard).await).await?;
            outcome.tell("laid aside")?;
        }
    }
    Ok(())
}

#[derive(Clone, Copy)]
enum Act {
    Replay,
    Discard,
}

#[derive(Default)]
struct Outcome {
    done: u32,
    refused: Vec<String>,
}

/// One that is refused does not keep the others from it.
async fn each(app: &App, which: &DeadLetters, act: Act) -> anyhow::Result<Outcome> {
    let mut outcome = Outcome::default();
    for id in chosen(app, which).await? {
        let acted = match act {
            Act::Replay => atum_jobs::replay(app, id).await,
            Act::Discard => atum_jobs::discard(app, id).await,
        };
        match acted {
            Ok(()) => outcome.done += 1,
            Err(problem) => outcome.refused.push(format!("{id}: {problem}")),
        }
    }
    Ok(outcome)
}

async fn dead(app: &App) -> anyhow::Result<Vec<DeadJob>> {
    Ok(atum_jobs::list_dead(app, MOST).await?)
}

async fn chosen(app: &App, which: &DeadLetters) -> anyhow::Result<Vec<JobId>> {
    if !which.ids.is_empty() {
        return Ok(which.ids.clone());
    }
    let of_kind = |job: &DeadJob| which.kind.as_ref().is_none_or(|kind| *kind == job.kind);
    Ok(dead(app).await?.into_iter().filter(of_kind).map(|job| job.id).collect())
}

impl Outcome {
    fn tell(&self, what: &str) -> anyhow::Result<()> {
        println!("{} {what}.", self.done);
        if self.refused.is_empty() { Ok(()) } else { bail!("refused:\n{}", self.refused.join("\n")) }
    }
}

fn list(jobs: &[DeadJob]) {
    for job in jobs {
        let died = job.finished_at.map(|at| at.format("%F %R UTC").to_string()).unwrap_or_default();
        let last = job.errors.as_array().and_then(|errors| errors.last());
        let reason = last.and_then(|error| error["reason"].as_str()).unwrap_or_default();
        println!("{}  {died}  {}  {}  {reason}", job.id, job.organization_id, job.kind);
    }
}
