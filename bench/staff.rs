use atum_core::{
    App,
    ids::{AccountId, OrganizationId, SessionId},
};
use chrono::TimeDelta;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Signs a member of staff in; gives the cookie.
pub async fn cookie(app: &App, organization: OrganizationId, role: &str) -> anyhow::Result<String> {
    let token = hex::encode(rand::random::<[u8; 32]>());
    let mut tx = app.db.identity().await?;
    let member = "select account_id from identity.membership where organization_id = $1 and role = $2 limit 1";
    let account: Uuid = sqlx::query_scalar(member).bind(organization.0).bind(role).fetch_one(&mut *tx).await?;
    let now = app.clock.now();
    let session = "insert into identity.session
                       (id, token_hash, account_id, organization_id, created_at, last_seen_at, expires_at)
                   values ($1, $2, $3, $4, $5, $5, $6)";
    sqlx::query(session)
        .bind(SessionId::new().0)
        .bind(&Sha256::digest(token.as_bytes())[..])
        .bind(AccountId(account).0)
        .bind(organization.0)
        .bind(now)
        .bind(now + TimeDelta::days(1))
        .execute(&mut *tx)
        .await?;
    tx.commit().await?;
    Ok(format!("atum_session={token}"))
}
