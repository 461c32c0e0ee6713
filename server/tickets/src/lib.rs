//! Tickets: what a customer asked, what was said, who works on it, and how it ended.
//!
//! Invariants
//! - A ticket changes its status only along `status::TRANSITIONS`, whichever door the change comes through.
//! - A change locks the row, applies a pure rule, saves, records the event and enqueues effects, in one transaction.
//! - A write that was made from an older ticket is refused, whoever wrote it: the row's version is a condition of every save.
//! - Internal notes are for staff. Every query that gives messages asks for the caller's sight; none lists roles.
//! - `closed` and `cancelled` are final: a later message opens a linked follow-up.

mod accept;
mod assign;
mod by_mail;
mod cancel;
mod close;
mod counters;
mod create;
mod dashboard;
mod days;
mod delivery;
mod draft;
mod feed;
mod follow_up;
#[cfg(fuzzing)]
pub mod fuzzing;
mod history;
mod list;
mod live;
mod mail;
mod mail_notification;
mod message;
mod narrow;
mod new_tickets;
mod notification;
mod notification_setting;
mod notify;
mod number;
mod order;
mod post_message;
mod presence;
mod rate;
mod reopen;
mod resolve;
mod search;
mod seat;
mod seen;
mod send_reply;
mod show;
mod sight;
mod start;
mod status;
mod step;
mod summary;
mod ticket;
mod update;
mod update_notification_settings;
mod view;
mod wait;

use atum_core::Router;
use utoipa_axum::routes;

pub use by_mail::{
    MailText, answer_by_mail, bring_back, hear_by_mail, make_public, note_by_mail, open_by_mail, open_with_message,
    put_message,
};
pub use create::{NewTicket, Opened, open_ticket};
pub use delivery::EnvelopeState;
pub use follow_up::{link, relate};
pub use mail::{FoldedRange, MailAddress, MailInvitation};
pub use mail_notification::MailNotification;
pub use notification::NotificationKind;
pub use notification_setting::wants_replies_by_mail;
pub use rate::{NewRating, Rateable, Rating, rate_as_requester, rateable};
pub use send_reply::SendReply;
pub use status::Status;
pub use ticket::{Ticket, lock_by_id};
pub use update::{TicketChange, change_ticket};
pub use view::TicketStub;

pub fn router() -> Router {
    Router::new()
        .routes(routes!(list::list_tickets, create::create_ticket))
        .routes(routes!(new_tickets::list_new_tickets))
        .routes(routes!(show::get_ticket, update::update_ticket))
        .routes(routes!(accept::accept_ticket))
        .routes(routes!(assign::assign_ticket))
        .routes(routes!(start::start_ticket))
        .routes(routes!(wait::wait_ticket))
        .routes(routes!(resolve::resolve_ticket))
        .routes(routes!(reopen::reopen_ticket))
        .routes(routes!(close::close_ticket))
        .routes(routes!(cancel::cancel_ticket))
        .routes(routes!(message::list_messages, post_message::create_message))
        .routes(routes!(history::list_history))
        .routes(routes!(rate::rate_ticket))
        .routes(routes!(draft::get_draft, draft::save_draft))
        .routes(routes!(presence::update_presence))
        .routes(routes!(notification::list_notifications))
        .routes(routes!(notification::read_notification))
        .routes(routes!(notification::read_all_notifications))
        .routes(routes!(
            update_notification_settings::get_notification_settings,
            update_notification_settings::update_notification_settings
        ))
        .routes(routes!(live::stream_live))
        .routes(routes!(counters::get_counters))
        .routes(routes!(dashboard::get_dashboard))
        .routes(routes!(search::search))
}

pub fn jobs(registry: &mut atum_jobs::Registry) {
    registry.add::<notify::Notifier>();
}
