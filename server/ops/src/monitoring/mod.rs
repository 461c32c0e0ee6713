//! How the work goes, on one page: for operators of the whole installation, for admins of their own organization. What
//! is asked is bounded, however much waits: the page asks again every few seconds.

mod backups;
mod channels;
mod errors;
mod get_monitoring;
mod hours;
mod isolation;
mod queues;
mod workers;

use atum_core::Router;
use utoipa_axum::routes;

pub(crate) fn router() -> Router {
    Router::new().routes(routes!(get_monitoring::get_monitoring))
}
