//! `atum support-bundle`: what somebody far away needs to understand an installation, and nothing of whom it serves. What is
//! asked of the database are counts and sizes; what others wrote into logs and errors goes through [`scrub`].

mod archive;
mod collect;
mod scrub;

use std::path::{Path, PathBuf};

use anyhow::Context;
use clap::Args;

use self::{archive::Archive, scrub::Scrub};
use crate::{
    commands::doctor::{self, Look},
    installation::Installation,
};

#[derive(Args)]
pub struct SupportBundle {
    #[command(flatten)]
    pub look: Look,
    /// Where it is written [default: atum-support-<time>.tar.gz here]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

pub async fn run(command: SupportBundle) -> anyhow::Result<()> {
    let mut archive = Archive::default();
    match Installation::visit(&command.look.place).await {
        Ok(installation) => {
            let outcome = fill(&mut archive, &installation, &command.look).await;
            installation.close().await;
            outcome?;
        }
        // Where it cannot be opened the bundle is needed most.
        Err(error) => archive.add("error.txt", Scrub::default().text(&format!("{error:#}"))),
    }
    archive.add("machine.txt", collect::machine());
    archive.add("configuration.txt", collect::configuration());
    let out = command.out.unwrap_or_else(|| format!("atum-support-{}.tar.gz", archive.made_at()).into());
    write(&out, &archive.packed()?)?;
    println!(
        "{}: {} files, without secrets and customers' data. Look into it before you send it.",
        out.display(),
        archive.len()
    );
    Ok(())
}

async fn fill(archive: &mut Archive, installation: &Installation, look: &Look) -> anyhow::Result<()> {
    let scrub = Scrub::of(installation)?;
    let app = installation.app_for_command("")?;
    let findings = doctor::inside(&app, look).await;
    archive.add("doctor.json", scrub.text(&serde_json::to_string_pretty(&doctor::Report::of(findings))?));
    archive.add("metrics.txt", scrub.text(&atum_ops::metrics::present(&app).await));
    app.db.close().await;
    archive.add("database.json", scrub.text(&serde_json::to_string_pretty(&collect::database(installation).await)?));
    for (name, text) in collect::logs(&installation.data_dir.logs()) {
        archive.add(&name, scrub.log(&text));
    }
    Ok(())
}

/// For its maker's eyes first.
fn write(out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    use std::{io::Write, os::unix::fs::OpenOptionsExt};
    let mut options = std::fs::OpenOptions::new();
    let mut file = options.write(true).create_new(true).mode(0o600).open(out);
    let file = file.as_mut().map_err(|error| anyhow::anyhow!("{error}"));
    file.and_then(|file| Ok(file.write_all(bytes)?)).with_context(|| format!("{} cannot be written", out.display()))
}
