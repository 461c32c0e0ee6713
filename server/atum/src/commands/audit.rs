use std::path::Path;

use anyhow::{Context, ensure};
use atum_audit::{Event, Head, Signer, Verification};
use atum_core::{
    App,
    caller::{Reason, System},
    ids::OrganizationId,
};
use atum_identity::Organization;
use serde_json::json;

use super::with_installation;
use crate::{audit_key, cli::Audit, installation::Installation};

pub async fn run(command: Audit) -> anyhow::Result<()> {
    match command {
        Audit::Verify { place, org, head, public_key } => {
            with_installation(&place, "", async |installation, app| {
                let heads = match &head {
                    Some(path) => read_heads(path, &public_key.map_or_else(|| own_key(installation), Ok)?)?,
                    None => vec![],
                };
                verify(app, &chosen(app, org.as_deref()).await?, &heads).await
            })
            .await
        }
        Audit::Head { place, org } => {
            with_installation(&place, "", async |installation, app| {
                let signer = audit_key::keep(installation.data_dir.root())?;
                for organization in chosen(app, org.as_deref()).await? {
                    print_head(app, &signer, &organization).await?;
                }
                Ok(())
            })
            .await
        }
        Audit::Key { place } => {
            with_installation(&place, "", async |installation, _| {
                println!("{}", own_key(installation)?);
                Ok(())
            })
            .await
        }
    }
}

fn own_key(installation: &Installation) -> anyhow::Result<String> {
    Ok(audit_key::keep(installation.data_dir.root())?.public_key())
}

async fn chosen(app: &App, slug: Option<&str>) -> anyhow::Result<Vec<Organization>> {
    let all = atum_identity::list_organizations(app).await?;
    let Some(slug) = slug else { return Ok(all) };
    let one: Vec<_> = all.into_iter().filter(|organization| organization.slug == slug).collect();
    ensure!(!one.is_empty(), "there is no organization {slug}");
    Ok(one)
}

/// As `atum audit head` printed them: a line each. One that was not signed by this key says nothing.
fn read_heads(path: &Path, public_key: &str) -> anyhow::Result<Vec<Head>> {
    let text = std::fs::read_to_string(path).with_context(|| format!("reading {}", path.display()))?;
    let heads = text.lines().filter(|line| !line.trim().is_empty()).map(|line| {
        let head: Head = serde_json::from_str(line).with_context(|| format!("{} holds no heads", path.display()))?;
        head.check(public_key)?;
        Ok(head)
    });
    heads.collect()
}

async fn verify(app: &App, organizations: &[Organization], heads: &[Head]) -> anyhow::Result<()> {
    let known = |head: &&Head| !organizations.iter().any(|organization| organization.id == head.organization_id);
    let strange: Vec<_> = heads.iter().filter(known).collect();
    let mut findings = strange.len();
    for head in strange {
        println!("FAIL  a head of organization {} was signed, and it is not among these", head.organization_id);
    }
    for organization in organizations {
        let own: Vec<_> = heads.iter().filter(|head| head.organization_id == organization.id).cloned().collect();
        let verification = atum_audit::verify(app, organization.id, &own).await?;
        note_verification(app, organization.id, &verification).await?;
        tell(&organization.slug, &verification);
        findings += verification.findings.len();
    }
    ensure!(findings == 0, "{findings} findings: what is stored is not what was sealed");
    Ok(())
}

fn tell(slug: &str, verification: &Verification) {
    let Verification { batches, events, unsealed, findings } = verification;
    let mark = if findings.is_empty() { "ok   " } else { "FAIL " };
    println!("{mark} {slug}: {events} events in {batches} batches, {unsealed} not sealed yet");
    for finding in findings {
        println!("      {finding}");
    }
}

/// An operator looked into the organization: that is an event of it, and what was found is kept with it.
async fn note_verification(app: &App, id: OrganizationId, verification: &Verification) -> anyhow::Result<()> {
    let Verification { batches, events, findings, .. } = verification;
    let detail = json!({ "batches": batches, "events": events, "findings": findings.len(), "by": "operator" });
    note(app, id, Event::internal("audit_verified").detail(detail)).await
}

async fn note(app: &App, organization_id: OrganizationId, event: Event) -> anyhow::Result<()> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    atum_audit::record(&mut tx, event).await?;
    Ok(tx.commit().await?)
}

/// Everything that is finished is sealed before: the head that is kept covers it.
async fn print_head(app: &App, signer: &Signer, organization: &Organization) -> anyhow::Result<()> {
    atum_audit::seal_organization(app, organization.id).await?;
    let Some(head) = signer.sign(app, organization.id).await? else {
        eprintln!("{}: nothing has happened yet", organization.slug);
        return Ok(());
    };
    let detail = json!({ "batch": head.number, "by": "operator" });
    note(app, organization.id, Event::internal("audit_head_signed").detail(detail)).await?;
    println!("{}", serde_json::to_string(&head)?);
    Ok(())
}
