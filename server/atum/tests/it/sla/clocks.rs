use atum_sla::{Cause, ClockState, Metric, Priority, Signal};
use chrono::{DateTime, Utc};

use super::{BERLIN, Ticket};
use crate::support::Test;

fn time(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn owned(metric: &str, state: &str, due_at: Option<&str>) -> (String, String, Option<DateTime<Utc>>) {
    (metric.into(), state.into(), due_at.map(time))
}

#[tokio::test]
async fn accepted_on_friday_at_16_00_is_due_on_monday_at_12_00() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    assert_eq!(ticket.deadline().await, Some(owned("first_response", "running", Some("2026-11-23T12:00:00+01:00"))),);
    let clocks = ticket.clocks().await;
    assert_eq!(
        clocks.iter().map(|clock| clock.metric).collect::<Vec<_>>(),
        [Metric::FirstResponse, Metric::Resolution]
    );
    let told = &clocks[0].explanation;
    assert_eq!(
        told.text,
        "4 h of business time (Mon–Fri 09:00–17:00, Europe/Berlin): accepted Fri 20 Nov 16:00, 1 h on Friday, 3 h on \
         Monday, due Mon 23 Nov 12:00."
    );
    assert_eq!((told.policy_name.as_str(), told.calendar_name.as_str()), ("Standard", "Business hours"));
    assert_eq!(told.steps.iter().map(|step| step.business_ms).sum::<i64>(), 4 * 3_600_000);
}

#[tokio::test]
async fn waiting_for_the_customer_moves_the_due_date_by_the_business_time_paused() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    let before = ticket.clock(Metric::Resolution).await.due_at.unwrap();

    ticket.signal("2026-11-20T16:30:00+01:00", &[Signal::StaffReplied, Signal::WaitingStarted]).await;
    assert_eq!(ticket.deadline().await, Some(owned("resolution", "paused", None)));
    assert_eq!(ticket.clock(Metric::FirstResponse).await.state, ClockState::Met);

    ticket.signal("2026-11-23T10:40:00+01:00", &[Signal::CustomerReplied, Signal::WaitingEnded]).await;
    let resolution = ticket.clock(Metric::Resolution).await;
    // 40 business hours from Friday 16:00 were due Friday 16:00; half an hour of this Friday and 1 h 40 m of Monday later
    // is Monday 10:10.
    assert_eq!(before, time("2026-11-27T16:00:00+01:00"));
    assert_eq!(resolution.due_at, Some(time("2026-11-30T10:10:00+01:00")));
    let causes: Vec<_> = resolution.segments.iter().map(|segment| segment.cause).collect();
    assert_eq!(causes, [Cause::Start, Cause::Pause, Cause::Resume]);
    assert!(resolution.explanation.text.contains("paused 2 h 10 m of business time while waiting for the customer"));
    assert_eq!(
        ticket.deadline().await,
        Some(owned("next_response", "running", Some("2026-11-24T10:40:00+01:00"))),
        "the customer's answer is owed one",
    );
}

#[tokio::test]
async fn a_ticket_that_ended_has_no_deadline_and_one_that_is_reopened_has_its_old_one() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    ticket.signal("2026-11-20T17:00:00+01:00", &[Signal::Resolved]).await;
    assert_eq!(ticket.deadline().await, None);
    // 40 business hours, one of them used on Friday.
    ticket.signal("2026-11-23T09:00:00+01:00", &[Signal::Reopened]).await;
    assert_eq!(ticket.deadline().await, Some(owned("resolution", "running", Some("2026-11-27T16:00:00+01:00"))));
    ticket.signal("2026-11-23T09:30:00+01:00", &[Signal::Cancelled]).await;
    assert_eq!(ticket.deadline().await, None);
    assert_eq!(ticket.clock(Metric::Resolution).await.state, ClockState::Cancelled);
    assert_eq!(ticket.clock(Metric::FirstResponse).await.state, ClockState::Met);
}

#[tokio::test]
async fn a_late_answer_is_a_breach_that_time_made_and_no_person() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    let agent = organization.sign_in(atum_core::caller::Role::Agent).await;
    let now = test.at("2026-11-23T12:30:00+01:00");
    let mut tx = test.app.db.write(&organization.system()).await.unwrap();
    tx.actor = Some(agent.person_id);
    atum_sla::apply(&mut tx, ticket.id, Signal::StaffReplied, now).await.unwrap();
    assert_eq!(tx.actor, Some(agent.person_id));
    tx.commit().await.unwrap();
    assert_eq!(ticket.clock(Metric::FirstResponse).await.state, ClockState::Missed);
    assert_eq!(ticket.said().await, [("sla_breached".to_owned(), "first_response".to_owned())]);
    let actor: Option<uuid::Uuid> = sqlx::query_scalar("select actor_id from desk.event where kind = 'sla_breached'")
        .fetch_one(&mut test.superuser().await)
        .await
        .unwrap();
    assert_eq!(actor, None);
}

#[tokio::test]
async fn a_changed_priority_is_promised_its_own_target() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    let ticket = Ticket::accepted_on_friday(&test, &organization).await;
    ticket.signal("2026-11-20T16:10:00+01:00", &[Signal::PriorityChanged { priority: Priority::Urgent }]).await;
    assert_eq!(ticket.deadline().await, Some(owned("first_response", "running", Some("2026-11-20T16:30:00+01:00"))));
    let segments = ticket.clock(Metric::FirstResponse).await.segments;
    assert_eq!((segments[1].cause, segments[1].business_ms), (Cause::Recalculation, 600_000));
}

#[tokio::test]
async fn the_ledger_cannot_be_rewritten() {
    let test = Test::new().await;
    let organization = test.organization_in("berlin", BERLIN).await;
    Ticket::accepted_on_friday(&test, &organization).await;
    for statement in ["update desk.sla_segment set used_ms = 0", "delete from desk.sla_segment"] {
        let mut tx = test.app.db.write(&organization.system()).await.unwrap();
        let error = sqlx::query(statement).execute(&mut *tx).await.unwrap_err();
        let code = error.as_database_error().and_then(|error| error.code().map(|code| code.into_owned()));
        assert_eq!(code.as_deref(), Some("42501"), "{statement}: {error}");
    }
}
