use atum_ops::proof::{self, Report, Status};

use crate::{cli::Place, commands::with_app};

/// Proves it and shows each layer.
pub async fn run(place: &Place, json: bool) -> anyhow::Result<()> {
    let report = with_app(place, "", async |app| proof::prove(app).await).await?;
    match json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print(&report),
    }
    let broken = report.violations.len();
    anyhow::ensure!(broken == 0, "{broken} violations: isolation of organizations does not hold");
    Ok(())
}

fn print(report: &Report) {
    let checks = &report.checks;
    for (name, [check]) in [("catalogue", &checks.catalogue), ("canary", &checks.canary), ("drift", &checks.drift)] {
        let mark = if check.status == Status::Pass { "ok  " } else { "FAIL" };
        println!("{mark}  {name}: {} violations, {} ms", check.observed_value, check.duration_ms);
    }
    for violation in &report.violations {
        println!("      {violation}");
    }
    println!("{} of {} tables verified in {} ms", report.tables_verified, report.tables_total, report.duration_ms);
}
