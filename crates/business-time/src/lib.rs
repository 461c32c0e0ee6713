//! Business time: the arithmetic behind deadlines such as "4 business hours after acceptance".
//!
//! A [`Calendar`] has a time zone, weekly opening [`Window`]s in local wall time and holidays. It can
//! [`add`](Calendar::add) business time to an instant, measure it [`between`](Calendar::between) two instants
//! and list the [`Span`]s it consists of, so that a deadline can be explained in words.
//!
//! Invariants, all checked against a minute-by-minute oracle in `tests/it/oracle.rs`:
//!
//! - No I/O and no clock: the same arguments always give the same answer.
//! - Durations are whole milliseconds that really elapse. A day open 00:00–24:00 lasts 23 or 25 hours when the
//!   clocks change. Fractions of a millisecond in an instant are ignored (rounded down).
//! - A window opens at the first instant at which the wall clock shows `from` or later, and closes after the last
//!   instant at which it still shows less than `to`. So a window that begins or ends in the hour that clocks skip
//!   does so at the moment of the skip, and one that begins or ends in an hour that is repeated begins in the first
//!   and ends in the second pass.
//! - `between(a, c) == between(a, b) + between(b, c)`, and `between(a, add(a, x)) == x`.
//!
//! Time zone rules are those compiled into `chrono-tz`, which ends at the year 2100; later instants use the
//! last known offset.

mod add;
mod between;
mod calendar;
mod span;
mod time_of_day;
mod wall_clock;
mod window;

pub use add::{AddError, HORIZON_DAYS};
pub use calendar::{Calendar, CalendarError};
pub use chrono_tz::Tz;
pub use span::Span;
pub use time_of_day::{TimeOfDay, TimeOfDayError};
pub use wall_clock::day_begins;
pub use window::Window;
