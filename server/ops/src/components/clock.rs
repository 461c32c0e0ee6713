use atum_core::{App, Result};

use super::Component;

/// As far apart as time servers and a slow answer may leave two machines.
const NEAR_S: f64 = 5.0;
/// Codes of second factors are good for thirty seconds before and after (RFC 6238, section 5.2).
const FAR_S: f64 = 30.0;

/// Facts are dated by the process, leases by the database: far apart, a due date is wrong and a lease too long or short.
pub(crate) struct Clocks {
    /// Positive: the process is ahead of the database. In seconds.
    pub ahead: f64,
}

impl Clocks {
    pub async fn look(app: &App) -> Result<Self> {
        let mut tx = app.db.jobs().await?;
        let database = sqlx::query_scalar!(r#"select clock_timestamp() as "now!""#).fetch_one(&mut *tx).await?;
        Ok(Self { ahead: (app.clock.now() - database).as_seconds_f64() })
    }

    pub fn judged(&self) -> Component {
        let apart = self.ahead.abs();
        let side = if self.ahead > 0.0 { "ahead of" } else { "behind" };
        let output = || {
            let apart = super::spoken(apart);
            format!("this machine's clock is {apart} {side} the database's: set both by a time server (timedatectl)")
        };
        let judged = match apart {
            near if near < NEAR_S => Component::pass("clock"),
            not_far if not_far < FAR_S => Component::warn("clock", output()),
            _ => Component::fail("clock", output()),
        };
        judged.observed(self.ahead, "s")
    }
}
