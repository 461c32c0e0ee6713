use std::{io::IsTerminal, process::ExitCode};

use atum::{cli::Cli, commands};
use clap::Parser;
use tracing_subscriber::EnvFilter;

fn main() -> ExitCode {
    let cli = Cli::parse();
    log_to_standard_error();
    let outcome =
        tokio::runtime::Runtime::new().map_err(Into::into).and_then(|runtime| runtime.block_on(commands::run(cli)));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("atum: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// Words for a person at a terminal, JSON for whatever collects logs. `ATUM_LOG` says how much.
fn log_to_standard_error() {
    let filter = EnvFilter::try_from_env("ATUM_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let log = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() {
        log.with_target(false).init();
    } else {
        log.json().flatten_event(true).init();
    }
}
