//! Tells cargo of files that macros read without saying so.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
}
