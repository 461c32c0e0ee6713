//! `atum doctor`: looks at everything that must be true, and says of each thing that is not what to do.

mod database;
mod dns;
mod isolation;
mod machine;
mod mail;

use std::path::PathBuf;

use atum_core::App;
use atum_ops::{Component, HealthStatus};
use clap::{Args, Subcommand};
use serde::Serialize;

pub use self::machine::system;
use crate::{cli::Place, installation::Installation};

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Doctor {
    #[command(flatten)]
    pub look: Look,
    /// Print what was found as JSON
    #[arg(long)]
    pub json: bool,
    #[command(subcommand)]
    pub part: Option<DoctorPart>,
}

/// What is looked at.
#[derive(Args, Clone)]
pub struct Look {
    #[command(flatten)]
    pub place: Place,
    /// A certificate in PEM that is looked at, with the key beside it; may be given several times
    #[arg(long = "watch-certificate", env = "ATUM_WATCH_CERTIFICATES", value_name = "FILE", value_delimiter = ',')]
    pub watched_certificates: Vec<PathBuf>,
}

#[derive(Subcommand)]
pub enum DoctorPart {
    /// Only the isolation of organizations, layer by layer
    Isolation {
        #[command(flatten)]
        place: Place,
        /// Print the whole report as JSON
        #[arg(long)]
        json: bool,
    },
}

pub async fn run(command: Doctor) -> anyhow::Result<()> {
    if let Some(DoctorPart::Isolation { place, json }) = command.part {
        return isolation::run(&place, json).await;
    }
    let report = Report::look(&command.look).await;
    match command.json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => report.print(),
    }
    let broken = report.findings.iter().filter(|finding| finding.status == HealthStatus::Fail).count();
    anyhow::ensure!(broken == 0, "{broken} of these must be mended");
    Ok(())
}

#[derive(Serialize)]
pub struct Report {
    pub version: &'static str,
    /// The worst of all.
    pub status: HealthStatus,
    pub findings: Vec<Component>,
}

impl Report {
    /// Looks at what can be looked at: where there is no database, at the machine alone.
    pub async fn look(look: &Look) -> Self {
        let findings = match Installation::visit(&look.place).await {
            Ok(installation) => {
                let findings = everything(&installation, look).await;
                installation.close().await;
                findings
            }
            Err(error) => vec![finding("installation", Err(error.context("it cannot be opened")))],
        };
        Self::of(findings)
    }

    pub fn of(findings: Vec<Component>) -> Self {
        let status = findings.iter().map(|finding| finding.status).max().unwrap_or(HealthStatus::Pass);
        Self { version: env!("CARGO_PKG_VERSION"), status, findings }
    }

    fn print(&self) {
        for finding in &self.findings {
            let mark = match finding.status {
                HealthStatus::Pass => "ok  ",
                HealthStatus::Warn => "WARN",
                HealthStatus::Fail => "FAIL",
            };
            println!("{mark}  {}{}", finding.name, told(finding));
        }
    }
}

fn told(finding: &Component) -> String {
    match (&finding.output, finding.observed_value, finding.observed_unit) {
        (Some(output), ..) => format!(": {output}"),
        (None, Some(value), Some(unit)) => format!(": {value} {unit}"),
        _ => String::new(),
    }
}

async fn everything(installation: &Installation, look: &Look) -> Vec<Component> {
    let mut all = machine::look(installation, look);
    all.extend(database::look(installation).await);
    match installation.app_for_command("") {
        Ok(app) => {
            all.extend(inside(&app, look).await);
            app.db.close().await;
        }
        Err(error) => all.push(finding("installation", Err(error))),
    }
    all
}

/// What the running system says of itself, after isolation was proved anew.
pub async fn inside(app: &App, look: &Look) -> Vec<Component> {
    let config =
        atum_core::config::Config { watched_certificates: look.watched_certificates.clone(), ..(*app.config).clone() };
    let app = App { config: config.into(), ..app.clone() };
    let mut all = vec![];
    if let Err(error) = atum_ops::prove_and_keep(&app).await {
        all.push(finding("proof", Err(error.context("isolation could not be proved"))));
    }
    all.extend(atum_ops::components(&app).await);
    all.push(database::time_zones(&app).await);
    all.extend(mail::look(&app, dns::Resolver::of_this_machine().as_ref()).await);
    all
}

/// A detail where it is well; what is wrong and what to do where it is not.
fn finding(name: impl Into<String>, outcome: anyhow::Result<String>) -> Component {
    let (status, output) = match outcome {
        Ok(detail) => (HealthStatus::Pass, detail),
        Err(error) => (HealthStatus::Fail, format!("{error:#}")),
    };
    Component {
        name: name.into(),
        status,
        observed_value: None,
        observed_unit: None,
        since: None,
        output: Some(output),
    }
}

fn warning(name: impl Into<String>, output: impl Into<String>) -> Component {
    Component { status: HealthStatus::Warn, ..finding(name, Ok(output.into())) }
}
