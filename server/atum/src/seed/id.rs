use chrono::{DateTime, Utc};
use uuid::{Builder, Uuid};

use crate::demo::Dice;

/// Ids as they would have been made then (UUIDv7), from the dice: two seeds of one number are the same. What happened
/// at one moment keeps its order by a counter.
pub struct Ids {
    counter: u8,
    last: DateTime<Utc>,
}

impl Ids {
    pub fn new(from: DateTime<Utc>) -> Self {
        Self { counter: 0, last: from }
    }

    pub fn at(&mut self, at: DateTime<Utc>, dice: &mut Dice) -> Uuid {
        self.counter = if at == self.last { self.counter.wrapping_add(1) } else { 0 };
        self.last = at;
        let mut random = [0; 10];
        random[2..].copy_from_slice(&dice.bits().to_le_bytes());
        random[1] = self.counter;
        Builder::from_unix_timestamp_millis(at.timestamp_millis().unsigned_abs(), &random).into_uuid()
    }
}
