use std::{io::IsTerminal, time::Instant};

use atum_core::App;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::{
    backup::{self, Source},
    cli, demo,
    installation::Installation,
    serve,
    worker::Part,
};

pub async fn run(command: cli::Up) -> anyhow::Result<()> {
    let begun = Instant::now();
    let listener = serve::bind(command.listen.listen).await?;
    let address = listener.local_addr()?;
    let outside = serve::Outside::open(&command.listen).await?;
    let mut installation = Installation::start(&command.place).await?;
    installation.tell(&format!("process {}, http://{address}", std::process::id()))?;
    let outcome = everything(&command, &installation, (listener, outside), begun).await;
    installation.close().await;
    outcome
}

async fn everything(
    command: &cli::Up,
    installation: &Installation,
    (listener, outside): (TcpListener, serve::Outside),
    begun: Instant,
) -> anyhow::Result<()> {
    let address = listener.local_addr()?;
    installation.migrate().await?;
    let config = serve::config(&command.listen, address, installation)?;
    let app = installation.app(config, CancellationToken::new())?;
    let app = App { limits: command.listen.limits.limits(), ..app };
    serve::prove(installation, &app).await?;
    let logins = match command.demo {
        true => Some(demo::sow(installation, &app).await?),
        false => None,
    };
    show(&app, installation, logins.as_deref(), begun);
    if !command.no_backups && installation.cluster().is_some() {
        backup::schedule::start(Source::of(installation, &app, &command.backup)?);
    }
    serve::until_stopped(app, listener, outside, &Part::ALL).await?;
    println!("Stopped. Everything is kept in {}", installation.data_dir.root().display());
    Ok(())
}

/// What a person needs to know to begin.
fn show(app: &App, installation: &Installation, logins: Option<&[demo::Login]>, begun: Instant) {
    let paint = Paint { on: std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none() };
    println!();
    println!("  {} {}", paint.gold("Atum Desk"), env!("CARGO_PKG_VERSION"));
    println!();
    println!("  Open    {}", paint.bold(&app.config.public_url));
    println!("  Data    {}", installation.data_dir.root().display());
    match logins {
        Some(logins) => {
            println!("\n  Demo logins, each with the password {}", paint.bold(demo::PASSWORD));
            for demo::Login { email, who } in logins {
                println!("    {email:<34} {who}");
            }
        }
        None => println!("\n  To begin: atum org create, then atum account create; or atum up --demo"),
    }
    println!("\n  Ready in {:.1} s. Ctrl-C stops.\n", begun.elapsed().as_secs_f64());
}

struct Paint {
    on: bool,
}

impl Paint {
    fn gold(&self, text: &str) -> String {
        self.with("1;38;2;217;181;90", text)
    }
    fn bold(&self, text: &str) -> String {
        self.with("1", text)
    }
    fn with(&self, code: &str, text: &str) -> String {
        if self.on { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
    }
}
