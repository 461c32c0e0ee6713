//! What stands between the network and the router: nginx with the shipped site, TLS, limits, several nodes, and the
//! connections that the server opens by itself.

mod egress;
mod hello;
mod limits;
mod nginx;
mod nodes;
mod tls;
