use std::sync::Arc;

use atum_core::{App, config::Config};
use tokio_util::sync::CancellationToken;

use crate::{cli, installation::Installation, serve, worker::Part};

pub async fn serve(command: cli::Serve) -> anyhow::Result<()> {
    let listener = serve::bind(command.listen.listen).await?;
    let address = listener.local_addr()?;
    let outside = serve::Outside::open(&command.listen).await?;
    let installation = Installation::visit(&command.place).await?;
    let outcome = async {
        installation.must_be_migrated().await?;
        let config = serve::config(&command.listen, address, &installation)?;
        let app = installation.app(config, CancellationToken::new())?;
        let app = App { limits: command.listen.limits.limits(), ..app };
        serve::prove(&installation, &app).await?;
        tracing::info!("serving {} on {address}", app.config.public_url);
        let parts: &[Part] = if command.no_workers { &[] } else { &Part::ALL };
        serve::until_stopped(app, listener, outside, parts).await
    };
    let outcome = outcome.await;
    installation.close().await;
    outcome
}

pub async fn work(command: cli::Worker) -> anyhow::Result<()> {
    let installation = Installation::visit(&command.place).await?;
    let outcome = async {
        installation.must_be_migrated().await?;
        let app = installation.app_for_command(&command.public_url)?;
        let config = Config { mail_listen: command.mail.mail_listen, ..(*app.config).clone() };
        let app = App { config: Arc::new(config), ..app };
        serve::prove(&installation, &app).await?;
        let parts: &[Part] = if command.only.is_empty() { &Part::ALL } else { &command.only };
        tracing::info!("working: {parts:?}");
        serve::work_until_stopped(app, parts).await;
        Ok(())
    };
    let outcome = outcome.await;
    installation.close().await;
    outcome
}
