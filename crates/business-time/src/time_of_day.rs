use std::fmt;
use std::str::FromStr;

const MINUTES_PER_DAY: u16 = 24 * 60;

/// A wall-clock time in whole minutes since midnight, 0 to 1440; 1440 (`24:00`) is the end of the day.
///
/// Parses from and displays as `HH:MM`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u16);

/// Why a value is not a time of day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TimeOfDayError {
    #[error("{0} minutes is later than the end of the day (1440)")]
    PastEndOfDay(u16),
    #[error("{0:?} is not a time between 00:00 and 24:00")]
    Malformed(String),
}

impl TimeOfDay {
    /// The midnight a day begins with.
    pub const START_OF_DAY: Self = Self(0);
    /// The midnight a day ends with.
    pub const END_OF_DAY: Self = Self(MINUTES_PER_DAY);

    /// The time `minutes` after midnight.
    ///
    /// # Errors
    /// [`TimeOfDayError::PastEndOfDay`] above 1440.
    pub const fn from_minutes(minutes: u16) -> Result<Self, TimeOfDayError> {
        if minutes <= MINUTES_PER_DAY { Ok(Self(minutes)) } else { Err(TimeOfDayError::PastEndOfDay(minutes)) }
    }

    /// Minutes since midnight, 0 to 1440.
    pub const fn minutes(self) -> u16 {
        self.0
    }
}

impl FromStr for TimeOfDay {
    type Err = TimeOfDayError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        parse(text).ok_or_else(|| TimeOfDayError::Malformed(text.to_owned()))
    }
}

/// Strict, two digits each: `9:00` and `+9:00` are refused so that what is stored is what is shown.
fn parse(text: &str) -> Option<TimeOfDay> {
    let &[h1, h2, b':', m1, m2] = text.as_bytes() else {
        return None;
    };
    let hours = two_digits(h1, h2)?;
    let minutes = two_digits(m1, m2).filter(|&minutes| minutes < 60)?;
    TimeOfDay::from_minutes(hours * 60 + minutes).ok()
}

fn two_digits(tens: u8, ones: u8) -> Option<u16> {
    let both = tens.is_ascii_digit() && ones.is_ascii_digit();
    both.then(|| u16::from(tens - b'0') * 10 + u16::from(ones - b'0'))
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}
