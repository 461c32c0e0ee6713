//! Links that let somebody in, by mail: an invitation, a new password. They are sealed all the way to the mail itself.

use std::time::Duration;

use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::PersonId,
};
use atum_identity::{AccessLink, AccessPurpose, MailAccessLink, WaitingForPassword};
use atum_jobs::Handler;
use chrono_tz::Tz;
use serde_json::json;
use tokio_util::sync::CancellationToken;

use crate::{
    channel,
    outbox::{Automatic, LINK_MARK, send_automatic},
    template::{TemplateKind, Values},
};

pub struct MailsAccessLinks;

impl Handler for MailsAccessLinks {
    type Job = MailAccessLink;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: MailAccessLink) -> anyhow::Result<()> {
        let link = job.open(app)?;
        // It would let nobody in any more.
        if link.expires_at <= tx.now {
            return Ok(());
        }
        mail(app, tx, job.person_id, link).await
    }
}

async fn mail(app: &App, tx: &mut TenantTx<ReadWrite>, person_id: PersonId, link: AccessLink) -> anyhow::Result<()> {
    let person =
        sqlx::query!("select name, email, locale, time_zone from desk.person where id = $1 and active", person_id.0,)
            .fetch_optional(&mut **tx)
            .await?;
    let Some(person) = person else { return Ok(()) };
    let zone: Tz = person.time_zone.parse().unwrap_or(Tz::UTC);
    let kind = match link.purpose {
        AccessPurpose::Invitation => TemplateKind::Invitation,
        AccessPurpose::PasswordReset => TemplateKind::PasswordReset,
    };
    let values = Values::from([
        ("name", person.name.clone()),
        ("link", LINK_MARK.to_owned()),
        ("expires_at", link.expires_at.with_timezone(&zone).format("%Y-%m-%d %H:%M %Z").to_string()),
    ]);
    let automatic = Automatic {
        kind,
        ticket: None,
        person_id: Some(person_id),
        address: person.email,
        name: Some(person.name),
        locale: person.locale,
        in_answer: false,
        values,
        link: Some(link.url),
        send_after: None,
    };
    let _ = send_automatic(app, tx, automatic).await?;
    Ok(())
}

const PERIOD: Duration = Duration::from_secs(5);

/// Answers people who forgot their password, apart from their request: the time that takes tells nothing.
pub async fn run(app: App, stop: CancellationToken) {
    atum_jobs::every(app, "password_requests", PERIOD, stop, |app| async move {
        Ok(json!({ "answered": answer_waiting(&app).await? }))
    })
    .await;
}

/// Mails a link to everybody who waits for one, whose account is one organization's alone, and whose organization can send
/// mail. The others are still shown to admins and operators, who make the link.
pub async fn answer_waiting(app: &App) -> anyhow::Result<usize> {
    let mut answered = 0;
    for waiting in atum_identity::waiting_for_password(app).await? {
        answered += usize::from(answer(app, &waiting).await?);
    }
    Ok(answered)
}

async fn answer(app: &App, waiting: &WaitingForPassword) -> anyhow::Result<bool> {
    let system = System { organization_id: waiting.organization_id, reason: Reason::SignIn };
    let mut tx = app.db.read(&system).await?;
    let can_send = channel::default(&mut tx).await?.is_some();
    drop(tx);
    if !can_send {
        return Ok(false);
    }
    // A crash between leaves the request waiting: another link is made, and this one ends.
    let link = atum_identity::issue_password_link(app, waiting).await?;
    let mut tx = app.db.write(&system).await?;
    mail(app, &mut tx, waiting.person_id, link).await?;
    tx.commit().await?;
    atum_identity::password_link_was_sent(app, waiting).await?;
    Ok(true)
}
