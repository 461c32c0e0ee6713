//! Tells the monitoring page where in the program errors are logged.

use tracing::{Event, Level, Subscriber};
use tracing_subscriber::{Layer, layer::Context};

pub struct ErrorPlaces;

impl<S: Subscriber> Layer<S> for ErrorPlaces {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        let place = event.metadata();
        if *place.level() == Level::ERROR {
            atum_ops::note_logged_error(place.file().unwrap_or_else(|| place.target()), place.line().unwrap_or(0));
        }
    }
}
