//! Tells the people whom an event concerns. A job: it runs after the event's commit, and a replay tells nobody twice.

use atum_audit::NotifyPeople;
use atum_core::{
    App,
    caller::Role,
    db::{ReadWrite, TenantTx},
    ids::{NotificationId, PersonId, TicketId},
};
use atum_jobs::Handler;
use uuid::Uuid;

use crate::{
    mail_notification::MailNotification,
    notification::NotificationKind as Kind,
    notification_setting::{self, Addressee, MailChoice},
};

pub(crate) struct Notifier;

/// The event with what decides who is told.
struct Fact {
    kind: String,
    actor_id: Option<PersonId>,
    actor_role: Option<Role>,
    /// None: it is of no ticket.
    ticket_id: Option<TicketId>,
    requester_id: Option<PersonId>,
    assignee_id: Option<PersonId>,
    subject_id: Option<PersonId>,
}

impl Handler for Notifier {
    type Job = NotifyPeople;

    async fn run(_: &App, tx: &mut TenantTx<ReadWrite>, job: NotifyPeople) -> anyhow::Result<()> {
        let Some(fact) = read(tx, &job).await? else { return Ok(()) };
        let by_staff = fact.actor_role.is_some_and(Role::is_staff);
        let Some(rule) = rule(&fact.kind, by_staff) else { return Ok(()) };
        let mut people = vec![];
        people.extend(fact.requester_id.filter(|_| rule.requester));
        people.extend(fact.subject_id.filter(|_| rule.subject));
        people.extend(fact.assignee_id.filter(|_| rule.assignee));
        if rule.managers || (rule.managers_if_nobodys && fact.assignee_id.is_none()) {
            people.extend(managers(tx).await?);
        }
        people.retain(|person| Some(*person) != fact.actor_id);
        people.sort();
        people.dedup();
        tell(tx, &job, &fact, rule.kind, &people).await
    }
}

struct Rule {
    kind: Kind,
    requester: bool,
    /// The person whom it happened to.
    subject: bool,
    assignee: bool,
    managers: bool,
    managers_if_nobodys: bool,
}

impl Rule {
    /// Nobody, until the rule says who.
    fn of(kind: Kind) -> Self {
        Self { kind, requester: false, subject: false, assignee: false, managers: false, managers_if_nobodys: false }
    }
}

/// Who is told of which event, and how it is called. Nobody is told of what they did themselves.
fn rule(event: &str, by_staff: bool) -> Option<Rule> {
    let rule = match (event, by_staff) {
        ("ticket_created", _) => Rule { managers: true, ..Rule::of(Kind::TicketNew) },
        ("ticket_accepted", _) => Rule { requester: true, ..Rule::of(Kind::TicketAccepted) },
        ("ticket_assigned", _) => Rule { assignee: true, ..Rule::of(Kind::TicketAssigned) },
        ("message_posted", true) => Rule { requester: true, ..Rule::of(Kind::StaffReplied) },
        ("message_posted", false) => {
            Rule { assignee: true, managers_if_nobodys: true, ..Rule::of(Kind::CustomerReplied) }
        }
        ("ticket_resolved", _) => Rule { requester: true, ..Rule::of(Kind::TicketResolved) },
        ("ticket_reopened", true) => Rule { requester: true, assignee: true, ..Rule::of(Kind::TicketReopened) },
        ("ticket_closed", _) => Rule { requester: true, ..Rule::of(Kind::TicketClosed) },
        ("ticket_rated", _) => Rule { assignee: true, managers: true, ..Rule::of(Kind::TicketRated) },
        ("sla_warned", _) => Rule { assignee: true, managers_if_nobodys: true, ..Rule::of(Kind::SlaWarned) },
        ("sla_breached", _) => Rule { assignee: true, managers: true, ..Rule::of(Kind::SlaBreached) },
        ("impersonation_started", _) => Rule { subject: true, ..Rule::of(Kind::Impersonated) },
        _ => return None,
    };
    Some(rule)
}

async fn read(tx: &mut TenantTx<ReadWrite>, job: &NotifyPeople) -> anyhow::Result<Option<Fact>> {
    let fact = sqlx::query_as!(
        Fact,
        r#"select e.kind, e.actor_id as "actor_id: PersonId", a.role as "actor_role?: Role",
                  t.id as "ticket_id?: TicketId", t.requester_id as "requester_id?: PersonId",
                  t.assignee_id as "assignee_id: PersonId", e.subject_id as "subject_id: PersonId"
             from desk.event e
             left join desk.ticket t on t.organization_id = e.organization_id and t.id = e.ticket_id
             left join desk.person a on a.organization_id = e.organization_id and a.id = e.actor_id
            where e.id = $1"#,
        job.event_id.0,
    );
    Ok(fact.fetch_optional(&mut **tx).await?)
}

async fn managers(tx: &mut TenantTx<ReadWrite>) -> anyhow::Result<Vec<PersonId>> {
    let managers = sqlx::query_scalar!(
        r#"select id as "id: PersonId" from desk.person
            where role in ('manager', 'admin') and active and not machine"#
    );
    Ok(managers.fetch_all(&mut **tx).await?)
}

async fn tell(
    tx: &mut TenantTx<ReadWrite>,
    job: &NotifyPeople,
    fact: &Fact,
    kind: Kind,
    people: &[PersonId],
) -> anyhow::Result<()> {
    let addressees = notification_setting::addressees(tx, people, kind).await?;
    let in_app = addressees.iter().filter(|addressee| addressee.choice.in_app);
    note(tx, job, fact, kind, in_app.map(|addressee| addressee.id.0).collect()).await?;
    for addressee in &addressees {
        mail(tx, job, fact, kind, addressee).await?;
    }
    let organization = tx.organization_id.to_string();
    sqlx::query!("select pg_notify($1, $2)", atum_core::wake::LIVE, organization).execute(&mut **tx).await?;
    Ok(())
}

async fn note(
    tx: &mut TenantTx<ReadWrite>,
    job: &NotifyPeople,
    fact: &Fact,
    kind: Kind,
    people: Vec<Uuid>,
) -> anyhow::Result<()> {
    let ids: Vec<Uuid> = people.iter().map(|_| NotificationId::new().0).collect();
    sqlx::query!(
        "insert into desk.notification
             (organization_id, id, person_id, event_id, kind, ticket_id, actor_id, created_at)
         select $1, told.id, told.person_id, $4, $5, $6, $7, $8
           from unnest($2::uuid[], $3::uuid[]) told (id, person_id)
         on conflict do nothing",
        tx.organization_id.0,
        &ids[..],
        &people[..],
        job.event_id.0,
        kind as _,
        fact.ticket_id.map(|ticket| ticket.0),
        fact.actor_id.map(|actor| actor.0),
        tx.now,
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// By mail at once, which may mean after the person's quiet hours, or with the next summary.
async fn mail(
    tx: &mut TenantTx<ReadWrite>,
    job: &NotifyPeople,
    fact: &Fact,
    kind: Kind,
    to: &Addressee,
) -> anyhow::Result<()> {
    match to.choice.mail {
        MailChoice::Off => Ok(()),
        MailChoice::AtOnce => {
            let not_before = to.times.quiet_until(tx.now);
            let mail = MailNotification { event_id: job.event_id, person_id: to.id, kind, not_before };
            Ok(atum_jobs::enqueue(tx, mail).await?)
        }
        MailChoice::Digest => {
            let due_at = to.times.digest_at(tx.now);
            sqlx::query!(
                "insert into desk.digest_entry
                     (organization_id, person_id, event_id, kind, ticket_id, actor_id, created_at, due_at)
                 values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing",
                tx.organization_id.0,
                to.id.0,
                job.event_id.0,
                kind as _,
                fact.ticket_id.map(|ticket| ticket.0),
                fact.actor_id.map(|actor| actor.0),
                tx.now,
                due_at,
            )
            .execute(&mut **tx)
            .await?;
            Ok(())
        }
    }
}
