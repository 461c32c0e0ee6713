use atum_core::{
    App,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::{PersonId, TicketId},
};
use atum_jobs::Handler;
use atum_tickets::{MailNotification, NotificationKind};

use super::words::sentence;
use crate::{
    outbox::{Automatic, send_automatic},
    rating,
    template::{TemplateKind, Values},
};

pub struct Notifies;

impl Handler for Notifies {
    type Job = MailNotification;

    async fn run(app: &App, tx: &mut TenantTx<ReadWrite>, job: MailNotification) -> anyhow::Result<()> {
        // The answer itself goes to the customer, and no mail beside it that there is one.
        if job.kind == NotificationKind::StaffReplied {
            return Ok(());
        }
        let Some(news) = read(tx, &job).await? else { return Ok(()) };
        let resolved = job.kind == NotificationKind::TicketResolved && news.requester_id == job.person_id;
        let kind = if resolved { TemplateKind::TicketResolved } else { TemplateKind::StaffNotification };
        let place = if news.role.is_staff() { "desk" } else { "portal" };
        let link = format!("{}/{place}/tickets/{}", app.config.public_url, news.number);
        let mut values = Values::from([
            ("name", news.name.clone()),
            ("ticket_number", news.number.to_string()),
            ("ticket_subject", news.subject.clone()),
        ]);
        if resolved {
            // Who has no account cannot see the ticket's page.
            let rating = if news.has_account {
                format!("{link}#rating")
            } else {
                let token = rating::mint(&app.config, tx.organization_id, news.number, news.requester_id);
                format!("{}/rate/{token}", app.config.public_url)
            };
            values.extend([("resolution", news.resolution.unwrap_or_default()), ("rating_link", rating)]);
        } else {
            values.insert("event", sentence(job.kind, &news.locale, news.actor_name.as_deref()));
        }
        values.insert("ticket_link", link);
        let mail = Automatic {
            kind,
            ticket: Some((news.ticket_id, news.number)),
            person_id: Some(job.person_id),
            address: news.email,
            name: Some(news.name),
            locale: news.locale,
            in_answer: false,
            values,
            link: None,
            send_after: job.not_before,
        };
        let _ = send_automatic(app, tx, mail).await?;
        Ok(())
    }
}

struct News {
    ticket_id: TicketId,
    number: i64,
    subject: String,
    resolution: Option<String>,
    requester_id: PersonId,
    actor_name: Option<String>,
    name: String,
    email: String,
    locale: String,
    role: Role,
    has_account: bool,
}

/// `None`: it is of no ticket, or the person left meanwhile.
async fn read(tx: &mut TenantTx<ReadWrite>, job: &MailNotification) -> anyhow::Result<Option<News>> {
    let news = sqlx::query_as!(
        News,
        r#"select t.id as "ticket_id: TicketId", t.number, t.subject, t.resolution,
                  t.requester_id as "requester_id: PersonId", a.name as "actor_name?", p.name, p.email, p.locale,
                  p.role as "role: Role", p.has_account
             from desk.event e
             join desk.ticket t on t.organization_id = e.organization_id and t.id = e.ticket_id
             join desk.person p on p.organization_id = e.organization_id and p.id = $2 and p.active
             left join desk.person a on a.organization_id = e.organization_id and a.id = e.actor_id
            where e.id = $1"#,
        job.event_id.0,
        job.person_id.0,
    );
    Ok(news.fetch_optional(&mut **tx).await?)
}
