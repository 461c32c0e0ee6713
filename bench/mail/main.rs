//! How many mails a second stage two does: from the stored row to the ticket. With `--visible 100` how long a mail takes
//! from the mailbox to an open browser.
//!
//! `cargo run --release -p atum --example mail`. Everything is measured in one run on a private PostgreSQL that writes
//! durably, by the worker as `atum serve` runs it. Three of four mails begin a ticket, one answers one; one of ten has a
//! picture and a file of 100 KiB, which are written durably too.

use std::{sync::Arc, time::Duration};

use atum::{cli::Place, database::Role, installation::Installation};
use atum_core::{
    App,
    caller::{Reason, System},
    ids::{InboundMailId, MailChannelId, OrganizationId},
};
use atum_mail::process::ProcessMail;
use base64::{Engine, engine::general_purpose::STANDARD};
use clap::Parser;
use sha2::{Digest, Sha256};
use sqlx::{Connection, Executor, PgConnection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

#[path = "../../server/atum/tests/it/support/dovecot.rs"]
#[expect(dead_code, reason = "the tests use more of it")]
mod dovecot;
#[path = "../staff.rs"]
mod staff;
mod visible;

#[derive(Parser)]
struct Options {
    /// Mails of one round
    #[arg(long, default_value_t = 2_000)]
    mails: u64,
    /// Organizations that they are for
    #[arg(long, default_value_t = 1)]
    organizations: u64,
    /// Measure so many mails from the mailbox to the browser instead
    #[arg(long)]
    visible: Option<usize>,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let options = Options::parse();
    tracing_subscriber::fmt().with_writer(std::io::stderr).with_max_level(tracing::Level::WARN).init();
    let data_dir = std::env::temp_dir().join(format!("atum-bench-mail-{}", std::process::id()));
    let data_dir_of = Some(data_dir.clone());
    let place = Place { data_dir: data_dir_of, ..Place::default() };
    let installation = Installation::start(&place).await?;
    installation.migrate().await?;
    let app = installation.app_for_command("")?;
    let mut owner = PgConnection::connect_with(&installation.sign_in(Role::Owner)).await?;
    let outcome = match options.visible {
        Some(mails) => visible::measure(&app, mails).await,
        None => measure(&options, &app, &mut owner).await,
    };
    owner.close().await?;
    app.db.close().await;
    installation.close().await;
    std::fs::remove_dir_all(&data_dir)?;
    outcome
}

async fn measure(options: &Options, app: &App, owner: &mut PgConnection) -> anyhow::Result<()> {
    let mut channels = vec![];
    for at in 0..options.organizations {
        channels.push(channel(app, &format!("bench-{at}")).await?);
    }
    for round in 0..4 {
        for at in 0..options.mails {
            let (organization_id, channel_id) = channels[usize::try_from(at % options.organizations)?];
            lay(app, organization_id, channel_id, raw(round, at)).await?;
        }
        // As autovacuum does within a minute: the database knows how much there is.
        owner.execute("analyze").await?;
        let taken = work(app, &channels).await?;
        let rate = |taken: Duration| options.mails as f64 / taken.as_secs_f64();
        let (mails, all, warm) = (rate(taken.mails), rate(taken.all), if round == 0 { " (warming up)" } else { "" });
        println!("{mails:>7.0} mails a second; {all:.0} with the answers and all else that came of them{warm}");
    }
    if cfg!(debug_assertions) {
        println!("This is no optimized build.");
    }
    Ok(())
}

async fn channel(app: &App, slug: &str) -> anyhow::Result<(OrganizationId, MailChannelId)> {
    let organization_id = atum_identity::create_organization(app, slug, slug).await?;
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Operator }).await?;
    atum_sla::create_defaults(&mut tx, chrono_tz::UTC).await?;
    let id = MailChannelId::new();
    sqlx::query(
        "insert into desk.mail_channel
             (organization_id, id, name, address, from_name, active, state_since, activated_at, created_at, updated_at)
         values ($1, $2, 'Support', $3, '', false, $4, $4, $4, $4)",
    )
    .bind(organization_id.0)
    .bind(id.0)
    .bind(format!("support@{slug}.test"))
    .bind(tx.now)
    .execute(&mut *tx)
    .await?;
    tx.commit().await?;
    Ok((organization_id, id))
}

/// Some 3 KiB of HTML with its plain text, as programs write it; now and then with what people attach.
fn raw(round: u64, at: u64) -> Vec<u8> {
    let sentence = "The printer on the second floor shows an error and does not print any more. ".repeat(8);
    let answers =
        if at % 4 == 3 { format!("In-Reply-To: <{round}.{}@client.test>\r\n", at - 1) } else { String::new() };
    let sender = if at % 4 == 3 { at - 1 } else { at } % 500;
    let files = if at.is_multiple_of(10) {
        let bytes: Vec<u8> = (0..100u64 << 10).map(|byte| (byte ^ at ^ round << 3) as u8).collect();
        let data = STANDARD.encode(bytes);
        format!(
            "--b\r\nContent-Type: application/pdf; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n{data}\r\n"
        )
    } else {
        String::new()
    };
    format!(
        "From: Ana <ana{sender}@client.test>\r\nTo: support@bench.test\r\nSubject: Printer {round} {at}\r\n\
         Message-ID: <{round}.{at}@client.test>\r\n{answers}MIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=a\r\n\r\n\
         --a\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{sentence}\r\n--a\r\nContent-Type: text/html; charset=utf-8\r\n\r\n\
         <html><body><div style=\"color:red\"><p>{sentence}</p><table><tr><td>a</td></tr></table></div>\
         <div class=\"gmail_quote\">On Monday Ben wrote:<blockquote>{sentence}</blockquote></div></body></html>\r\n--a--\r\n\
         {files}--b--\r\n"
    )
    .into_bytes()
}

async fn lay(app: &App, organization_id: OrganizationId, channel: MailChannelId, raw: Vec<u8>) -> anyhow::Result<()> {
    let mut tx = app.db.write(&System { organization_id, reason: Reason::Job }).await?;
    let id = InboundMailId::new();
    let sha256 = hex::encode(Sha256::digest(&raw));
    sqlx::query(
        "insert into desk.inbound_mail
             (organization_id, id, channel_id, source, received_at, bytes, sha256, identity, header_sha256)
         values ($1, $2, $3, 'lmtp', $4, $5, $6, $6, $6)",
    )
    .bind(organization_id.0)
    .bind(id.0)
    .bind(channel.0)
    .bind(tx.now)
    .bind(i64::try_from(raw.len())?)
    .bind(&sha256)
    .execute(&mut *tx)
    .await?;
    sqlx::query("insert into desk.inbound_raw (organization_id, inbound_mail_id, raw) values ($1, $2, $3)")
        .bind(organization_id.0)
        .bind(id.0)
        .bind(&raw)
        .execute(&mut *tx)
        .await?;
    atum_jobs::enqueue(&mut tx, ProcessMail { inbound_mail_id: id }).await?;
    Ok(tx.commit().await?)
}

/// How long the worker takes until no mail waits any more, and until no job does.
struct Taken {
    mails: Duration,
    all: Duration,
}

async fn work(app: &App, channels: &[(OrganizationId, MailChannelId)]) -> anyhow::Result<Taken> {
    let (begun, stop) = (Instant::now(), CancellationToken::new());
    let registry = Arc::new(atum::worker::registry());
    let worker = tokio::spawn(atum_jobs::worker::run(app.clone(), registry, stop.clone()));
    for (organization_id, _) in channels {
        while stored(app, *organization_id).await? > 0 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
    let mails = begun.elapsed();
    while jobs_left(app).await? > 0 {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let taken = Taken { mails, all: begun.elapsed() };
    stop.cancel();
    worker.await?;
    Ok(taken)
}

async fn stored(app: &App, organization_id: OrganizationId) -> anyhow::Result<i64> {
    let mut tx = app.db.read(&System { organization_id, reason: Reason::Job }).await?;
    let connection: &mut PgConnection = &mut tx;
    let failed = "select count(*) from desk.inbound_mail where outcome in ('failed', 'quarantined')";
    let failed: i64 = sqlx::query_scalar(failed).fetch_one(&mut *connection).await?;
    anyhow::ensure!(failed == 0, "{failed} mails failed");
    let stored = "select count(*) from desk.inbound_mail where outcome = 'stored'";
    Ok(sqlx::query_scalar(stored).fetch_one(connection).await?)
}

async fn jobs_left(app: &App) -> anyhow::Result<i64> {
    let mut tx = app.db.jobs().await?;
    let left = "select count(*) from queue.job where state in ('available', 'running') and run_at <= now()";
    Ok(sqlx::query_scalar(left).fetch_one(&mut *tx).await?)
}
