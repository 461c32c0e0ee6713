//! Mail: the channels that it comes and goes by, and what came in.
//!
//! Invariants
//! - A mail that came in is a row of the ledger ([`intake`]) before anything is done to it or to the mailbox that it lay
//!   in. The row ends as accepted, duplicate, quarantined or failed, with the reason; its bytes stay.
//! - What becomes of a stored mail is decided by a job over that row ([`process`]), which may be run again.
//! - Secrets of a channel are sealed with the installation's key and told to nobody ([`channel::secret`]).

pub mod access;
pub mod bounce;
pub mod channel;
pub mod compose;
pub mod guard;
pub mod imap;
pub mod intake;
pub mod notify;
pub mod outbox;
pub mod process;
pub mod rating;
pub mod smtp;
pub mod template;
pub mod thread;
pub mod wire;

use atum_core::{App, Router};
use tokio_util::sync::CancellationToken;
use utoipa_axum::routes;

pub fn router() -> Router {
    Router::new()
        .routes(routes!(outbox::list::list_outbox))
        .routes(routes!(outbox::show::get_outgoing_mail))
        .routes(routes!(outbox::show::get_outgoing_mail_html))
        .routes(routes!(outbox::show::get_outgoing_mail_raw))
        .routes(routes!(outbox::undo::undo_outgoing_mail))
        .routes(routes!(outbox::send_again::send_envelope_again))
        .routes(routes!(outbox::confirm::confirm_envelope))
        .routes(routes!(channel::dkim::set_mail_channel_dkim, channel::dkim::remove_mail_channel_dkim))
        .routes(routes!(template::list::list_mail_templates))
        .routes(routes!(template::save::update_mail_template, template::save::delete_mail_template))
        .routes(routes!(template::preview::preview_mail_template))
        .routes(routes!(process::show_html::get_message_html))
        .routes(routes!(rating::show::get_rating_by_link, rating::rate::rate_by_link))
        .routes(routes!(guard::parked::list_parked_addresses))
        .routes(routes!(guard::parked::release_parked_address))
        .routes(routes!(thread::move_message::move_message))
        .routes(routes!(thread::admit::admit_third_party))
        .routes(routes!(channel::list::list_mail_channels, channel::create::create_mail_channel))
        .routes(routes!(channel::probe::test_mail_channel))
        .routes(routes!(
            channel::show::get_mail_channel,
            channel::update::update_mail_channel,
            channel::remove::delete_mail_channel
        ))
        .routes(routes!(intake::log::list::list_mail_log))
        .routes(routes!(intake::log::show::get_logged_mail))
        .routes(routes!(intake::log::raw::download_logged_mail))
        .routes(routes!(intake::log::process_again::process_mail_again))
}

pub fn jobs(registry: &mut atum_jobs::Registry) {
    registry.add::<access::MailsAccessLinks>();
    registry.add::<notify::Notifies>();
    registry.add::<outbox::RepliesSender>();
    registry.add::<process::Processes>();
    registry.add::<process::ProcessesAgain>();
    registry.add::<process::Acknowledges>();
}

/// What is done without anyone asking, until told to stop.
pub async fn run_worker(app: App, stop: CancellationToken) {
    let listening = async {
        if let Some(address) = app.config.mail_listen {
            intake::listener::listen(app.clone(), address, stop.clone()).await;
        }
    };
    let fetching = intake::run(app.clone(), intake::Pace::default(), stop.clone());
    tokio::join!(listening, fetching, outbox::run(app.clone(), outbox::Pace::default(), stop.clone()));
}
