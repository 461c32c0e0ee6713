use std::{io::Write, path::Path};

use clap::{Command, CommandFactory, Subcommand};
use clap_complete::Shell;

use crate::{cli::Cli, configuration};

#[derive(Subcommand)]
pub enum Describe {
    /// The configuration file of a new installation, every key explained
    Configuration,
    /// The page of documentation about every key
    Keys,
    /// Write the manual's pages into a directory
    Manual { directory: std::path::PathBuf },
    /// What completes commands in a shell
    Completions {
        #[arg(value_enum)]
        shell: Shell,
    },
}

pub fn run(what: Describe) -> anyhow::Result<()> {
    let mut output = std::io::stdout().lock();
    match what {
        Describe::Configuration => output.write_all(configuration::shipped().as_bytes())?,
        Describe::Keys => output.write_all(configuration::page().as_bytes())?,
        Describe::Manual { directory } => manual(&directory)?,
        Describe::Completions { shell } => {
            clap_complete::generate(shell, &mut shown(Cli::command()), "atum", &mut output)
        }
    }
    Ok(())
}

/// One page a command.
fn manual(directory: &Path) -> anyhow::Result<()> {
    std::fs::create_dir_all(directory)?;
    Ok(clap_mangen::generate_to(Cli::command(), directory)?)
}

/// Completions do not leave hidden commands out by themselves.
fn shown(command: Command) -> Command {
    let mut kept = Command::new("atum").about(command.get_about().cloned().unwrap_or_default());
    kept = kept.version(env!("CARGO_PKG_VERSION")).propagate_version(true);
    kept = kept.args(command.get_arguments()).subcommand_required(true);
    kept.subcommands(command.get_subcommands().filter(|inner| !inner.is_hide_set()).cloned())
}
