use super::*;
use crate::{
    ClockState, Priority,
    clock::fixture::{Desk, berlin},
};
use proptest::prelude::*;

const ACCEPTED: Signal = Signal::Accepted { priority: Priority::Normal };
const HOUR: i64 = 3_600_000;

fn accepted_on_friday() -> Desk {
    let mut desk = Desk::new();
    desk.signal("2026-11-20 16:00", ACCEPTED);
    desk
}

#[test]
fn four_business_hours_from_friday_16_00_are_due_on_monday_12_00() {
    let desk = accepted_on_friday();
    assert_eq!(desk.clock(Metric::FirstResponse).due_at, Some(berlin("2026-11-23 12:00")));
    assert_eq!(desk.clock(Metric::FirstResponse).warn_at, Some(berlin("2026-11-23 11:00")));
    assert_eq!(desk.clock(Metric::Resolution).due_at, Some(berlin("2026-11-24 16:00")));
}

#[test]
fn nothing_runs_before_acceptance_and_nothing_starts_twice() {
    let mut desk = Desk::new();
    for signal in [Signal::CustomerReplied, Signal::StaffReplied, Signal::WaitingStarted, Signal::Resolved] {
        desk.signal("2026-11-20 15:00", signal);
    }
    assert_eq!(desk.clocks, []);
    desk.signal("2026-11-20 16:00", ACCEPTED);
    desk.signal("2026-11-20 16:30", ACCEPTED);
    assert_eq!(desk.clocks.len(), 2);
    assert_eq!(desk.clock(Metric::Resolution).started_at, berlin("2026-11-20 16:00"));
}

#[test]
fn a_reply_that_waits_stops_the_first_response_and_pauses_the_resolution() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::StaffReplied);
    desk.signal("2026-11-20 16:30", Signal::WaitingStarted);
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!((first.state, first.used_ms), (State::Stopped, HOUR / 2));
    let resolution = desk.clock(Metric::Resolution);
    assert_eq!((resolution.state, resolution.due_at, resolution.used_ms), (State::Paused, None, HOUR / 2));
}

#[test]
fn on_resume_the_due_date_has_moved_by_the_business_time_paused() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::WaitingStarted);
    // Half an hour on Friday, 1 h 40 m on Monday; the weekend does not count.
    desk.signal("2026-11-23 10:40", Signal::WaitingEnded);
    assert_eq!(desk.clock(Metric::Resolution).due_at, Some(berlin("2026-11-25 10:10")));
    assert_eq!(desk.clock(Metric::FirstResponse).due_at, Some(berlin("2026-11-23 14:10")));
}

#[test]
fn the_customer_who_writes_after_an_answer_starts_one_next_response() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:10", Signal::CustomerReplied);
    assert_eq!(desk.clocks.len(), 2, "the first response is still owed");
    desk.signal("2026-11-20 16:20", Signal::StaffReplied);
    desk.signal("2026-11-20 16:30", Signal::CustomerReplied);
    desk.signal("2026-11-20 16:40", Signal::CustomerReplied);
    assert_eq!(desk.clock(Metric::NextResponse).started_at, berlin("2026-11-20 16:30"));
    assert_eq!(desk.clock(Metric::NextResponse).due_at, Some(berlin("2026-11-23 10:30")));
    desk.signal("2026-11-23 09:30", Signal::StaffReplied);
    desk.signal("2026-11-23 09:40", Signal::CustomerReplied);
    assert_eq!(desk.clock(Metric::NextResponse).started_at, berlin("2026-11-23 09:40"));
    assert_eq!(desk.clocks.len(), 4);
}

#[test]
fn a_resolution_stops_everything_and_a_reopened_ticket_goes_on_with_its_used_time() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 17:00", Signal::Resolved);
    assert!(desk.clocks.iter().all(|clock| clock.state == State::Stopped));
    desk.signal("2026-11-23 09:00", Signal::Reopened);
    let resolution = desk.clock(Metric::Resolution);
    assert_eq!((resolution.state, resolution.stopped_at, resolution.used_ms), (State::Running, None, HOUR));
    assert_eq!(resolution.due_at, Some(berlin("2026-11-24 16:00")));
    assert_eq!(desk.clock(Metric::FirstResponse).state, State::Stopped);
    let causes: Vec<_> = desk.ledger_of(resolution.id).iter().map(|entry| entry.cause).collect();
    assert_eq!(causes, [Cause::Start, Cause::Stop, Cause::Resume]);
}

#[test]
fn a_cancelled_ticket_owes_nothing() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::Cancelled);
    assert!(desk.clocks.iter().all(|clock| clock.state_at(berlin("2026-12-24 12:00")) == ClockState::Cancelled));
}

#[test]
fn a_changed_priority_changes_the_target_and_keeps_the_used_time() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::PriorityChanged { priority: Priority::Urgent });
    let resolution = desk.clock(Metric::Resolution);
    assert_eq!((resolution.target_minutes, resolution.used_ms), (240, HOUR / 2));
    assert_eq!(resolution.due_at, Some(berlin("2026-11-23 12:00")));
}

#[test]
fn a_target_that_is_already_used_up_is_due_now_and_a_longer_one_takes_the_breach_back() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-23 10:30", Signal::PriorityChanged { priority: Priority::Urgent });
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!((first.due_at, first.breached_at), (Some(berlin("2026-11-23 10:30")), Some(berlin("2026-11-23 10:30"))));
    assert_eq!(desk.alarms, [(Metric::FirstResponse, Alarm::Breached)]);
    desk.signal("2026-11-23 10:40", Signal::PriorityChanged { priority: Priority::Normal });
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!((first.due_at, first.breached_at), (Some(berlin("2026-11-23 12:00")), None));
}

#[test]
fn a_paused_clock_learns_its_new_target_and_stays_paused() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::WaitingStarted);
    desk.signal("2026-11-20 16:40", Signal::PriorityChanged { priority: Priority::Urgent });
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!((first.state, first.due_at, first.target_minutes), (State::Paused, None, 60));
    desk.signal("2026-11-23 09:00", Signal::WaitingEnded);
    assert_eq!(desk.clock(Metric::FirstResponse).due_at, Some(berlin("2026-11-23 09:30")));
}

#[test]
fn an_edited_policy_touches_no_clock_that_has_started() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:10", Signal::StaffReplied);
    let before = desk.clock(Metric::Resolution).promise();
    desk.policy.version = 2;
    desk.policy.targets[0].resolution_minutes = 1;
    desk.policy.targets[0].next_response_minutes = 60;
    for (wall, signal) in [
        ("2026-11-20 16:20", Signal::WaitingStarted),
        ("2026-11-20 16:30", Signal::WaitingEnded),
        ("2026-11-20 16:30", Signal::CustomerReplied),
    ] {
        desk.signal(wall, signal);
    }
    assert_eq!(desk.clock(Metric::Resolution).promise(), before);
    let next = desk.clock(Metric::NextResponse).promise();
    assert_eq!((next.target_minutes, next.policy_version), (60, 2), "a clock that starts now is promised the new");
}

#[test]
fn a_late_answer_is_missed_even_if_no_worker_had_looked() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-23 12:01", Signal::StaffReplied);
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!(first.state_at(berlin("2026-11-23 12:01")), ClockState::Missed);
    assert_eq!(first.breached_at, Some(berlin("2026-11-23 12:00")));
    assert_eq!(desk.alarms, [(Metric::FirstResponse, Alarm::Breached)]);
}

#[test]
fn an_answer_in_the_last_quarter_is_met_without_a_belated_warning() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-23 11:30", Signal::StaffReplied);
    assert_eq!(desk.clock(Metric::FirstResponse).state_at(berlin("2026-12-24 12:00")), ClockState::Met);
    assert_eq!(desk.alarms, []);
}

#[test]
fn a_breach_survives_a_pause() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-23 13:00", Signal::WaitingStarted);
    desk.signal("2026-11-23 14:00", Signal::WaitingEnded);
    let first = desk.clock(Metric::FirstResponse);
    assert_eq!(first.due_at, Some(berlin("2026-11-23 12:00")));
    assert_eq!(first.state_at(berlin("2026-11-23 14:00")), ClockState::Breached);
    assert_eq!(desk.alarms, [(Metric::FirstResponse, Alarm::Breached)], "said once");
}

#[test]
fn a_request_that_waited_for_another_does_not_turn_the_ledger_back() {
    let mut desk = accepted_on_friday();
    desk.signal("2026-11-20 16:30", Signal::WaitingStarted);
    desk.signal("2026-11-20 16:29", Signal::WaitingEnded);
    let resolution = desk.clock(Metric::Resolution);
    assert_eq!((resolution.used_ms, resolution.segment_at), (HOUR / 2, berlin("2026-11-20 16:30")));
    assert_eq!(resolution.due_at, Some(berlin("2026-11-24 16:00")));
}

#[test]
fn a_reader_sees_warning_and_breach_before_the_worker_comes() {
    let desk = accepted_on_friday();
    let state = |wall| desk.clock(Metric::FirstResponse).state_at(berlin(wall));
    assert_eq!(state("2026-11-23 10:59"), ClockState::Running);
    assert_eq!(state("2026-11-23 11:00"), ClockState::Warning);
    assert_eq!(state("2026-11-23 12:00"), ClockState::Breached);
}

fn signals() -> impl Strategy<Value = Signal> {
    prop_oneof![
        1 => Just(Signal::StaffReplied),
        1 => Just(Signal::CustomerReplied),
        4 => Just(Signal::WaitingStarted),
        4 => Just(Signal::WaitingEnded),
        1 => Just(Signal::Resolved),
        1 => Just(Signal::Reopened),
        1 => Just(Signal::PriorityChanged { priority: Priority::Urgent }),
        1 => Just(Signal::PriorityChanged { priority: Priority::Normal }),
    ]
}

proptest! {
    /// Whatever happens to a ticket: the stretches in the ledger, measured by the calendar, sum up to the used time; a
    /// clock that runs is due when what is left of its target has passed; and nothing is said twice.
    #[test]
    fn the_ledger_sums_up_to_the_used_time(life in prop::collection::vec((0..3_000i64, signals()), 1..40)) {
        let mut desk = accepted_on_friday();
        let calendar = desk.arithmetic();
        let mut now = berlin("2026-11-20 16:00");
        for (minutes, signal) in life {
            now += chrono::TimeDelta::minutes(minutes);
            desk.signal_at(now, signal);
            for clock in &desk.clocks {
                let ledger = desk.ledger_of(clock.id);
                let ends = ledger.iter().skip(1).map(|entry| entry.at).chain([now]);
                let ran = ledger.iter().zip(ends).filter(|(entry, _)| entry.due_at.is_some());
                let used: i64 = ran.map(|(entry, until)| calendar.between(entry.at, until)).sum();
                prop_assert_eq!(clock.used_at(&calendar, now), used);
                if let Some(due_at) = clock.due_at.filter(|due_at| *due_at > now) {
                    prop_assert_eq!(used + calendar.between(now, due_at), clock.target_ms());
                    prop_assert_eq!(clock.breached_at, None);
                }
                prop_assert_eq!(clock.state == State::Running, clock.due_at.is_some());
            }
        }
    }

    /// Waiting, whenever and for however long, moves the due date by exactly the business time that passed meanwhile.
    #[test]
    fn a_pause_moves_the_due_date_by_the_business_time_paused(before in 0..2_000i64, paused in 0..20_000i64) {
        let mut desk = accepted_on_friday();
        let calendar = desk.arithmetic();
        let due_before = desk.clock(Metric::Resolution).due_at.unwrap();
        let from = berlin("2026-11-20 16:00") + chrono::TimeDelta::minutes(before);
        let to = from + chrono::TimeDelta::minutes(paused);
        desk.signal_at(from, Signal::WaitingStarted);
        desk.signal_at(to, Signal::WaitingEnded);
        let due_after = desk.clock(Metric::Resolution).due_at.unwrap();
        prop_assert_eq!(calendar.between(due_before, due_after), calendar.between(from, to));
    }
}
