//! An organization to play with: made-up people, and tickets as three busy weeks leave them.
//!
//! The past is not written into tables but played: every step is a request of somebody signed in, to the real router,
//! with the clock at the step's time. So whatever holds for real tickets holds for these.

mod cast;
mod dice;
pub(crate) mod hours;
mod plan;
mod stage;
pub(crate) mod story;

use anyhow::Context;
use atum_core::{App, clock::Clock};
use chrono::{SubsecRound, TimeDelta};

use crate::{commands::org::found, installation::Installation};
pub use cast::Login;
use cast::Organization;
pub(crate) use dice::Dice;

/// Shown in the terminal to whoever asked for the demo, and good for nothing else.
pub const PASSWORD: &str = "copper lantern at dawn";
const PAST: TimeDelta = TimeDelta::days(21);

/// Adds the demo unless it is there, and gives its logins.
pub async fn sow(installation: &Installation, app: &App) -> anyhow::Result<Vec<Login>> {
    let known = atum_identity::list_organizations(app).await?;
    for organization in cast::organizations() {
        if known.iter().all(|known| known.slug != organization.slug) {
            let what = || format!("making the demo organization {}", organization.name);
            play(installation, app, organization).await.with_context(what)?;
        }
    }
    Ok(cast::logins())
}

async fn play(installation: &Installation, app: &App, organization: &'static Organization) -> anyhow::Result<()> {
    // Whole seconds: nobody acts at the same fraction of each.
    let now = app.clock.now().trunc_subsecs(0);
    tracing::info!("making {} tickets for {}", organization.tickets, organization.name);
    let past = installation.app_in_the_past(app, Clock::fixed(now - PAST));
    let organization_id = found(&past, organization.slug, organization.name, organization.time_zone).await?;
    cast::enter(&past, organization_id, organization).await?;
    let mut stage = stage::Stage::new(past.clone(), organization, organization_id);
    let outcome = stage.perform(plan::steps(organization, now - PAST, now), now).await;
    past.db.close().await;
    outcome
}
