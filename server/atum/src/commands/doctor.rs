use crate::{cli::Place, database, database::Role, installation::Installation, serve};

/// Looks at everything, one line each, and fails if one of them is not as it must be.
pub async fn run(place: &Place) -> anyhow::Result<()> {
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
