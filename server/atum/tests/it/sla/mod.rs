//! SLA clocks against the real database: tickets are rows here, signals are what `tickets` sends.

use atum_core::{
    caller::Role,
    ids::{PersonId, TicketId},
};
use atum_sla::{Clock, Metric, Priority, Signal};
use chrono_tz::Tz;

use crate::support::{Organization, Test};

mod clocks;
mod settings;
mod tick;

const ACCEPTED: Signal = Signal::Accepted { priority: Priority::Normal };

/// A ticket of normal priority whose clocks are under test.
struct Ticket<'test> {
    test: &'test Test,
    organization: &'test Organization<'test>,
    id: TicketId,
}

impl<'test> Ticket<'test> {
    async fn new(test: &'test Test, organization: &'test Organization<'test>, number: i64) -> Self {
        let requester: PersonId = organization.sign_in(Role::Customer).await.person_id;
        let id = TicketId::new();
        let mut tx = test.app.db.write(&organization.system()).await.expect("a transaction");
        sqlx::query(
            "insert into desk.ticket (organization_id, id, number, subject, status, priority, requester_id, created_at,
                                      updated_at)
             values ($1, $2, $3, 'Printer', 'new', 'normal', $4, $5, $5)",
        )
        .bind(organization.id.0)
        .bind(id.0)
        .bind(number)
        .bind(requester.0)
        .bind(test.clock.now())
        .execute(&mut *tx)
        .await
        .expect("the ticket");
        tx.commit().await.expect("commit");
        Self { test, organization, id }
    }

    /// Accepted Friday 20 November 2026, 16:00 in Berlin: due Monday 12:00.
    async fn accepted_on_friday(test: &'test Test, organization: &'test Organization<'test>) -> Self {
        let ticket = Self::new(test, organization, 1).await;
        ticket.signal("2026-11-20T16:00:00+01:00", &[ACCEPTED]).await;
        ticket
    }

    /// What happened at `time`, in one transaction.
    async fn signal(&self, time: &str, signals: &[Signal]) {
        let now = self.test.at(time);
        let mut tx = self.test.app.db.write(&self.organization.system()).await.expect("a transaction");
        for signal in signals {
            atum_sla::apply(&mut tx, self.id, *signal, now).await.expect("applies");
        }
        tx.commit().await.expect("commit");
    }

    async fn clocks(&self) -> Vec<Clock> {
        let mut tx = self.test.app.db.read(&self.organization.system()).await.expect("a transaction");
        atum_sla::clocks(&mut tx, self.id, self.test.clock.now()).await.expect("clocks")
    }

    async fn clock(&self, metric: Metric) -> Clock {
        self.clocks().await.into_iter().find(|clock| clock.metric == metric).expect("the clock")
    }

    /// The row that lists sort by: metric, state, due date.
    async fn deadline(&self) -> Option<(String, String, Option<chrono::DateTime<chrono::Utc>>)> {
        sqlx::query_as("select metric, state, due_at from desk.sla_deadline where ticket_id = $1")
            .bind(self.id.0)
            .fetch_optional(&mut self.test.superuser().await)
            .await
            .expect("the deadline")
    }

    /// What the clocks said: kind and metric.
    async fn said(&self) -> Vec<(String, String)> {
        sqlx::query_as(
            "select kind, detail ->> 'metric' from desk.event where ticket_id = $1 and kind like 'sla%' order by id",
        )
        .bind(self.id.0)
        .fetch_all(&mut self.test.superuser().await)
        .await
        .expect("events")
    }
}

const BERLIN: Tz = Tz::Europe__Berlin;
