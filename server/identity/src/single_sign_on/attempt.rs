//! A browser that was sent to the provider. It comes back with the state that it was given, or not at all: single use, ten
//! minutes, in the same browser (OpenID Connect Core 1.0, section 3.1.2.1; RFC 9700, section 2.1).

use std::time::Duration;

use atum_core::{Result, ids::OrganizationId};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use sqlx::PgConnection;

use crate::token::{self, Token};

pub(crate) const LIFETIME: Duration = Duration::from_mins(10);

pub(super) struct Attempt {
    pub organization_id: OrganizationId,
    pub slug: String,
    pub nonce: String,
    pub code_verifier: String,
    pub next: Option<String>,
}

impl Attempt {
    pub fn new(organization_id: OrganizationId, slug: &str, next: Option<&str>) -> Self {
        let random = || Token::new().as_str().to_owned();
        let next = next.filter(|next| is_own_path(next)).map(str::to_owned);
        Self { organization_id, slug: slug.to_owned(), nonce: random(), code_verifier: random(), next }
    }

    /// RFC 7636, section 4.2, method S256.
    pub fn code_challenge(&self) -> String {
        URL_SAFE_NO_PAD.encode(Sha256::digest(self.code_verifier.as_bytes()))
    }
}

/// A path of this origin. `//host` and `/\host` are other origins to a browser.
fn is_own_path(path: &str) -> bool {
    let (mut bytes, sound) = (path.bytes(), path.len() <= 2000);
    sound && bytes.next() == Some(b'/') && bytes.next().is_none_or(|byte| byte != b'/') && !path.contains(odd)
}

fn odd(letter: char) -> bool {
    letter == '\\' || letter.is_control()
}

/// Keeps the attempt for the browser with this secret and gives its state.
pub(super) async fn begin(
    conn: &mut PgConnection,
    attempt: &Attempt,
    browser: &Token,
    now: DateTime<Utc>,
) -> Result<Token> {
    sqlx::query!("delete from identity.single_sign_on_attempt where expires_at <= $1", now).execute(&mut *conn).await?;
    let state = Token::new();
    sqlx::query!(
        "insert into identity.single_sign_on_attempt
             (state_hash, browser_hash, organization_id, nonce, code_verifier, next, expires_at)
         values ($1, $2, $3, $4, $5, $6, $7)",
        state.hash(),
        browser.hash(),
        attempt.organization_id.0,
        attempt.nonce,
        attempt.code_verifier,
        attempt.next,
        now + LIFETIME,
    )
    .execute(conn)
    .await?;
    Ok(state)
}

/// Whether this browser has an attempt open: another tab of it keeps its secret.
pub(super) async fn is_open(conn: &mut PgConnection, browser: &str, now: DateTime<Utc>) -> Result<bool> {
    let open = sqlx::query_scalar!(
        r#"select exists (select from identity.single_sign_on_attempt
                           where browser_hash = $1 and expires_at > $2) as "open!""#,
        token::hash(browser),
        now,
    );
    Ok(open.fetch_one(conn).await?)
}

/// Uses the attempt up, at the address of the organization that it began for.
pub(super) async fn take(
    conn: &mut PgConnection,
    state: &str,
    browser: &str,
    slug: &str,
    now: DateTime<Utc>,
) -> Result<Option<Attempt>> {
    let attempt = sqlx::query_as!(
        Attempt,
        r#"delete from identity.single_sign_on_attempt a using identity.organization o
            where a.state_hash = $1 and a.browser_hash = $2 and a.expires_at > $4
              and o.id = a.organization_id and o.slug = $3
           returning a.organization_id as "organization_id: OrganizationId", o.slug, a.nonce, a.code_verifier, a.next"#,
        token::hash(state),
        token::hash(browser),
        slug,
        now,
    );
    Ok(attempt.fetch_optional(conn).await?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_way_back_is_a_path_of_ours() {
        for own in ["/", "/desk", "/desk/tickets?q=a#b"] {
            assert!(is_own_path(own), "{own}");
        }
        for other in
            ["", "desk", "//evil.example", "/\\evil.example", "https://evil.example", "/\t/evil.example", "/a\r\nb"]
        {
            assert!(!is_own_path(other), "{other:?}");
        }
    }

    /// RFC 7636, appendix B.
    #[test]
    fn the_challenge_is_the_hash_of_the_verifier() {
        let verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".to_owned();
        let attempt = Attempt { code_verifier: verifier, ..Attempt::new(OrganizationId::new(), "acme", None) };
        assert_eq!(attempt.code_challenge(), "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");
    }
}
