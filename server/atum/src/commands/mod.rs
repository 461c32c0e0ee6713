//! What the operator can say. Each command is a file; this one only finds it.

mod account;
mod audit;
pub mod backup;
mod bench;
mod describe;
pub mod doctor;
mod jobs;
mod mail;
pub mod org;
pub mod restore;
mod seed;
mod serve;
mod setup;
mod support_bundle;
mod up;

pub use describe::Describe;
pub use setup::{Setup, Stage};
pub use support_bundle::SupportBundle;

use std::io::Write;

use atum_core::App;

use crate::{
    cli::{Cli, Command, Place},
    installation::Installation,
};

pub async fn run(cli: Cli) -> anyhow::Result<()> {
    match cli.command {
        Command::Up(command) => up::run(command).await,
        Command::Serve(command) => serve::serve(command).await,
        Command::Worker(command) => serve::work(command).await,
        Command::Migrate(place) => migrate(&place).await,
        Command::Doctor(command) => doctor::run(command).await,
        Command::Seed(command) => seed::run(command).await,
        Command::Bench(command) => bench::run(&command).await,
        Command::Openapi => openapi(),
        Command::Org(command) => org::run(command).await,
        Command::Account(command) => account::run(command).await,
        Command::Mail(command) => mail::run(&command),
        Command::Jobs(command) => jobs::run(command).await,
        Command::Audit(command) => audit::run(command).await,
        Command::Setup(command) => setup::run(command).await,
        Command::Describe(command) => describe::run(command),
        Command::SupportBundle(command) => support_bundle::run(command).await,
        Command::SetupStage(stage) => setup::run_stage(stage).await,
        Command::Backup(command) => backup::run(command).await,
        Command::Restore(command) => restore::run(command).await,
    }
}

/// Some work wherever the program is run, by anybody; a stage of the setup is told everything it needs.
pub fn needs_configuration(command: &Command) -> bool {
    use Command::{Backup, Bench, Describe, Mail, Openapi, SetupStage};
    match command {
        Openapi | Describe(_) | Mail(_) | Bench(_) | SetupStage(_) => false,
        Backup(backup) => !backup.is_told_everything(),
        _ => true,
    }
}

async fn migrate(place: &Place) -> anyhow::Result<()> {
    let installation = Installation::visit(place).await?;
    let outcome = installation.migrate().await;
    installation.close().await;
    outcome?;
    println!("The database has this version's schema.");
    Ok(())
}

fn openapi() -> anyhow::Result<()> {
    let mut document = serde_json::to_string_pretty(&crate::router::openapi())?;
    document.push('\n');
    Ok(std::io::stdout().write_all(document.as_bytes())?)
}

/// What a command does with the database, which is closed whatever comes of it.
async fn with_installation<T>(
    place: &Place,
    public_url: &str,
    act: impl AsyncFnOnce(&Installation, &App) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    let installation = Installation::visit(place).await?;
    let outcome = async {
        installation.must_be_migrated().await?;
        let app = installation.app_for_command(public_url)?;
        let outcome = act(&installation, &app).await;
        app.db.close().await;
        outcome
    };
    let outcome = outcome.await;
    installation.close().await;
    outcome
}

async fn with_app<T>(
    place: &Place,
    public_url: &str,
    act: impl AsyncFnOnce(&App) -> anyhow::Result<T>,
) -> anyhow::Result<T> {
    with_installation(place, public_url, async |_, app| act(app).await).await
}
