use std::{io::IsTerminal, process::ExitCode};

use anyhow::Context;
use atum::{cli::Cli, commands, configuration::File, owner};
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atum: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let configuration = File::find();
    let (cli, matches) = Cli::read(configuration.as_ref().ok().and_then(Option::as_ref));
    if commands::needs_configuration(&cli.command) {
        configuration?;
    }
    owner::act_as(&matches)?;
    log_to_standard_error(&cli.log)?;
    tokio::runtime::Runtime::new()?.block_on(commands::run(cli))
}

/// Words for a person at a terminal, JSON for whatever collects logs.
fn log_to_standard_error(level: &str) -> anyhow::Result<()> {
    let log = tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_new(level).context("--log")?)
        .with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.with_target(false).init();
    } else {
        log.json().flatten_event(true).init();
    }
    Ok(())
}
