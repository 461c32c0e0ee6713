//! Policies: what is promised, by priority.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::{PgConnection, types::Json};
use utoipa::ToSchema;

use atum_core::{
    Problem, Result,
    db::{ReadWrite, TenantTx},
    ids::{CalendarId, PolicyId},
    problem::Kind,
};

use crate::{Metric, Priority, clock::Promise};

/// What is promised, by priority, in the business time of a calendar.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Policy {
    pub id: PolicyId,
    pub name: String,
    /// The policy of every ticket that no other policy asks for.
    pub is_default: bool,
    pub calendar_id: CalendarId,
    /// The share of a target that is used when a warning is due, 1 to 99.
    #[schema(minimum = 1, maximum = 99)]
    pub warn_percent: i16,
    /// One for each priority, lowest first.
    pub targets: Vec<Target>,
    pub version: i64,
}

/// What is promised for tickets of one priority, in business minutes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Target {
    pub priority: Priority,
    #[schema(minimum = 1)]
    pub first_response_minutes: i32,
    #[schema(minimum = 1)]
    pub next_response_minutes: i32,
    #[schema(minimum = 1)]
    pub resolution_minutes: i32,
}

impl Target {
    pub fn minutes(&self, metric: Metric) -> i32 {
        match metric {
            Metric::FirstResponse => self.first_response_minutes,
            Metric::NextResponse => self.next_response_minutes,
            Metric::Resolution => self.resolution_minutes,
        }
    }
}

impl Policy {
    /// What a clock that starts now is pinned to. Empty where the priority has no target.
    pub(crate) fn promises(&self, priority: Priority) -> HashMap<Metric, Promise> {
        let target = self.targets.iter().find(|target| target.priority == priority);
        let promise = |target: &Target, metric| Promise {
            policy_id: self.id,
            policy_version: self.version,
            calendar_id: self.calendar_id,
            target_minutes: target.minutes(metric),
            warn_percent: self.warn_percent,
        };
        let metrics = [Metric::FirstResponse, Metric::NextResponse, Metric::Resolution];
        target.into_iter().flat_map(|target| metrics.map(|metric| (metric, promise(target, metric)))).collect()
    }
}

struct Row {
    id: PolicyId,
    name: String,
    is_default: bool,
    calendar_id: CalendarId,
    warn_percent: i16,
    version: i64,
    targets: Json<Vec<Target>>,
}

/// Every policy of the organization, the default first.
pub(crate) async fn list(conn: &mut PgConnection) -> Result<Vec<Policy>> {
    let rows = sqlx::query_as!(
        Row,
        r#"select p.id as "id: PolicyId", p.name, p.is_default, p.calendar_id as "calendar_id: CalendarId",
                  p.warn_percent, p.version,
                  coalesce((select jsonb_agg(to_jsonb(t))
                              from desk.sla_target t where t.policy_id = p.id), '[]') as "targets!: Json<Vec<Target>>"
             from desk.sla_policy p order by p.is_default desc, p.name, p.id"#
    )
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().map(Policy::from).collect())
}

impl From<Row> for Policy {
    fn from(row: Row) -> Self {
        let Row { id, name, is_default, calendar_id, warn_percent, version, targets: Json(mut targets) } = row;
        targets.sort_by_key(|target| target.priority);
        Self { id, name, is_default, calendar_id, warn_percent, targets, version }
    }
}

pub(crate) async fn find(conn: &mut PgConnection, id: PolicyId) -> Result<Policy> {
    list(conn).await?.into_iter().find(|policy| policy.id == id).ok_or_else(Problem::not_found)
}

/// The policy that always applies. An organization is created with one and it cannot be removed.
pub(crate) async fn default(conn: &mut PgConnection) -> Result<Policy> {
    let default = list(conn).await?.into_iter().find(|policy| policy.is_default);
    default.ok_or_else(|| Problem::new(Kind::WrongState).detail("the organization has no SLA policy"))
}

/// Replaces the targets.
pub(crate) async fn save_targets(tx: &mut TenantTx<ReadWrite>, id: PolicyId, targets: &[Target]) -> Result<()> {
    sqlx::query!("delete from desk.sla_target where policy_id = $1", id.0).execute(&mut **tx).await?;
    sqlx::query!(
        "insert into desk.sla_target
             (organization_id, policy_id, priority, first_response_minutes, next_response_minutes, resolution_minutes)
         select $1, $2, t.priority, t.first_response_minutes, t.next_response_minutes, t.resolution_minutes
           from jsonb_populate_recordset(null::desk.sla_target, $3) t",
        tx.organization_id.0,
        id.0,
        json!(targets),
    )
    .execute(&mut **tx)
    .await?;
    Ok(())
}
