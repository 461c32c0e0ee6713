//! Made-up tickets in any number, for measuring and for trying out: the same number and seed give the same content.
//!
//! What the demo plays through the router, this writes into the tables, in the shape that the product gives them: the
//! clocks are moved by the real rule, every change has its event, every text its words. Times count back from now.

mod cast;
mod deed;
mod id;
mod life;
mod progress;
mod rows;
mod words;
mod world;

use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use anyhow::{Context, bail};
use atum_core::{
    App,
    caller::{Reason, System},
    db::{ReadWrite, TenantTx},
    ids::{OrganizationId, PersonId},
};
use atum_identity::SeedMember;
use atum_sla::rehearse::Rehearsal;
use chrono::{SubsecRound, TimeDelta};
use chrono_tz::Tz;
use futures::future::try_join_all;
use sqlx::{AssertSqlSafe, Connection, PgConnection, postgres::PgConnectOptions};

use cast::Cast;
pub use progress::Progress;
use rows::{Rows, Table};
pub(crate) use words::Talk;
use world::World;

/// How far back the first ticket lies.
const PAST: TimeDelta = TimeDelta::days(730);
/// Tickets of one transaction.
const CHUNK: u64 = 500;

/// What to make.
#[derive(Debug, Clone)]
pub struct Plan {
    pub organization_id: OrganizationId,
    /// Part of every address.
    pub slug: String,
    pub tickets: u64,
    pub seed: u64,
    /// Also where the organization has tickets already.
    pub add: bool,
    /// Of every member of staff.
    pub password: Option<String>,
}

/// What was made.
#[derive(Debug)]
pub struct Sown {
    pub first_number: i64,
    pub last_number: i64,
    /// E-mails: managers, then agents.
    pub staff: Vec<String>,
}

/// Adds the tickets with their people. Numbers go on from the organization's last, and new tickets from these.
pub async fn sow(app: &App, plan: &Plan, progress: &Progress) -> anyhow::Result<Sown> {
    let system = System { organization_id: plan.organization_id, reason: Reason::Operator };
    let now = app.clock.now().trunc_subsecs(0);
    let mut tx = app.db.write(&system).await?;
    let last = take_numbers(&mut tx, plan).await?;
    let rehearsal = Rehearsal::of(&mut tx, plan.organization_id).await?;
    let mut rows = Rows::new(plan.organization_id);
    let label = if last == 0 { String::new() } else { format!("-{last}") };
    let seed = plan.seed.wrapping_add(last.unsigned_abs() << 20);
    let cast = Cast::of(plan.tickets, seed, &plan.slug, &label, now - PAST, &mut rows);
    rows.insert(&mut tx).await?;
    tx.commit().await?;
    give_accounts(app, plan, &cast).await?;
    let world = World {
        organization_id: plan.organization_id,
        cast: &cast,
        zone: rehearsal.time_zone().unwrap_or(Tz::UTC),
        rehearsal: &rehearsal,
        from: now - PAST,
        now,
        seed: plan.seed,
        tickets: plan.tickets,
    };
    write(app, &system, &world, last + 1, progress).await?;
    let last_number = last + i64::try_from(plan.tickets)?;
    let staff = cast.staff().map(|member| member.email.clone()).collect();
    Ok(Sown { first_number: last + 1, last_number, staff })
}

/// Takes the numbers before the tickets are there, so that others who open tickets meanwhile get later ones.
async fn take_numbers(tx: &mut TenantTx<ReadWrite>, plan: &Plan) -> anyhow::Result<i64> {
    if plan.tickets == 0 {
        bail!("there is nothing to make of 0 tickets");
    }
    let count = i64::try_from(plan.tickets).context("so many tickets have no numbers")?;
    let last: i64 = sqlx::query_scalar(
        "insert into desk.ticket_number (organization_id, last_number) values ($1, $2)
         on conflict (organization_id) do update set last_number = desk.ticket_number.last_number + $2
         returning last_number",
    )
    .bind(plan.organization_id)
    .bind(count)
    .fetch_one(&mut **tx)
    .await?;
    if last > count && !plan.add {
        bail!("{} has tickets already; --add adds more to them", plan.slug);
    }
    Ok(last - count)
}

/// Staff can sign in; made-up customers are known by e-mail alone.
async fn give_accounts(app: &App, plan: &Plan, cast: &Cast) -> anyhow::Result<()> {
    let hash = match &plan.password {
        Some(password) => Some(atum_identity::hash_password(password).await?),
        None => None,
    };
    let members: Vec<SeedMember<'_>> = cast
        .staff()
        .map(|member| SeedMember { person_id: PersonId(member.id), email: &member.email, role: member.role })
        .collect();
    Ok(atum_identity::seed_members(app, plan.organization_id, &members, hash.as_ref()).await?)
}

/// A connection for each processor takes chunk after chunk, each in a transaction.
async fn write(
    app: &App,
    system: &System,
    world: &World<'_>,
    first_number: i64,
    progress: &Progress,
) -> anyhow::Result<()> {
    let (chunks, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let worker = async || {
        loop {
            let begin = chunks.fetch_add(1, Relaxed) * CHUNK;
            if begin >= world.tickets {
                return anyhow::Ok(());
            }
            let end = (begin + CHUNK).min(world.tickets);
            let mut rows = Rows::new(world.organization_id);
            for nth in begin..end {
                world.tell(nth, first_number + i64::try_from(nth)?, &mut rows)?;
            }
            let mut tx = app.db.write(system).await?;
            // Words are gathered and put into their index many at a time.
            sqlx::raw_sql("set local gin_pending_list_limit = '64MB'; set local work_mem = '128MB'")
                .execute(&mut *tx)
                .await?;
            rows.insert(&mut tx).await?;
            tx.commit().await?;
            progress.show(done.fetch_add(end - begin, Relaxed) + end - begin, world.tickets);
        }
    };
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(4);
    try_join_all((0..workers).map(|_| worker())).await?;
    Ok(())
}

/// Lets the planner know what is there now, as the owner of the tables. Also puts the last words into their index.
pub async fn settle(owner: &PgConnectOptions) -> anyhow::Result<()> {
    let mut connection = PgConnection::connect_with(owner).await.context("connecting as atum_owner")?;
    sqlx::raw_sql("set maintenance_work_mem = '256MB'").execute(&mut connection).await?;
    for table in Table::ALL {
        let statement = format!("vacuum (analyze) desk.{}", table.name());
        sqlx::raw_sql(AssertSqlSafe(statement)).execute(&mut connection).await?;
    }
    Ok(connection.close().await?)
}
