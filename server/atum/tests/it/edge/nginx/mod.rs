//! `infra/nginx` measured, not read: study checks are in what each test is called.

mod front;
mod headers;
mod limits;
mod tls;
mod ways;
