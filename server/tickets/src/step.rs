use atum_audit::Event;
use atum_core::{App, Result, caller::Caller};
use atum_sla::Signal;
use chrono::{DateTime, Utc};

use crate::{
    show::{Shown, commit_and_show},
    sight::TicketRef,
    ticket::{self, Ticket},
};

/// A step along the transitions, whole: locks the ticket, applies the rule, saves it with its event, tells the clocks,
/// and answers with the ticket as it now is.
pub(crate) async fn take(
    app: &App,
    caller: &Caller,
    reference: &TicketRef,
    event: &'static str,
    rule: impl FnOnce(Ticket, DateTime<Utc>) -> Result<Ticket>,
    signal: fn(&Ticket) -> Signal,
) -> Result<Shown> {
    let mut tx = app.db.write(caller).await?;
    let before = ticket::lock(&mut tx, caller, reference).await?;
    let now = tx.now;
    let after = rule(before.clone(), now)?;
    let saved = ticket::save(&mut tx, &before, after, Event::public(event)).await?;
    atum_sla::apply(&mut tx, saved.id, signal(&saved), now).await?;
    commit_and_show(tx, caller, saved).await
}
