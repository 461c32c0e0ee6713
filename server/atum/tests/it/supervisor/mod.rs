//! What a service manager is told by the built binary, and the units that are shipped for systemd.

mod manager;
mod protocol;
mod units;
