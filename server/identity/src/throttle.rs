//! Slows guessing down without ever locking a person out, after OWASP's "Slow Down Online Guessing Attacks with Device
//! Cookies". Every try is charged to buckets before the password is looked at (a thousand tries at once are charged a
//! thousand times) and given back when it was right. A bucket has free tries; each failure after them closes it for
//! twice as long as the one before, up to a longest time; it forgets everything after its span without a failure.
//!
//! | bucket | who is charged | free | first, longest wait | forgets after |
//! | --- | --- | --- | --- | --- |
//! | device | a browser that signed this account in before | 10 | 1 s, 5 min | 1 h |
//! | e-mail from a network | everybody else | 5 | 1 s, 5 min | 1 h |
//! | network | everybody else | 50 | 1 s, 60 s | 1 h |
//! | e-mail | everybody else | 20 | 1 s, 30 s | 1 h |
//! | second factor | codes from everywhere else, after a right password | 5 | 1 s, 5 min | 1 h |
//! | token | unknown API tokens from a network | 20 | 1 s, 60 s | 1 h |
//! | new password, three as above | whoever asks for one, whether or not there is such an account | as above | as above | 1 h |
//! | to a provider | who is sent to an organization's provider from a network, until they come back | 100 | 1 s, 60 s | 1 h |
//! | second factor of a device | codes from such a browser, or from within a session | 10 | 1 s, 5 min | 1 h |
//! | passkeys of a browser | sign-ins by passkey where anybody signed in before | 10 | 1 s, 5 min | 1 h |
//! | passkeys from a network | all other sign-ins by passkey | 50 | 1 s, 60 s | 1 h |
//!
//! What follows from it:
//! - A known browser answers for its own tries only: no flood from anywhere closes its bucket.
//! - An unknown browser on a network from which nobody failed at this e-mail within the hour has its first try looked
//!   at, however hot the e-mail's bucket is. Whoever types the right password signs in.
//! - A try at a closed bucket is refused unseen and makes nothing longer: waiting as told is always enough.
//! - Codes have buckets of their own, which a right password does not empty: who knows the password gets at most twelve
//!   tries an hour at a code, of which three in a million are right.
//! - A good API token is never charged and never refused for what its neighbours send: at 190 random bits there is
//!   nothing to guess, and the bucket only bounds the noise.
//! - A network is a /24 (IPv4) or a /56 (IPv6): what one subscriber has. Behind a proxy that is not among the trusted
//!   ones everybody is one network.

use std::net::IpAddr;

use atum_core::{Problem, Result, ids::AccountId, problem::Kind};
use chrono::{DateTime, TimeDelta, Utc};
use sqlx::PgConnection;

#[derive(Debug, Clone, Copy, PartialEq)]
struct Rule {
    free: i32,
    longest: TimeDelta,
}

const DEVICE: Rule = Rule { free: 10, longest: TimeDelta::minutes(5) };
const EMAIL_FROM_NETWORK: Rule = Rule { free: 5, longest: TimeDelta::minutes(5) };
const NETWORK: Rule = Rule { free: 50, longest: TimeDelta::seconds(60) };
const EMAIL: Rule = Rule { free: 20, longest: TimeDelta::seconds(30) };
const SECOND_FACTOR: Rule = Rule { free: 5, longest: TimeDelta::minutes(5) };
const TOKEN: Rule = Rule { free: 20, longest: TimeDelta::seconds(60) };
const TO_PROVIDER: Rule = Rule { free: 100, longest: TimeDelta::seconds(60) };
const FORGETS_AFTER: TimeDelta = TimeDelta::hours(1);

#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bucket {
    failures: i32,
    blocked_until: Option<DateTime<Utc>>,
    updated_at: DateTime<Utc>,
}

impl Bucket {
    fn at(self, now: DateTime<Utc>) -> Self {
        if now - self.updated_at >= FORGETS_AFTER { Self { updated_at: now, ..Self::default() } } else { self }
    }

    fn wait(&self, now: DateTime<Utc>) -> TimeDelta {
        self.blocked_until.map_or(TimeDelta::zero(), |until| (until - now).max(TimeDelta::zero()))
    }

    fn charged(self, rule: Rule, now: DateTime<Utc>) -> Self {
        let failures = self.failures.saturating_add(1);
        let over = failures - rule.free;
        // 2^9 seconds are past every longest wait.
        let wait = (over > 0).then(|| TimeDelta::seconds(1 << (over - 1).min(9)).min(rule.longest));
        Self { failures, blocked_until: wait.map(|wait| now + wait).max(self.blocked_until), updated_at: now }
    }
}

/// Whose try it is.
pub(crate) enum Who<'a> {
    /// A browser that carries a device cookie of this account.
    Device {
        token_hash: &'a [u8],
        account_id: AccountId,
    },
    Stranger {
        email: &'a str,
        ip: Option<IpAddr>,
    },
    /// Who says that they forgot the password. Never given back: every request counts.
    PasswordRequest {
        email: &'a str,
        ip: Option<IpAddr>,
    },
    /// Who signs in by passkey: no name is given that could be charged.
    Passkey {
        /// A browser that carries a device cookie, of whichever account.
        device: Option<&'a [u8]>,
        ip: Option<IpAddr>,
    },
    /// Who is sent to an organization's provider.
    ToProvider {
        ip: Option<IpAddr>,
    },
    /// Who gave the right password and now gives a code.
    SecondFactor {
        account_id: AccountId,
        /// A known browser, or the session that the code is given in.
        device: Option<&'a [u8]>,
    },
    /// Who sent an API token that nobody has.
    UnknownToken {
        ip: Option<IpAddr>,
    },
}

impl Who<'_> {
    /// The buckets that this try is charged to. A stranger's own comes first.
    fn buckets(&self) -> Vec<(String, Rule)> {
        match self {
            Self::Device { token_hash, account_id } => {
                vec![(format!("device {} {account_id}", hex::encode(token_hash)), DEVICE)]
            }
            Self::SecondFactor { account_id, device: Some(device) } => {
                vec![(format!("second factor {account_id} on {}", hex::encode(device)), DEVICE)]
            }
            Self::SecondFactor { account_id, device: None } => {
                vec![(format!("second factor {account_id}"), SECOND_FACTOR)]
            }
            Self::UnknownToken { ip } => vec![(format!("token from {}", network_of(*ip)), TOKEN)],
            Self::PasswordRequest { email, ip } => {
                let network = network_of(*ip);
                vec![
                    (format!("new password of {email} from {network}"), EMAIL_FROM_NETWORK),
                    (format!("new passwords from {network}"), NETWORK),
                    (format!("new password of {email}"), EMAIL),
                ]
            }
            Self::Passkey { device: Some(device), .. } => {
                vec![(format!("passkeys on {}", hex::encode(device)), DEVICE)]
            }
            Self::Passkey { device: None, ip } => {
                vec![(format!("passkeys from {}", network_of(*ip)), NETWORK)]
            }
            Self::ToProvider { ip } => vec![(format!("to a provider from {}", network_of(*ip)), TO_PROVIDER)],
            Self::Stranger { email, ip } => {
                let network = network_of(*ip);
                vec![
                    (format!("email {email} from {network}"), EMAIL_FROM_NETWORK),
                    (format!("network {network}"), NETWORK),
                    (format!("email {email}"), EMAIL),
                ]
            }
        }
    }
}

/// What one subscriber has.
pub(crate) fn network_of(ip: Option<IpAddr>) -> String {
    ip.map_or("unknown".to_owned(), network)
}

pub(crate) fn network(ip: IpAddr) -> String {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let [a, b, c, _] = ip.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(ip) => {
            let [a, b, c, d, ..] = ip.segments();
            format!("{a:x}:{b:x}:{c:x}:{:x}::/56", d & 0xff00)
        }
    }
}

/// How long the try has to wait, given its buckets in the order of [`Who::buckets`].
fn wait(states: &[Bucket], now: DateTime<Utc>) -> TimeDelta {
    let first_from_here = states.len() > 1 && states[0].failures == 0;
    let counted = if first_from_here { &states[..states.len() - 1] } else { states };
    counted.iter().map(|bucket| bucket.wait(now)).max().unwrap_or_default()
}

/// Charges a try, or refuses it with 429 and `Retry-After`. Commit before the password is looked at.
pub(crate) async fn charge(conn: &mut PgConnection, who: &Who<'_>, now: DateTime<Utc>) -> Result<()> {
    let buckets = who.buckets();
    let mut states = Vec::with_capacity(buckets.len());
    for (key, _) in &buckets {
        states.push(lock(conn, key, now).await?.at(now));
    }
    let wait = wait(&states, now);
    if wait > TimeDelta::zero() {
        metrics::counter!("atum_sign_in_throttled_total").increment(1);
        let seconds = u64::try_from(wait.num_milliseconds()).unwrap_or(0).div_ceil(1000);
        let detail = format!("wait {seconds} s before the next try");
        return Err(Problem::new(Kind::TooManyRequests).detail(detail).retry_after(seconds));
    }
    for ((key, rule), state) in buckets.iter().zip(states) {
        save(conn, key, state.charged(*rule, now)).await?;
    }
    forget(conn, now).await
}

/// Gives the charge of a right password back. The tries of this very person are forgotten altogether.
pub(crate) async fn give_back(conn: &mut PgConnection, who: &Who<'_>) -> Result<()> {
    let buckets = who.buckets();
    let (own, shared) = buckets.split_at(1);
    sqlx::query!("delete from identity.throttle where key = $1", own[0].0).execute(&mut *conn).await?;
    for (key, _) in shared {
        sqlx::query!("update identity.throttle set failures = greatest(failures - 1, 0) where key = $1", key)
            .execute(&mut *conn)
            .await?;
    }
    Ok(())
}

/// The row, locked; made if there is none. Everybody locks from the narrowest bucket to the widest.
async fn lock(conn: &mut PgConnection, key: &str, now: DateTime<Utc>) -> Result<Bucket> {
    Ok(sqlx::query_as!(
        Bucket,
        "insert into identity.throttle (key, failures, updated_at) values ($1, 0, $2)
         on conflict (key) do update set key = excluded.key returning failures, blocked_until, updated_at",
        key,
        now,
    )
    .fetch_one(conn)
    .await?)
}

async fn save(conn: &mut PgConnection, key: &str, bucket: Bucket) -> Result<()> {
    sqlx::query!(
        "update identity.throttle set failures = $2, blocked_until = $3, updated_at = $4 where key = $1",
        key,
        bucket.failures,
        bucket.blocked_until,
        bucket.updated_at,
    )
    .execute(conn)
    .await?;
    Ok(())
}

/// Every try takes a few long forgotten rows with it, so that made-up addresses do not fill the table.
async fn forget(conn: &mut PgConnection, now: DateTime<Utc>) -> Result<()> {
    sqlx::query!(
        "delete from identity.throttle where key in
           (select key from identity.throttle where updated_at < $1 limit 20 for update skip locked)",
        now - FORGETS_AFTER * 2,
    )
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
#[path = "throttle_tests.rs"]
mod tests;
