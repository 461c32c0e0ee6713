//! What a list is ordered by, and along which index it is read.

use atum_core::Result;
use chrono::{DateTime, Utc};

use crate::{narrow::unknown, summary::Row};

#[derive(Clone, Copy)]
pub(crate) enum Sort {
    Updated,
    Created,
    Oldest,
    Due,
}

impl Sort {
    pub fn read(text: Option<&str>) -> Result<Self> {
        match text {
            None | Some("updated") => Ok(Self::Updated),
            Some("created") => Ok(Self::Created),
            Some("oldest") => Ok(Self::Oldest),
            Some("due") => Ok(Self::Due),
            Some(other) => Err(unknown("sort", other)),
        }
    }

    /// The parts of the list, one after the other. What has no deadline comes after everything that has one.
    pub fn parts(self) -> &'static [Order] {
        match self {
            Self::Updated => &[Order { column: "t.updated_at", falls: true, deadline: Deadline::Any }],
            Self::Created => &[Order { column: "t.created_at", falls: true, deadline: Deadline::Any }],
            Self::Oldest => &[Order { column: "t.created_at", falls: false, deadline: Deadline::Any }],
            Self::Due => &[
                Order { column: "d.due_at", falls: false, deadline: Deadline::Some },
                Order { column: "t.created_at", falls: false, deadline: Deadline::None },
            ],
        }
    }

    /// What stands in a cursor beside the id.
    pub fn of(self, row: &Row) -> Option<DateTime<Utc>> {
        match self {
            Self::Updated => Some(row.updated_at),
            Self::Created | Self::Oldest => Some(row.created_at),
            Self::Due => row.due_at,
        }
    }
}

/// What a part of a list is ordered by; the id decides between equals.
#[derive(Clone, Copy)]
pub(crate) struct Order {
    pub column: &'static str,
    pub falls: bool,
    pub deadline: Deadline,
}

/// Which tickets belong to the part.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deadline {
    Any,
    Some,
    None,
}

impl Order {
    pub fn by(self) -> String {
        let direction = if self.falls { "desc" } else { "asc" };
        format!(" order by {} {direction}, t.id {direction} limit ", self.column)
    }

    pub fn beyond(self) -> &'static str {
        if self.falls { "<" } else { ">" }
    }
}
