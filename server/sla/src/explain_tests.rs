use super::*;
use crate::{
    Priority, Signal,
    clock::fixture::{Desk, berlin, calendar_with},
};
use proptest::prelude::*;

fn told(desk: &Desk, metric: Metric, wall: &str) -> Explanation {
    let clock = desk.clock(metric);
    let (ledger, arithmetic) = (desk.ledger_of(clock.id), desk.arithmetic());
    let (calendar, policy_name) = (&desk.calendar, "Standard");
    explain(&Subject { clock, ledger: &ledger, policy_name, calendar, arithmetic: &arithmetic }, berlin(wall))
}

/// What follows the target and the hours, which are the same each time.
fn story(desk: &Desk, metric: Metric, wall: &str) -> String {
    let text = told(desk, metric, wall).text;
    text.split_once("): ").unwrap().1.to_owned()
}

fn accepted_on_friday() -> Desk {
    let mut desk = Desk::new();
    desk.signal("2026-11-20 16:00", Signal::Accepted { priority: Priority::Normal });
    desk
}

fn seen(step: &Step) -> (String, &str, &str, i64) {
    (step.day.to_string(), &step.from, &step.to, step.business_ms / 60_000)
}

#[test]
fn the_friday_example_in_words_and_steps() {
    let told = told(&accepted_on_friday(), Metric::FirstResponse, "2026-11-20 16:05");
    assert_eq!(
        told.text,
        "4 h of business time (Mon–Fri 09:00–17:00, Europe/Berlin): accepted Fri 20 Nov 16:00, 1 h on Friday, \
         3 h on Monday, due Mon 23 Nov 12:00."
    );
    let steps: Vec<_> = told.steps.iter().map(seen).collect();
    assert_eq!(
        steps,
        [("2026-11-20".to_owned(), "16:00", "17:00", 60), ("2026-11-23".to_owned(), "09:00", "12:00", 180)]
    );
}

#[test]
fn a_pause_is_told_with_its_business_time() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::WaitingStarted);
    assert_eq!(
        story(&desk, Metric::FirstResponse, "2026-11-22 12:00"),
        "accepted Fri 20 Nov 16:00, 30 m on Friday, paused since Fri 20 Nov 16:30 with 3 h 30 m left: the due date is \
         set when the ticket goes on."
    );
    desk.signal("2026-11-23 10:40", Signal::WaitingEnded);
    assert_eq!(
        story(&desk, Metric::FirstResponse, "2026-11-23 10:41"),
        "accepted Fri 20 Nov 16:00, 30 m on Friday, paused 2 h 10 m of business time while waiting for the customer, \
         3 h 30 m on Monday, due Mon 23 Nov 14:10."
    );
}

#[test]
fn what_ended_says_how() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::StaffReplied);
    assert_eq!(
        story(&desk, Metric::FirstResponse, "2026-12-01 12:00"),
        "accepted Fri 20 Nov 16:00, 30 m on Friday, answered Fri 20 Nov 16:30, in time."
    );
    desk.signal("2026-11-24 16:30", Signal::Resolved);
    assert_eq!(
        story(&desk, Metric::Resolution, "2026-12-01 12:00"),
        "accepted Fri 20 Nov 16:00, 1 h on Friday, 8 h on Monday, 7 h 30 m on Tuesday, resolved Tue 24 Nov 16:30, late: \
         it was due Tue 24 Nov 16:00."
    );
}

#[test]
fn a_changed_priority_and_a_reopened_ticket_are_told() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 17:00", Signal::Resolved);
    desk.signal("2026-11-23 09:00", Signal::Reopened);
    desk.signal("2026-11-23 10:00", Signal::PriorityChanged { priority: Priority::Urgent });
    assert_eq!(
        story(&desk, Metric::Resolution, "2026-11-23 10:00"),
        "accepted Fri 20 Nov 16:00, 1 h on Friday, reopened Mon 23 Nov 09:00, 1 h on Monday, target changed from 16 h \
         to 4 h, 2 h on Monday, due Mon 23 Nov 12:00."
    );
}

#[test]
fn hours_counted_by_a_calendar_that_was_edited_are_not_made_up() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 17:00", Signal::WaitingStarted);
    desk.signal("2026-11-23 09:00", Signal::WaitingEnded);
    desk.calendar.windows = calendar_with(&[(1..=5, "09:00", "16:30")]).windows;
    let told = told(&desk, Metric::FirstResponse, "2026-11-23 09:00");
    assert!(told.text.contains("1 h counted before the calendar was changed, paused"), "{}", told.text);
    assert_eq!(told.steps.len(), 1);
}

#[test]
fn many_days_are_summed_up_in_words_and_steps() {
    let mut desk = Desk::new();
    desk.policy.targets[0].resolution_minutes = 20 * 480;
    desk.signal("2026-11-20 16:00", Signal::Accepted { priority: Priority::Normal });
    let told = told(&desk, Metric::Resolution, "2026-11-20 16:00");
    let end = "1 h on Friday, 152 h on the next 19 working days, 7 h on Fri 18 Dec, due Fri 18 Dec 16:00.";
    assert!(told.text.ends_with(end), "{}", told.text);
    assert_eq!(told.steps.len(), MOST_STEPS);
    let grouped: Vec<_> = told.steps.iter().filter(|step| step.last_day.is_some()).map(seen).collect();
    assert_eq!(grouped, [("2026-12-01".to_owned(), "09:00", "17:00", 8 * 480)]);
}

proptest! {
    /// The steps of a clock that runs sum up to its target, however long it is and however often it was paused.
    #[test]
    fn the_steps_sum_up_to_the_target(
        target in 1..30_000i32,
        pauses in prop::collection::vec((0..2_000i64, 0..9_000i64), 0..8),
    ) {
        let mut desk = Desk::new();
        desk.policy.targets[0].resolution_minutes = target;
        desk.signal("2026-11-20 16:00", Signal::Accepted { priority: Priority::Normal });
        let mut now = berlin("2026-11-20 16:00");
        for (ran, paused) in pauses {
            now += chrono::TimeDelta::minutes(ran);
            desk.signal_at(now, Signal::WaitingStarted);
            now += chrono::TimeDelta::minutes(paused);
            desk.signal_at(now, Signal::WaitingEnded);
        }
        let clock = desk.clock(Metric::Resolution);
        prop_assume!(clock.due_at.is_some_and(|due_at| due_at > now));
        let told = told(&desk, Metric::Resolution, "2026-11-20 16:00");
        prop_assert_eq!(told.steps.iter().map(|step| step.business_ms).sum::<i64>(), clock.target_ms());
        prop_assert!(told.steps.len() <= MOST_STEPS);
    }
}
