//! Files that people attach to messages. The row in desk.file says whose a file is; the bytes lie in the blob store
//! under `<organization>/<sha256>`, the same content once an organization.
//!
//! Invariants
//! - A file is never whole in memory, neither coming nor going.
//! - Its type is decided by its content. It leaves as an attachment in a sandbox; only pictures made here are shown.
//! - A file is seen by whoever sees the message that carries it, and before that by its uploader alone; every download
//!   is an event of the ticket.
//! - A row has its blob. A blob without a row is waste, and is removed.

mod download;
mod file;
#[cfg(fuzzing)]
pub mod fuzzing;
mod keep;
mod media_type;
mod name;
mod remove;
mod store;
mod thumbnail;
mod upload;

use atum_core::Router;
use utoipa_axum::routes;

pub use file::{File, attach, of_messages};
pub use keep::{Contents, Put, carry, contents, put};
pub use remove::remove_unattached_files;
pub use store::open_store;

pub fn router() -> Router {
    Router::new()
        .routes(routes!(upload::upload_file))
        .routes(routes!(download::download_file))
        .routes(routes!(thumbnail::get_thumbnail))
}

pub fn jobs(registry: &mut atum_jobs::Registry) {
    registry.add::<remove::RemovesUnattached>();
    registry.add::<remove::RemovesBlob>();
}
