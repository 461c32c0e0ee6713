use std::time::Duration;

use atum_core::{
    App, Result,
    caller::{Reason, Role, System},
    ids::{OrganizationId, PersonId},
};
use atum_tickets::NotificationKind;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use super::words::sentence;
use crate::{
    outbox::{Automatic, send_automatic},
    template::{TemplateKind, Values},
};

const PERIOD: Duration = Duration::from_secs(60);

/// Looks each minute whose summary is due.
pub async fn run(app: App, stop: CancellationToken) {
    atum_jobs::every(app, "digest", PERIOD, stop, |app| async move { Ok(json!({ "sent": send_due(&app).await? })) })
        .await;
}

/// Writes every summary that is due; gives how many.
pub async fn send_due(app: &App) -> anyhow::Result<usize> {
    let mut sent = 0;
    for (organization_id, person_id) in due(app).await? {
        sent += usize::from(send(app, organization_id, person_id).await?);
    }
    Ok(sent)
}

async fn due(app: &App) -> Result<Vec<(OrganizationId, PersonId)>> {
    let mut tx = app.db.jobs().await?;
    let rows = sqlx::query!(
        r#"select organization_id as "organization_id!: OrganizationId", person_id as "person_id!: PersonId"
             from desk.due_digest($1)"#,
        app.clock.now(),
    )
    .fetch_all(&mut *tx)
    .await?;
    Ok(rows.into_iter().map(|row| (row.organization_id, row.person_id)).collect())
}

/// The entries go with the mail that tells them: none is told twice. False: another worker was here.
async fn send(app: &App, organization_id: OrganizationId, person_id: PersonId) -> anyhow::Result<bool> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    let entries = sqlx::query!(
        r#"with entry as (
               delete from desk.digest_entry where person_id = $1 returning kind, ticket_id, actor_id, created_at)
           select e.kind as "kind!: NotificationKind", t.number as "number?", t.subject as "subject?", a.name as "actor?"
             from entry e
             left join desk.ticket t on t.organization_id = $2 and t.id = e.ticket_id
             left join desk.person a on a.organization_id = $2 and a.id = e.actor_id
            order by e.created_at"#,
        person_id.0,
        organization_id.0,
    )
    .fetch_all(&mut *tx)
    .await?;
    let person = sqlx::query!(
        r#"select name, email, locale, role as "role: Role", active from desk.person where id = $1"#,
        person_id.0,
    )
    .fetch_one(&mut *tx)
    .await?;
    if entries.is_empty() {
        return Ok(false);
    }
    let count = entries.len().to_string();
    let lines: Vec<String> = entries
        .into_iter()
        .map(|entry| {
            let what = sentence(entry.kind, &person.locale, entry.actor.as_deref());
            match entry.number.zip(entry.subject) {
                Some((number, subject)) => format!("#{number} {subject}: {what}"),
                None => what,
            }
        })
        .collect();
    let place = if person.role.is_staff() { "desk" } else { "portal" };
    let values = Values::from([
        ("name", person.name.clone()),
        ("count", count),
        ("list", lines.join("\n")),
        ("link", format!("{}/{place}", app.config.public_url)),
    ]);
    if person.active {
        let mail = Automatic {
            kind: TemplateKind::Digest,
            ticket: None,
            person_id: Some(person_id),
            address: person.email,
            name: Some(person.name),
            locale: person.locale,
            in_answer: false,
            values,
            link: None,
            send_after: None,
        };
        let _ = send_automatic(app, &mut tx, mail).await?;
    }
    tx.commit().await?;
    Ok(true)
}
