//! The life of a ticket: one table of transitions, which every door goes through.

use atum_core::{Problem, Result, caller::Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Status {
    New,
    Accepted,
    InProgress,
    WaitingCustomer,
    Resolved,
    Closed,
    Cancelled,
}

impl Status {
    pub const OPEN: [Status; 4] = [Self::New, Self::Accepted, Self::InProgress, Self::WaitingCustomer];

    pub fn is_open(self) -> bool {
        Self::OPEN.contains(&self)
    }

    /// Read-only for ever: a later message opens a follow-up.
    pub fn is_final(self) -> bool {
        matches!(self, Self::Closed | Self::Cancelled)
    }

    pub fn words(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Accepted => "accepted",
            Self::InProgress => "in progress",
            Self::WaitingCustomer => "waiting for the customer",
            Self::Resolved => "resolved",
            Self::Closed => "closed",
            Self::Cancelled => "cancelled",
        }
    }
}

/// What can be done with a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    Accept,
    Assign,
    Start,
    Wait,
    Resolve,
    Reopen,
    Close,
    Cancel,
    Update,
    Reply,
    Note,
    Rate,
    FollowUp,
}

/// Who takes a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Party {
    Staff(Role),
    /// The requester, or somebody who speaks for the requester's company.
    Customer,
}

use Status::{Accepted, Cancelled, Closed, InProgress, New, Resolved, WaitingCustomer};

/// Who may take an edge.
#[derive(Clone, Copy)]
enum Who {
    Agents,
    Managers,
    ManagersOrCustomer,
    Customer,
}

/// Every edge there is. What is not here cannot happen.
const TRANSITIONS: [(Status, Action, Status, Who); 14] = [
    (New, Action::Accept, Accepted, Who::Managers),
    (New, Action::Cancel, Cancelled, Who::ManagersOrCustomer),
    (Accepted, Action::Start, InProgress, Who::Agents),
    (Accepted, Action::Cancel, Cancelled, Who::Managers),
    (InProgress, Action::Wait, WaitingCustomer, Who::Agents),
    (InProgress, Action::Resolve, Resolved, Who::Agents),
    (InProgress, Action::Cancel, Cancelled, Who::Managers),
    (WaitingCustomer, Action::Start, InProgress, Who::Agents),
    (WaitingCustomer, Action::Reply, InProgress, Who::Customer),
    (WaitingCustomer, Action::Resolve, Resolved, Who::Agents),
    (WaitingCustomer, Action::Cancel, Cancelled, Who::Managers),
    (Resolved, Action::Close, Closed, Who::Managers),
    (Resolved, Action::Reopen, InProgress, Who::Agents),
    (Resolved, Action::Reply, InProgress, Who::Customer),
];

impl Who {
    fn includes(self, party: Party) -> bool {
        match (self, party) {
            (Self::Agents, Party::Staff(_)) => true,
            (Self::Managers | Self::ManagersOrCustomer, Party::Staff(role)) => role >= Role::Manager,
            (Self::ManagersOrCustomer | Self::Customer, Party::Customer) => true,
            (Self::Agents | Self::Managers, Party::Customer) | (Self::Customer, Party::Staff(_)) => false,
        }
    }
}

/// The status after a step, or a problem that says why the step is not possible.
pub fn step(from: Status, action: Action, party: Party) -> Result<Status> {
    let edge = TRANSITIONS.iter().find(|edge| edge.0 == from && edge.1 == action);
    match edge {
        Some((_, _, to, who)) if who.includes(party) => Ok(*to),
        Some(_) => Err(Problem::new(atum_core::problem::Kind::Forbidden)),
        None => Err(Problem::wrong_state(format!("the ticket is {}", from.words()))),
    }
}

/// All that this party may do in this state: the page shows these and no others.
pub fn actions(status: Status, party: Party) -> Vec<Action> {
    use Action::{Accept, Assign, Cancel, Close, FollowUp, Note, Rate, Reopen, Reply, Resolve, Start, Update, Wait};
    let steps = [Accept, Start, Wait, Resolve, Reopen, Close, Cancel];
    let mut allowed: Vec<Action> = steps.into_iter().filter(|action| step(status, *action, party).is_ok()).collect();
    let staff = matches!(party, Party::Staff(_));
    let others = [
        (Assign, staff && may_assign(status).is_ok()),
        (Update, staff && !status.is_final()),
        (Reply, may_reply(status, party).is_ok()),
        (Note, staff && !status.is_final()),
        (Rate, !staff && matches!(status, Resolved | Closed)),
        (FollowUp, !staff && status.is_final()),
    ];
    allowed.extend(others.into_iter().filter(|(_, allowed)| *allowed).map(|(action, _)| action));
    allowed
}

/// A new ticket belongs to nobody until a manager took it in; one that ended stays with who had it.
pub fn may_assign(status: Status) -> Result<()> {
    match status {
        New => Err(Problem::wrong_state("a manager has to accept the ticket before it can be assigned")),
        _ if status.is_final() => Err(read_only(status)),
        _ => Ok(()),
    }
}

/// A public message. Staff answer only what was accepted: before that no promise runs.
pub fn may_reply(status: Status, party: Party) -> Result<()> {
    match (status, party) {
        _ if status.is_final() => Err(read_only(status)),
        (New, Party::Staff(_)) => Err(Problem::wrong_state("a manager has to accept the ticket before it is answered")),
        _ => Ok(()),
    }
}

pub fn read_only(status: Status) -> Problem {
    Problem::wrong_state(format!("the ticket is {} and read-only", status.words()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Status; 7] = [New, Accepted, InProgress, WaitingCustomer, Resolved, Closed, Cancelled];
    const STEPS: [Action; 8] = [
        Action::Accept,
        Action::Start,
        Action::Wait,
        Action::Resolve,
        Action::Reopen,
        Action::Close,
        Action::Cancel,
        Action::Reply,
    ];
    const PARTIES: [Party; 4] =
        [Party::Customer, Party::Staff(Role::Agent), Party::Staff(Role::Manager), Party::Staff(Role::Admin)];

    #[test]
    fn accepting_is_the_only_way_out_of_new_except_cancelling() {
        for party in PARTIES {
            for action in STEPS {
                if let Ok(to) = step(New, action, party) {
                    assert!(matches!(to, Accepted | Cancelled), "{action:?} by {party:?} leads to {to:?}");
                }
            }
        }
        assert!(step(New, Action::Accept, Party::Staff(Role::Agent)).is_err());
        assert_eq!(step(New, Action::Accept, Party::Staff(Role::Manager)).unwrap(), Accepted);
    }

    #[test]
    fn closed_and_cancelled_are_final() {
        for status in [Closed, Cancelled] {
            for party in PARTIES {
                assert!(STEPS.iter().all(|action| step(status, *action, party).is_err()));
                let left = actions(status, party);
                assert!(left.iter().all(|action| matches!(action, Action::Rate | Action::FollowUp)), "{left:?}");
            }
        }
    }

    #[test]
    fn every_open_state_can_be_cancelled_by_a_manager() {
        for status in ALL {
            let cancelled = step(status, Action::Cancel, Party::Staff(Role::Manager));
            assert_eq!(cancelled.is_ok(), status.is_open(), "{status:?}");
        }
    }

    #[test]
    fn a_customer_takes_no_step_but_answering_and_withdrawing_what_is_new() {
        for status in ALL {
            for action in STEPS {
                if let Ok(to) = step(status, action, Party::Customer) {
                    assert!(
                        (action == Action::Reply && to == InProgress) || (status == New && to == Cancelled),
                        "{status:?} {action:?} {to:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn what_is_offered_can_be_done() {
        for status in ALL {
            for party in PARTIES {
                let offered = actions(status, party);
                assert_eq!(offered.contains(&Action::Assign), party != Party::Customer && may_assign(status).is_ok());
                assert_eq!(offered.contains(&Action::Reply), may_reply(status, party).is_ok());
                assert!(party != Party::Customer || !offered.contains(&Action::Note));
            }
        }
    }
}
