//! Which tickets a caller may see, decided in one place: staff all, a customer their own, a customer admin the company's.

use atum_core::{
    caller::{Caller, Role},
    ids::{PersonId, TicketId},
};
use serde::{Deserialize, Deserializer};

use crate::status::Party;

#[derive(Debug, Clone, Copy)]
pub struct Sight {
    pub staff: bool,
    pub person_id: PersonId,
    /// Also what others of the caller's company asked.
    pub company: bool,
}

impl Sight {
    /// Of the installation itself.
    pub const ALL: Self = Self { staff: true, person_id: PersonId(uuid::Uuid::nil()), company: false };

    pub fn of(caller: &Caller) -> Self {
        Self { staff: caller.role.is_staff(), person_id: caller.person_id, company: caller.role == Role::CustomerAdmin }
    }
}

pub fn party(caller: &Caller) -> Party {
    if caller.role.is_staff() { Party::Staff(caller.role) } else { Party::Customer }
}

/// A ticket in a path: its number, as people say it, or its id.
#[derive(Debug, Clone, Copy)]
pub enum TicketRef {
    Number(i64),
    Id(TicketId),
}

impl<'de> Deserialize<'de> for TicketRef {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        if let Ok(number) = text.parse() {
            return Ok(Self::Number(number));
        }
        text.parse().map(Self::Id).map_err(serde::de::Error::custom)
    }
}
