use atum_core::{App, caller::Role};

use super::{
    Setup,
    answers::{self, Ask},
    machine::Machine,
    report::Report,
    stage::{self, Admin, FirstAnswer, FirstTask, Link, NewOrganization, Where},
};
use crate::{commands::org, database, database::Role as DatabaseRole, installation::Installation};

/// The schema, then the first organization with its admin, who operates the installation.
pub async fn organization(
    machine: &Machine,
    command: &Setup,
    place: &Where,
    ask: &mut Ask,
    report: &mut Report,
) -> anyhow::Result<Option<Link>> {
    let look = FirstTask { place: place.clone(), organization: None, admin: None };
    let found = stage::first(machine, look).await?;
    report.step(found.migrated > 0, "the database's schema, of this version");
    let first = new_organization(command, &found, ask)?;
    let admin = new_admin(command, &found, ask)?;
    let slug = first.as_ref().map(|organization| organization.slug.clone());
    let organization = match (first, &admin) {
        (None, Some(_)) if found.organizations.len() > 1 => {
            anyhow::bail!("there are several organizations; say with --organization whose admin that is")
        }
        (first, _) => first,
    };
    let slug = slug.or_else(|| found.organizations.first().cloned()).unwrap_or_default();
    let task = FirstTask { place: place.clone(), organization, admin };
    let done = stage::first(machine, task).await?;
    report.step(done.founded, &format!("the organization {slug}"));
    report.step(done.made_operator || done.link.is_some(), "its admin, who operates the installation");
    Ok(done.link)
}

fn new_organization(command: &Setup, found: &FirstAnswer, ask: &mut Ask) -> anyhow::Result<Option<NewOrganization>> {
    let name = match &command.organization {
        Some(name) => name.clone(),
        None if !found.organizations.is_empty() => return Ok(None),
        None => ask.ask("The name of the first organization", None, "--organization NAME")?,
    };
    let slug = command.organization_slug.clone().map_or_else(|| answers::slug(&name), Ok)?;
    Ok(Some(NewOrganization { slug, name, time_zone: command.time_zone.unwrap_or_else(answers::time_zone) }))
}

fn new_admin(command: &Setup, found: &FirstAnswer, ask: &mut Ask) -> anyhow::Result<Option<Admin>> {
    let email = match &command.admin_email {
        Some(email) => email.clone(),
        None if found.operators > 0 => return Ok(None),
        None => ask.ask("The e-mail of its first admin", None, "--admin-email EMAIL")?,
    };
    let name = command.admin_name.clone().unwrap_or_else(|| answers::name_of(&email));
    Ok(Some(Admin { email, name }))
}

/// As the services' user: looks, and makes what is asked for and missing.
pub async fn act(task: FirstTask) -> anyhow::Result<FirstAnswer> {
    let public_url = task.place.public_url.clone();
    let installation = Installation::visit(&task.place.place()).await?;
    let outcome = async {
        let (_, pending) = database::status(&installation.sign_in(DatabaseRole::Owner)).await?;
        installation.migrate().await?;
        let app = installation.app_for_command(&public_url)?;
        let outcome = found(&app, task.organization, task.admin).await;
        app.db.close().await;
        outcome.map(|answer| FirstAnswer { migrated: pending, ..answer })
    };
    let outcome = outcome.await;
    installation.close().await;
    outcome
}

async fn found(app: &App, organization: Option<NewOrganization>, admin: Option<Admin>) -> anyhow::Result<FirstAnswer> {
    let mut slugs: Vec<String> =
        atum_identity::list_organizations(app).await?.into_iter().map(|organization| organization.slug).collect();
    let mut answer = FirstAnswer {
        migrated: 0,
        organizations: slugs.clone(),
        founded: false,
        operators: 0,
        made_operator: false,
        link: None,
    };
    if let Some(new) = &organization
        && !slugs.contains(&new.slug)
    {
        org::found(app, &new.slug, &new.name, new.time_zone).await?;
        answer.founded = true;
        slugs.push(new.slug.clone());
    }
    let slug = organization.map(|new| new.slug).or_else(|| slugs.first().cloned());
    if let (Some(admin), Some(slug)) = (admin, slug) {
        admit(app, &admin, &slug, &mut answer).await?;
    }
    let accounts = atum_identity::list_accounts(app).await?;
    answer.operators = accounts.iter().filter(|account| account.operator).count();
    Ok(answer)
}

async fn admit(app: &App, admin: &Admin, slug: &str, answer: &mut FirstAnswer) -> anyhow::Result<()> {
    let accounts = atum_identity::list_accounts(app).await?;
    let known = accounts.iter().find(|account| account.email.eq_ignore_ascii_case(&admin.email));
    if known.is_none() {
        let made = atum_identity::create_account(app, slug, &admin.email, &admin.name, Role::Admin, None).await?;
        answer.link = made.invitation.map(|link| Link {
            email: admin.email.clone(),
            url: link.url,
            until: link.expires_at.format("%F %R UTC").to_string(),
        });
    }
    if !known.is_some_and(|account| account.operator) {
        atum_identity::set_operator(app, &admin.email, true).await?;
        answer.made_operator = true;
    }
    Ok(())
}
