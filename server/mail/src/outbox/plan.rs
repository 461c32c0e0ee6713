//! When a mail that was not taken is tried again.

use chrono::{DateTime, TimeDelta, Utc};

const FIRST_MINUTES: [i64; 4] = [1, 5, 15, 60];
const THEN_EVERY: TimeDelta = TimeDelta::hours(4);
const NO_LONGER_THAN: TimeDelta = TimeDelta::hours(48);

/// When a sender's server itself could not be reached, its other mails wait so long: one asks for all.
pub const WHILE_AWAY: TimeDelta = TimeDelta::minutes(1);

/// After `attempts` in vain; `None`: it has been tried for long enough.
pub fn next(attempts: i32, first_at: DateTime<Utc>, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    let made = usize::try_from(attempts.max(1) - 1).unwrap_or(usize::MAX);
    let wait = FIRST_MINUTES.get(made).map_or(THEN_EVERY, |minutes| TimeDelta::minutes(*minutes));
    Some(now + wait).filter(|next| *next - first_at <= NO_LONGER_THAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_on_for_48_hours() {
        let first: DateTime<Utc> = "2026-11-20T10:00:00Z".parse().unwrap();
        let (mut at, mut minutes) = (first, vec![]);
        for attempt in 1.. {
            let Some(next) = next(attempt, first, at) else { break };
            at = next;
            minutes.push((at - first).num_minutes());
        }
        assert_eq!(minutes[..6], [1, 6, 21, 81, 321, 561]);
        assert_eq!((minutes.len(), minutes.last()), (15, Some(&2721)), "45.35 hours: the next would be past 48");
    }
}
