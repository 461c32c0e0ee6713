//! The organization's own count of its tickets.

use atum_core::{
    App, Result,
    caller::{Reason, System, Tenant},
    db::{ReadWrite, TenantTx},
    ids::OrganizationId,
};

/// The next number, in a transaction of its own that is over before the ticket's begins: whoever opens another ticket
/// meanwhile waits for neither its texts nor its commit. A ticket that is then refused leaves a gap.
pub(crate) async fn take(app: &App, tenant: &impl Tenant) -> Result<i64> {
    let organization = System { organization_id: tenant.organization_id(), reason: Reason::Number };
    count_and_commit(app.db.write(&organization).await?).await
}

/// The same for a job, which has its own transaction open already.
pub(crate) async fn take_beside(app: &App, organization_id: OrganizationId) -> Result<i64> {
    let organization = System { organization_id, reason: Reason::Number };
    count_and_commit(app.db.write_beside(&organization).await?).await
}

async fn count_and_commit(mut tx: TenantTx<ReadWrite>) -> Result<i64> {
    let number = next(&mut tx).await?;
    // It need not be on the disk by itself: the ticket's own commit comes later in the same log.
    sqlx::query!("set local synchronous_commit = off").execute(&mut *tx).await?;
    tx.commit().await?;
    Ok(number)
}

/// The next number. Others who want one wait until this transaction ends.
pub(crate) async fn next(tx: &mut TenantTx<ReadWrite>) -> Result<i64> {
    let number = sqlx::query_scalar!(
        "insert into desk.ticket_number (organization_id, last_number) values ($1, 1)
         on conflict (organization_id) do update set last_number = desk.ticket_number.last_number + 1
         returning last_number",
        tx.organization_id.0,
    );
    Ok(number.fetch_one(&mut **tx).await?)
}
