//! `atum setup`: from an installed package to a working site. Each step looks first and makes only what is missing, so that
//! it can be run again at any time, after a mistake as after a change of mind.

mod answers;
mod backups;
mod certificate;
mod first;
mod machine;
mod report;
mod site;
mod stage;
mod units;

use std::path::PathBuf;

use anyhow::Context;
use atum_core::clock::Clock;
use clap::Args;

pub use stage::{Stage, run as run_stage};

use self::{answers::Ask, machine::Machine, report::Report};
use crate::{
    cli::Place,
    database::{External, Secrets},
};

#[derive(Args)]
pub struct Setup {
    #[command(flatten)]
    pub place: Place,
    /// The name by which people reach it: desk.example.org
    #[arg(long, value_name = "NAME")]
    pub host_name: Option<String>,
    /// Name of the first organization
    #[arg(long, value_name = "NAME")]
    pub organization: Option<String>,
    /// Names it in commands: a-z, 0-9 and - [default: made of its name]
    #[arg(long, value_name = "SLUG", requires = "organization")]
    pub organization_slug: Option<String>,
    /// Where the organization works, for its calendar [default: the machine's]
    #[arg(long, value_name = "ZONE")]
    pub time_zone: Option<chrono_tz::Tz>,
    /// Its first admin, who becomes the operator of the installation as well
    #[arg(long, value_name = "EMAIL")]
    pub admin_email: Option<String>,
    /// The admin's name [default: made of the e-mail]
    #[arg(long, value_name = "NAME", requires = "admin_email")]
    pub admin_name: Option<String>,
    #[command(flatten)]
    pub certificate: CertificateFlags,
    /// An administrator of the PostgreSQL server, to make roles and database [default: the user postgres on its socket]
    #[arg(long, value_name = "URL", hide_env_values = true)]
    pub administrator: Option<String>,
    /// Ask nothing; what is missing is named and ends it
    #[arg(long)]
    pub non_interactive: bool,
    /// Lay everything out under this directory, as for a machine's image, and start nothing
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

#[derive(Args)]
pub struct CertificateFlags {
    /// The certificate, with those between it and a known authority (PEM)
    #[arg(long, value_name = "FILE", requires = "key", conflicts_with = "self_signed")]
    pub certificate: Option<PathBuf>,
    /// Its private key (PEM)
    #[arg(long, value_name = "FILE", requires = "certificate")]
    pub key: Option<PathBuf>,
    /// Begin with a certificate that no browser believes
    #[arg(long)]
    pub self_signed: bool,
}

pub async fn run(mut command: Setup) -> anyhow::Result<()> {
    let machine = Machine::find(command.root.as_deref())?;
    let mut report = Report::default();
    let mut ask = Ask::new(command.non_interactive);
    let configuration = machine.configuration(&mut command.place, &mut report)?;
    let host_name = answers::host_name(&mut ask, command.host_name.as_deref(), &configuration)?;
    let certificate = answers::certificate(&mut ask, &command.certificate, machine.has_certificate())?;

    let public_url = machine.configure(&command.place, &host_name, &mut report)?;
    let secrets_file = machine.secrets_file(&command.place)?;
    let secrets = machine.secrets(&secrets_file, &mut report)?;
    certificate::lay(&machine, &certificate, &host_name, &Clock::from_environment(), &mut report)?;

    prepare_database(&machine, &command, &secrets, &mut report).await?;
    let backups_are_new = backups::prepare(&machine, &command, &mut report).await?;
    let place = stage::Where::new(&command.place, secrets_file, &public_url)?;
    let link = first::organization(&machine, &command, &place, &mut ask, &mut report).await?;

    site::enable(&machine, &host_name, &mut report)?;
    units::enable(&machine, &mut report)?;
    if backups_are_new {
        backups::begin(&machine, &mut report)?;
    }
    report.end(&public_url, link.as_ref());
    Ok(())
}

async fn prepare_database(
    machine: &Machine,
    command: &Setup,
    secrets: &Secrets,
    report: &mut Report,
) -> anyhow::Result<()> {
    let address = command.place.database_url.as_deref().context("ATUM_DATABASE_URL is not set")?;
    let external = External::parse(address)?;
    let prepared = match &command.administrator {
        Some(administrator) => external.prepare_by(&administrator.parse()?, secrets).await?,
        None if external.local_administrator().is_some() => {
            stage::prepare_database(machine, address.to_owned(), secrets.clone()).await?
        }
        None => {
            external.prepare(secrets).await?;
            false
        }
    };
    report.step(prepared, "the database and its roles");
    Ok(())
}
