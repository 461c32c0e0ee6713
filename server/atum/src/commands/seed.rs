use std::time::Instant;

use atum_core::App;

use super::{org::found, with_installation};
use crate::{
    cli::Seed,
    database::Role,
    demo,
    installation::Installation,
    seed::{self, Plan, Progress, Sown},
};

pub async fn run(command: Seed) -> anyhow::Result<()> {
    match command.tickets {
        Some(tickets) => many(&command, tickets).await,
        None => play_the_demo(&command).await,
    }
}

async fn play_the_demo(command: &Seed) -> anyhow::Result<()> {
    let logins = with_installation(&command.place, "", async |installation, app| demo::sow(installation, app).await);
    let logins = logins.await?;
    println!("Demo logins, each with the password {}", demo::PASSWORD);
    for demo::Login { email, who } in logins {
        println!("  {email:<34} {who}");
    }
    Ok(())
}

async fn many(command: &Seed, tickets: u64) -> anyhow::Result<()> {
    let begun = Instant::now();
    let sown = with_installation(&command.place, "", async |installation, app| {
        let sown = sow(command, tickets, app).await?;
        eprintln!("Sealing what happened and counting what is there …");
        finish(command, installation, app).await?;
        Ok(sown)
    });
    let Sown { first_number, last_number, staff } = sown.await?;
    println!(
        "Made tickets {first_number} to {last_number} of {} in {:.0} s",
        command.org,
        begun.elapsed().as_secs_f64()
    );
    println!("Staff sign in with the password {}:", demo::PASSWORD);
    for email in staff.iter().take(6) {
        println!("  {email}");
    }
    if staff.len() > 6 {
        println!("  … and {} more agents", staff.len() - 6);
    }
    Ok(())
}

async fn sow(command: &Seed, tickets: u64, app: &App) -> anyhow::Result<Sown> {
    let known = atum_identity::list_organizations(app).await?;
    let organization_id = match known.iter().find(|known| known.slug == command.org) {
        Some(known) => known.id,
        None => found(app, &command.org, &command.org, chrono_tz::UTC).await?,
    };
    let plan = Plan {
        organization_id,
        slug: command.org.clone(),
        tickets,
        seed: command.seed,
        add: command.add,
        password: Some(demo::PASSWORD.to_owned()),
    };
    seed::sow(app, &plan, &Progress::on_terminal()).await
}

/// A server that runs beside this one may seal too; whoever comes second finds nothing left to do.
async fn finish(command: &Seed, installation: &Installation, app: &App) -> anyhow::Result<()> {
    let known = atum_identity::list_organizations(app).await?;
    for organization in known.iter().filter(|known| known.slug == command.org) {
        atum_audit::seal_organization(app, organization.id).await?;
    }
    seed::settle(&installation.sign_in(Role::Owner)).await
}
