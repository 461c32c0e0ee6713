//! Tells cargo of files that macros read without saying so.

fn main() {
    // A debug build reads the web app's files when it runs.
    if std::env::var("PROFILE").as_deref() == Ok("release") {
        println!("cargo::rerun-if-changed=../../web/dist");
    }
}
