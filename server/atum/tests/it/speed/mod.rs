//! What a promise of speed stands on: many tickets, and a measurement of them.

mod bench;
mod seed;
