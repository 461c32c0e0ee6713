use crate::Priority;

/// What happened to a ticket, as far as its clocks care. The domain above sends one for each thing that happened, in
/// order: a reply that also waits for the customer is `StaffReplied`, then `WaitingStarted`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signal {
    Accepted {
        priority: Priority,
    },
    /// A public reply of staff.
    StaffReplied,
    /// A public message of a customer.
    CustomerReplied,
    WaitingStarted,
    WaitingEnded,
    Resolved,
    Reopened,
    Closed,
    Cancelled,
    PriorityChanged {
        priority: Priority,
    },
}
