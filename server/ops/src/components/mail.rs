use atum_core::{App, Result};
use chrono::{DateTime, Utc};

use super::{Component, spoken};

/// The worker looks every two seconds: what has been due for so long is not being sent.
const LATE_S: f64 = 300.0;
const STUCK_S: f64 = 3600.0;

pub(crate) struct Mail {
    pub channels: Vec<Channels>,
    /// Recipients that a mail is due for.
    pub due: i64,
    /// By the business's clock; now, where nothing is due.
    pub oldest_due_at: DateTime<Utc>,
    pub oldest_age_s: f64,
    /// When any mailbox was last looked into. `None`: there is none, or none could be.
    pub fetched_at: Option<DateTime<Utc>>,
}

pub(crate) struct Channels {
    pub state: String,
    pub channels: i64,
    pub silent: i64,
}

impl Mail {
    pub async fn look(app: &App) -> Result<Self> {
        let (mut tx, now) = (app.db.jobs().await?, app.clock.now());
        let channels = sqlx::query_as!(
            Channels,
            r#"select state as "state!", channels as "channels!", silent as "silent!"
                 from desk.mail_channel_count($1) order by state"#,
            now,
        )
        .fetch_all(&mut *tx)
        .await?;
        let flow = sqlx::query!(r#"select due as "due!", oldest_due_at, fetched_at from desk.mail_flow($1)"#, now,)
            .fetch_one(&mut *tx)
            .await?;
        let oldest_due_at = flow.oldest_due_at.unwrap_or(now);
        let oldest_age_s = (now - oldest_due_at).as_seconds_f64();
        Ok(Self { channels, due: flow.due, oldest_due_at, oldest_age_s, fetched_at: flow.fetched_at })
    }

    /// Channels in this state; all of them without one.
    pub fn count(&self, state: Option<&str>) -> i64 {
        let counted = self.channels.iter().filter(|channels| state.is_none_or(|state| channels.state == state));
        counted.map(|channels| channels.channels).sum()
    }

    pub fn silent(&self) -> i64 {
        self.channels.iter().map(|channels| channels.silent).sum()
    }

    pub fn judged(&self) -> Vec<Component> {
        vec![self.judged_channels(), self.judged_outbox()]
    }

    fn judged_channels(&self) -> Component {
        let (stopped, retrying, silent) = (self.count(Some("stopped")), self.count(Some("retrying")), self.silent());
        let output = match (stopped, retrying, silent) {
            (0, 0, 0) => None,
            (0, 0, _) => Some(format!("{silent} channels had no mail for longer than is usual there")),
            (0, ..) => Some(format!("{retrying} channels cannot be reached and are tried again")),
            _ => Some(format!("{stopped} channels stopped until somebody mends them")),
        };
        let advice = "the organization's admins see which under Mail, with the reason";
        let judged = match output {
            None => Component::pass("mail:channel"),
            Some(output) => Component::warn("mail:channel", format!("{output}: {advice}")),
        };
        judged.observed((stopped + retrying + silent) as f64, "channels").since(self.fetched_at)
    }

    fn judged_outbox(&self) -> Component {
        let output = || {
            let (due, age) = (self.due, spoken(self.oldest_age_s));
            format!("the oldest of {due} mails has been due for {age}: see whether atum-mail-worker runs, and its log")
        };
        let judged = match self.oldest_age_s {
            age if age < LATE_S => Component::pass("mail:outgoing"),
            age if age < STUCK_S => Component::warn("mail:outgoing", output()),
            _ => Component::fail("mail:outgoing", output()),
        };
        judged.observed(self.oldest_age_s, "s")
    }
}
