use atum_ops::proof::{self, Report, Status};

use crate::{
    cli::{Doctor, DoctorPart, Place},
    database,
    database::Role,
    installation::Installation,
    serve,
};

pub async fn run(command: Doctor) -> anyhow::Result<()> {
    match command.part {
        None => everything(&command.place).await,
        Some(DoctorPart::Isolation { place, json }) => isolation_alone(&place, json).await,
    }
}

/// Looks at everything, one line each, and fails if one of them is not as it must be.
async fn everything(place: &Place) -> anyhow::Result<()> {
    let installation = Installation::visit(place).await?;
    let findings = look(&installation).await;
    installation.close().await;
    let broken = findings.iter().filter(|(_, finding)| finding.is_err()).count();
    for (what, finding) in findings {
        match finding {
            Ok(detail) => println!("ok    {what}: {detail}"),
            Err(error) => println!("FAIL  {what}: {error:#}"),
        }
    }
    anyhow::ensure!(broken == 0, "{broken} of these must be mended");
    Ok(())
}

type Finding = (&'static str, anyhow::Result<String>);

async fn look(installation: &Installation) -> Vec<Finding> {
    vec![
        ("data directory", free_space(installation)),
        ("schema", schema(installation).await),
        ("isolation", isolation(installation).await),
    ]
}

fn free_space(installation: &Installation) -> anyhow::Result<String> {
    let root = installation.data_dir.root();
    let disk = rustix::fs::statvfs(root)?;
    let free_mib = (disk.f_bavail * disk.f_frsize) >> 20;
    anyhow::ensure!(free_mib >= 512, "{} has only {free_mib} MiB left", root.display());
    Ok(format!("{}, {free_mib} MiB free", root.display()))
}

async fn schema(installation: &Installation) -> anyhow::Result<String> {
    match database::status(&installation.sign_in(Role::Owner)).await? {
        (Some(version), 0) => Ok(format!("version {version}")),
        (version, pending) => anyhow::bail!("{pending} migrations are to be run after {version:?}: atum migrate"),
    }
}

async fn isolation(installation: &Installation) -> anyhow::Result<String> {
    let app = installation.app_for_command("")?;
    let proof = serve::prove(installation, &app).await;
    app.db.close().await;
    proof.map(|()| "proven for every table".to_owned())
}

async fn isolation_alone(place: &Place, json: bool) -> anyhow::Result<()> {
    let report = super::with_app(place, "", async |app| proof::prove(app).await).await?;
    match json {
        true => println!("{}", serde_json::to_string_pretty(&report)?),
        false => print_report(&report),
    }
    let broken = report.violations.len();
    anyhow::ensure!(broken == 0, "{broken} violations: isolation of organizations does not hold");
    Ok(())
}

fn print_report(report: &Report) {
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
