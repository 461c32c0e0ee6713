use atum_audit::Event;
use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};
use chrono_tz::Tz;
use serde_json::json;

use super::with_app;
use crate::cli::Org;

pub async fn run(command: Org) -> anyhow::Result<()> {
    match command {
        Org::Create { place, slug, name, time_zone } => {
            let name = name.unwrap_or_else(|| slug.clone());
            with_app(&place, "", async |app| found(app, &slug, &name, time_zone).await).await?;
            println!("Founded {name}. Next: atum account create EMAIL --org {slug} --name NAME --role admin");
        }
        Org::AllowList { place, slug, clear: true } => {
            with_app(&place, "", async |app| Ok(atum_identity::clear_allow_list(app, &slug).await?)).await?;
            println!("{slug} lets everybody in from everywhere.");
        }
        Org::AllowList { place, slug, clear: false } => {
            show(&with_app(&place, "", async |app| Ok(atum_identity::allow_list(app, &slug).await?)).await?);
        }
        Org::List { place } => {
            let organizations =
                with_app(&place, "", async |app| Ok(atum_identity::list_organizations(app).await?)).await?;
            for organization in organizations {
                println!("{:<24} {}", organization.slug, organization.name);
            }
        }
        Org::AllowPasswords { place, slug } => {
            let was_required =
                with_app(&place, "", async |app| Ok(atum_identity::allow_other_ways(app, &slug).await?)).await?;
            let before = if was_required { "" } else { " It was not required before." };
            println!("Single sign-on is not required of the staff of {slug}.{before}");
        }
    }
    Ok(())
}

fn show(list: &atum_identity::AllowList) {
    if list.networks.is_empty() {
        println!("There is no list: people come in from everywhere.");
    }
    for allowed in &list.networks {
        println!("{:<44} {}", allowed.network, allowed.note);
    }
}

/// An organization with the calendar and the policy that every ticket of it will find.
pub async fn found(app: &App, slug: &str, name: &str, time_zone: Tz) -> anyhow::Result<OrganizationId> {
    let organization_id = atum_identity::create_organization(app, slug, name).await?;
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    atum_sla::create_defaults(&mut tx, time_zone).await?;
    let founded = Event::internal("organization_created").change("name", (), name).detail(json!({ "by": "operator" }));
    atum_audit::record(&mut tx, founded).await?;
    tx.commit().await?;
    Ok(organization_id)
}
