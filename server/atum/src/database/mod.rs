//! What must be true of the database before anything is served: the roles of the two planes exist and are weak, and
//! the schema is this binary's.

mod archiving;
mod backup_role;
mod external;
mod host_based;
mod migrate;
mod roles;
mod secrets;
mod weak;

pub use archiving::{Archiving, archive_to};
pub use backup_role::BackupRole;
pub use external::External;
pub use migrate::{migrate, must_know, status};
pub use roles::{DATABASE, Role, create};
pub use secrets::{Secrets, password};
pub use weak::refuse_strong_roles;

use atum_core::db::Connections;
use sqlx::postgres::PgConnectOptions;

/// Connects each plane by its own role.
pub fn connections(sign_in: impl Fn(Role) -> PgConnectOptions) -> Connections {
    // A request gives up after 30 s; what it asked the server must not go on much longer.
    // Compiling a statement takes longer than any of ours runs, and its cost is estimated from all rows, not from the page.
    let bounded = |role| sign_in(role).options([("statement_timeout", "60s"), ("jit", "off")]);
    Connections { app: bounded(Role::App), identity: bounded(Role::Identity), jobs: bounded(Role::Jobs) }
}
