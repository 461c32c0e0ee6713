//! No organization reaches another's rows, and the process would notice if one could.

mod abandoned;
mod catalogue;
mod mutants;
mod refusal;
mod roles;
pub mod routes;
