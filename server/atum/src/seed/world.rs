use atum_core::ids::{OrganizationId, TicketId};
use atum_sla::{Priority, rehearse::Rehearsal};
use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;

use super::{
    cast::Cast,
    id::Ids,
    life::{Life, State},
    rows::Rows,
    words::Talk,
};
use crate::demo::Dice;

/// A fifth of all tickets are of the last month: a helpdesk grows.
const RECENT: TimeDelta = TimeDelta::days(30);

/// What every ticket of a seed shares.
pub struct World<'a> {
    pub organization_id: OrganizationId,
    pub cast: &'a Cast,
    pub rehearsal: &'a Rehearsal,
    pub zone: Tz,
    pub from: DateTime<Utc>,
    pub now: DateTime<Utc>,
    pub seed: u64,
    pub tickets: u64,
}

impl World<'_> {
    /// Adds the rows of the seed's nth ticket, which has this number.
    pub fn tell(&self, nth: u64, number: i64, rows: &mut Rows) -> anyhow::Result<()> {
        let mut dice = Dice::new(self.seed.wrapping_mul(0x9e37_79b9).wrapping_add(number.unsigned_abs()));
        let filed_at = self.filed_at(nth, &mut dice);
        let requester = dice.choose(&self.cast.customers);
        let talk = Talk::new(&mut dice, requester.language);
        let priority =
            dice.pick(&[Priority::Low, Priority::Normal, Priority::Normal, Priority::Normal, Priority::High]);
        let priority = if dice.chance(4) { Priority::Urgent } else { priority };
        let mut ids = Ids::new(filed_at);
        let id = ids.at(filed_at, &mut dice);
        let life = Life {
            world: self,
            manager: dice.choose(&self.cast.managers),
            agent: dice.choose(&self.cast.agents),
            clocks: self.rehearsal.begin(TicketId(id), priority),
            state: State::filed(&talk.story.subject, filed_at),
            at: filed_at,
            requester,
            talk,
            priority,
            dice,
            ids,
            id,
            number,
            is_new: nth * 100 >= self.tickets * 96,
            rows,
        };
        life.lead()
    }

    /// Numbers and times go up together.
    fn filed_at(&self, nth: u64, dice: &mut Dice) -> DateTime<Utc> {
        let mut place = |within: TimeDelta, nth: u64, of: u64| {
            // The millionth part of the place between two tickets.
            let parts = i128::from(nth) * 1_000_000 + i128::from(dice.bits() % 1_000_000);
            let ms = i128::from(within.num_milliseconds()) * parts / (i128::from(of.max(1)) * 1_000_000);
            TimeDelta::milliseconds(i64::try_from(ms).unwrap_or(0))
        };
        let old = self.tickets * 4 / 5;
        match nth < old {
            true => self.from + place(self.now - self.from - RECENT, nth, old),
            false => self.now - RECENT + place(RECENT - TimeDelta::minutes(2), nth - old, self.tickets - old),
        }
    }
}
