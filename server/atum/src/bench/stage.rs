//! Where it is measured: a private cluster in a directory of its own, made-up tickets in it, and the real binary as a
//! process beside.

use std::{
    net::{SocketAddr, TcpListener},
    path::PathBuf,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use anyhow::{Context, bail};
use atum_core::{App, ids::OrganizationId};
use rustix::process::{Pid, Signal, kill_process};
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Connection, PgConnection};

use super::{
    http::{Connection as Http, request},
    scene::Stock,
    usage::{self, Watched},
};
use crate::{
    cli::{BenchPlace, Place},
    commands::org::found,
    database::{DATABASE, Role},
    installation::Installation,
    seed::{self, Plan, Progress},
};

const SLUG: &str = "bench";

pub struct Stage {
    pub installation: Installation,
    pub organization_id: OrganizationId,
    pub tickets: u64,
    pub seeded_seconds: f64,
    directory: PathBuf,
    /// Removed at the end.
    scratch: bool,
}

impl Stage {
    /// In the directory named, which is kept, or in one that is removed afterwards.
    pub async fn set(tickets: u64, place: &BenchPlace) -> anyhow::Result<Self> {
        let scratch = place.data_dir.is_none();
        let named = std::env::temp_dir().join(format!("atum-bench-{}", std::process::id()));
        let directory = place.data_dir.clone().unwrap_or(named);
        let postgres_bin = place.postgres_bin.clone();
        let place = Place { data_dir: Some(directory.clone()), postgres_bin, ..Place::default() };
        let mut installation = Installation::start(&place).await?;
        if make_room(&installation)? {
            installation.close().await;
            installation = Installation::start(&place).await?;
        }
        installation.migrate().await?;
        let app = installation.app_for_command("")?;
        let begun = Instant::now();
        let outcome = Self::fill(&app, &installation, tickets).await;
        app.db.close().await;
        let organization_id = match outcome {
            Ok(organization_id) => organization_id,
            Err(error) => {
                installation.close().await;
                return Err(error);
            }
        };
        let seeded_seconds = begun.elapsed().as_secs_f64();
        Ok(Self { installation, organization_id, tickets, seeded_seconds, directory, scratch })
    }

    /// Nobody's data is measured on: a directory with any other organization is refused.
    async fn fill(app: &App, installation: &Installation, tickets: u64) -> anyhow::Result<OrganizationId> {
        let known = atum_identity::list_organizations(app).await?;
        if known.iter().any(|known| known.slug != SLUG) {
            bail!("the directory holds an installation that somebody uses; name an empty one");
        }
        if let Some(known) = known.first() {
            return Ok(known.id);
        }
        let organization_id = found(app, SLUG, "Bench", chrono_tz::UTC).await?;
        let plan = Plan { organization_id, slug: SLUG.to_owned(), tickets, seed: 1, add: false, password: None };
        seed::sow(app, &plan, &Progress::on_terminal()).await?;
        atum_audit::seal_organization(app, organization_id).await?;
        seed::settle(&installation.sign_in(Role::Owner)).await?;
        Ok(organization_id)
    }

    pub async fn superuser(&self) -> anyhow::Result<PgConnection> {
        let cluster = self.installation.cluster().context("the bench has a cluster of its own")?;
        Ok(PgConnection::connect_with(&cluster.superuser(DATABASE)).await?)
    }

    /// Signs the staff in, managers first, and looks up what there is to ask for.
    pub async fn stock(&self) -> anyhow::Result<Stock> {
        let mut superuser = self.superuser().await?;
        let members: Vec<(uuid::Uuid, String)> = sqlx::query_as(
            "select account_id, role from identity.membership where role <> 'customer'
              order by role = 'manager' desc, person_id",
        )
        .fetch_all(&mut superuser)
        .await?;
        let mut staff = vec![];
        for (account_id, _) in &members {
            let token = hex::encode(rand::random::<[u8; 32]>());
            sqlx::query(
                "insert into identity.session
                     (id, token_hash, account_id, organization_id, created_at, last_seen_at, expires_at)
                 values (gen_random_uuid(), $1, $2, $3, now(), now(), now() + interval '1 day')",
            )
            .bind(&Sha256::digest(token.as_bytes())[..])
            .bind(account_id)
            .bind(self.organization_id)
            .execute(&mut superuser)
            .await?;
            staff.push(token);
        }
        let answerable = sqlx::query_scalar(
            "select number from desk.ticket where status in ('accepted', 'in_progress', 'waiting_customer')
                and company_id is not null and assignee_id is not null order by number",
        );
        let answerable = answerable.fetch_all(&mut superuser).await?;
        let managers = members.iter().filter(|(_, role)| role == "manager").count();
        Ok(Stock { staff, managers, tickets: self.tickets, answerable, fresh: vec![] })
    }

    /// Puts so many tickets where they wait to be accepted, and gives their numbers.
    pub async fn fresh(&self, count: i64) -> anyhow::Result<Vec<i64>> {
        let mut superuser = self.superuser().await?;
        let last: i64 =
            sqlx::query_scalar("update desk.ticket_number set last_number = last_number + $1 returning last_number")
                .bind(count)
                .fetch_one(&mut superuser)
                .await?;
        sqlx::query(
            "insert into desk.ticket (organization_id, id, number, subject, status, priority, requester_id, company_id,
                                      created_at, updated_at)
             select $1, gen_random_uuid(), $2 + n, 'Waits for a manager ' || n, 'new', 'normal', p.id, p.company_id,
                    now(), now()
               from generate_series(1, $3) n
               join (select id, company_id, row_number() over (order by id) - 1 as place, count(*) over () as people
                       from desk.person where role = 'customer' and company_id is not null) p
                 on p.place = n % p.people",
        )
        .bind(self.organization_id)
        .bind(last - count)
        .bind(count)
        .execute(&mut superuser)
        .await?;
        Ok((last - count + 1..=last).collect())
    }

    /// What pgbench picks from: the numbers, by place.
    pub async fn offer(&self, numbers: &[i64]) -> anyhow::Result<()> {
        let mut superuser = self.superuser().await?;
        let make = "drop table if exists public.pick;
             create table public.pick (i bigint primary key, number bigint not null);
             grant usage on schema public to atum_app; grant select on public.pick to atum_app";
        sqlx::raw_sql(make).execute(&mut superuser).await?;
        sqlx::query("insert into public.pick select place - 1, number from unnest($1::bigint[]) with ordinality n (number, place)")
            .bind(numbers)
            .execute(&mut superuser)
            .await?;
        sqlx::raw_sql("analyze public.pick").execute(&mut superuser).await?;
        Ok(())
    }

    /// Takes away what pgbench picked from: the proof of isolation refuses a server a table that it does not know.
    pub async fn withdraw(&self) -> anyhow::Result<()> {
        sqlx::raw_sql("drop table if exists public.pick").execute(&mut self.superuser().await?).await?;
        Ok(())
    }

    /// Makes sure that no checkpoint or vacuum of what was before is measured.
    pub async fn settle(&self) -> anyhow::Result<()> {
        sqlx::raw_sql(AssertSqlSafe("checkpoint".to_owned())).execute(&mut self.superuser().await?).await?;
        Ok(())
    }

    /// Starts the binary on this data and gives it with the time until it was ready.
    pub async fn serve(&self, arguments: &[&str]) -> anyhow::Result<Server> {
        // Taken and let go: the server takes it a moment later.
        let address = TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        let begun = Instant::now();
        let mut command = Command::new(std::env::current_exe().context("where this program is")?);
        // A few accounts ask as much as the machine can answer.
        command.args(["serve", "--limit-per-caller", "none"]).args(arguments).arg("--data-dir").arg(&self.directory);
        command.args(["--listen", &address.to_string()]).env("ATUM_LOG", "warn");
        command.env_remove("ATUM_DATABASE_URL").stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().context("starting the server")?;
        let mut server = Server { process, address, cold_start: Duration::ZERO };
        while begun.elapsed() < Duration::from_secs(30) {
            if server.process.try_wait()?.is_some() {
                bail!("the server ended before it was ready");
            }
            if server.is_ready().await {
                server.cold_start = begun.elapsed();
                return Ok(server);
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        bail!("the server was not ready within 30 seconds")
    }

    pub fn watch(&self, server: &Server) -> anyhow::Result<Watched> {
        let postmaster = usage::postmaster_of(&self.installation.data_dir.postgresql()).context("the postmaster")?;
        Ok(Watched { server: server.process.id(), postmaster })
    }

    pub async fn strike(self) -> anyhow::Result<()> {
        self.installation.close().await;
        if self.scratch {
            std::fs::remove_dir_all(&self.directory).context("removing the scratch directory")?;
        }
        Ok(())
    }
}

/// pgbench's connections come on top of the server's. True: the database has to start anew for it.
fn make_room(installation: &Installation) -> anyhow::Result<bool> {
    let settings = installation.data_dir.postgresql().join("postgresql.local.conf");
    let present = std::fs::read_to_string(&settings).context("the cluster's own settings")?;
    if present.contains("max_connections") {
        return Ok(false);
    }
    std::fs::write(&settings, present + "max_connections = 250\n").context("writing the cluster's own settings")?;
    Ok(true)
}

/// The binary under load. Killed if it is let go without being stopped.
pub struct Server {
    process: Child,
    pub address: SocketAddr,
    pub cold_start: Duration,
}

impl Server {
    async fn is_ready(&self) -> bool {
        let Ok(mut connection) = Http::open(self.address).await else { return false };
        connection.ask(&request("GET", "/readyz", "", None)).await.is_ok_and(|status| status == 200)
    }

    pub async fn stop(mut self) -> anyhow::Result<()> {
        kill_process(Pid::from_child(&self.process), Signal::TERM)?;
        while self.process.try_wait()?.is_none() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if matches!(self.process.try_wait(), Ok(None)) {
            let _ = self.process.kill();
            let _ = self.process.wait();
        }
    }
}
