//! From a bound address to the last answered request.

use std::{net::SocketAddr, time::Duration};

use anyhow::{Context, bail};
use atum_core::{App, clock::Clock, config::Config, credentials, progress::Progress};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    cli::Listen,
    connections::{self, Door, Patience},
    database,
    installation::Installation,
    redirect, router, supervisor,
    tls::{self, Tls},
    worker,
};

/// How long requests under way may take after the process was told to stop.
const DRAIN: Duration = Duration::from_secs(15);

/// Takes the address, before anything slow is begun.
pub async fn bind(address: SocketAddr) -> anyhow::Result<TcpListener> {
    use std::io::ErrorKind;
    match TcpListener::bind(address).await {
        Ok(listener) => Ok(listener),
        Err(error) if error.kind() == ErrorKind::AddrInUse => bail!(
            "another program listens on {address} already; choose another address, for example \
             --listen {}:{}",
            address.ip(),
            address.port().saturating_add(1),
        ),
        Err(error) if error.kind() == ErrorKind::PermissionDenied => {
            bail!("this user may not listen on {address}; ports below 1024 are root's. Choose another with --listen")
        }
        Err(error) => {
            Err(error).with_context(|| format!("{address} cannot be listened on; choose another with --listen"))
        }
    }
}

pub fn config(listen: &Listen, address: SocketAddr, installation: &Installation) -> anyhow::Result<Config> {
    let public_url = listen.public_url.clone().unwrap_or_else(|| {
        let scheme = if listen.tls.tls_certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", reachable(address))
    });
    Ok(Config {
        data_dir: installation.data_dir.root().to_owned(),
        public_url: public_url.trim_end_matches('/').to_owned(),
        upload_limit_bytes: listen.upload_limit_mib << 20,
        trusted_proxies: listen.trusted_proxies.clone(),
        metrics_token: credentials::read("metrics-token")?.or_else(|| listen.metrics_token.clone()),
        breached_passwords_file: installation.breached_passwords_file.clone(),
        mail_listen: listen.mail.mail_listen,
        // What the binary itself serves is watched without being asked for.
        watched_certificates: listen.watched_certificates.iter().chain(&listen.tls.tls_certificate).cloned().collect(),
        secret_key: installation.secret_key()?,
    })
}

/// Nobody's browser goes to 0.0.0.0.
fn reachable(address: SocketAddr) -> SocketAddr {
    match address.ip().is_unspecified() {
        true => SocketAddr::new(std::net::Ipv4Addr::LOCALHOST.into(), address.port()),
        false => address,
    }
}

/// Proves that organizations are isolated, by the roles and by the catalogue, or refuses.
pub async fn prove(installation: &Installation, app: &App) -> anyhow::Result<()> {
    supervisor::starting("proving that organizations are isolated");
    database::refuse_strong_roles(&installation.connections()).await?;
    let report = atum_ops::prove_and_keep(app).await.context("the proof of isolation could not be made")?;
    if report.violations.is_empty() {
        return Ok(());
    }
    let violations: String = report.violations.iter().map(|violation| format!("\n  {violation}")).collect();
    bail!("refusing to start: isolation of organizations does not hold:{violations}")
}

/// What is opened beside the address itself.
#[derive(Default)]
pub struct Outside {
    tls: Option<Tls>,
    redirect: Option<TcpListener>,
}

impl Outside {
    /// Refuses files that could serve nobody, before anything slow is begun.
    pub async fn open(listen: &Listen) -> anyhow::Result<Self> {
        let files = listen.tls.tls_certificate.clone().zip(listen.tls.tls_key.clone());
        let files = files.map(|(certificate, key)| tls::Files { certificate, key });
        let tls = files.map(|files| Tls::open(files, Clock::from_environment())).transpose()?;
        let redirect = match listen.tls.redirect_listen {
            Some(address) => Some(bind(address).await?),
            None => None,
        };
        Ok(Self { tls, redirect })
    }
}

/// Serves until the process is told to stop, then lets what is under way finish.
pub async fn until_stopped(
    app: App,
    listener: TcpListener,
    outside: Outside,
    parts: &[worker::Part],
) -> anyhow::Result<()> {
    let working = worker::start(&app, parts, &app.stop);
    let stop = app.stop.clone();
    let doing = format!("serving {} on {}", app.config.public_url, listener.local_addr()?);
    let router = router::router(app.clone());
    let Outside { tls, redirect } = outside;
    let door = Door { listener, tls: tls.as_ref().map(|tls| tls.acceptor.clone()) };
    if let Some(tls) = tls {
        tokio::spawn(tls.keep_current(stop.clone()));
    }
    let serving = async {
        tokio::join!(
            connections::serve(door, router, stop.clone(), Patience::usual(), &app.progress),
            serve_redirect(&app, redirect),
        )
    };
    let told = tell_when_told(stop.clone());
    let watched = tokio::spawn(supervisor::watch(app.clone(), doing));
    let late = async {
        stop.cancelled().await;
        tokio::time::sleep(DRAIN).await;
    };
    tokio::select! {
        ((), ()) = serving => {}
        () = late => tracing::warn!("some requests did not finish in {DRAIN:?} and were ended"),
    }
    stop.cancel();
    told.abort();
    finish(working).await;
    app.db.close().await;
    watched.abort();
    Ok(())
}

async fn serve_redirect(app: &App, listener: Option<TcpListener>) {
    if let Some(listener) = listener {
        let router = redirect::router(app.clone());
        connections::serve(listener, router, app.stop.clone(), Patience::usual(), &Progress::default()).await;
    }
}

/// For `atum worker`: no address, only work.
pub async fn work_until_stopped(app: App, parts: &[worker::Part]) {
    let working = worker::start(&app, parts, &app.stop);
    let told = tell_when_told(app.stop.clone());
    let names: Vec<&str> = parts.iter().map(|part| part.name()).collect();
    let watched = tokio::spawn(supervisor::watch(app.clone(), format!("working on {}", names.join(", "))));
    app.stop.cancelled().await;
    told.abort();
    finish(working).await;
    app.db.close().await;
    watched.abort();
}

async fn finish(working: TaskTracker) {
    if tokio::time::timeout(DRAIN * 2, working.wait()).await.is_err() {
        tracing::warn!("some work did not end; the next start takes it up again");
    }
}

/// Ctrl-C or SIGTERM asks to stop; the second one does not wait any more.
fn tell_when_told(stop: CancellationToken) -> tokio::task::JoinHandle<()> {
    tokio::spawn(async move {
        stop_signal().await;
        tracing::info!("stopping; what is under way may finish");
        stop.cancel();
        stop_signal().await;
        tracing::warn!("stopping at once");
        std::process::exit(1);
    })
}

async fn stop_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut terminate)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return std::future::pending().await;
    };
    tokio::select! { _ = interrupt.recv() => {}, _ = terminate.recv() => {} }
}
