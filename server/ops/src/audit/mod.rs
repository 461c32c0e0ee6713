//! What happened in an organization, for its admins: to read, to filter, to take away.

mod event;
mod export_events;
mod filter;
mod get_state;
mod list_events;

use utoipa_axum::routes;

pub(crate) fn router() -> atum_core::Router {
    atum_core::Router::new()
        .routes(routes!(list_events::list_audit_events))
        .routes(routes!(export_events::export_audit_events))
        .routes(routes!(get_state::get_audit_state))
}

#[cfg(fuzzing)]
pub(crate) use export_events::one_row;
