use std::{io::IsTerminal, process::ExitCode};

use anyhow::Context;
use atum::{cli::Cli, commands, configuration::File, error_places::ErrorPlaces, owner};
use tracing_subscriber::{EnvFilter, Layer, filter::LevelFilter, layer::SubscriberExt, util::SubscriberInitExt};

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

/// Words for a person at a terminal, JSON for whatever collects logs. Where errors are logged is counted, whatever is
/// shown.
fn log_to_standard_error(level: &str) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(level).context("--log")?;
    let log = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let log = match std::io::stderr().is_terminal() {
        true => log.with_target(false).boxed(),
        false => log.json().flatten_event(true).boxed(),
    };
    let places = ErrorPlaces.with_filter(LevelFilter::ERROR);
    tracing_subscriber::registry().with(log.with_filter(filter)).with(places).init();
    Ok(())
}
