//! An organization to play with: made-up people, and tickets as a busy three weeks leave them.

use atum_core::App;

/// Shown in the terminal to whoever asked for the demo, and never used elsewhere.
pub const PASSWORD: &str = "copper lantern at dawn";

pub struct Login {
    pub email: String,
    pub who: &'static str,
}

/// Adds the demo unless it is there.
pub async fn sow(_: &App) -> anyhow::Result<Vec<Login>> {
    Ok(vec![])
}
