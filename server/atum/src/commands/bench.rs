use anyhow::Context;

use crate::{bench, cli::Bench};

pub async fn run(command: &Bench) -> anyhow::Result<()> {
    if cfg!(debug_assertions) {
        eprintln!("This is not an optimized build; its figures say nothing about one.");
    }
    let report = bench::run(command).await?;
    print!("{}", report.text());
    if let Some(file) = &command.json {
        std::fs::write(file, format!("{}\n", serde_json::to_string_pretty(&report)?))
            .with_context(|| format!("writing {}", file.display()))?;
    }
    Ok(())
}
