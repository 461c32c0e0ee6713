//! The rates, as a pure function of what was counted.

/// Answers to one address that need no day between them, in [`RECENT_DAYS`].
const FREE_ANSWERS: i64 = 3;
/// After them: one a day.
const ANSWERS_A_DAY: i64 = 1;
pub(super) const RECENT_DAYS: i64 = 30;
/// Answers in one ticket; of notices: in one ticket to one address.
const TICKET_AN_HOUR: i64 = 10;
/// Answers of an organization to people whom nobody there has ever answered: what a mail bomb gets.
const STRANGERS_AN_HOUR: i64 = 60;
/// Answers of an organization to everybody.
const ANSWERS_AN_HOUR: i64 = 600;
/// Notices of an organization.
const NOTICES_AN_HOUR: i64 = 6_000;
/// So many mails that went to and fro with nobody in between are two programs talking.
pub(super) const EXCHANGE: usize = 5;

/// Why nothing is sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// What was sent there never arrived.
    Parked,
    /// One of our own channels.
    OwnAddress,
    /// Nobody reads what comes there.
    NoReply,
    SenderRate,
    TicketRate,
    /// The last mails of the ticket went to and fro between two programs.
    Breaker,
    Budget,
}

impl Refusal {
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Parked => "parked",
            Self::OwnAddress => "own_address",
            Self::NoReply => "no_reply",
            Self::SenderRate => "sender_rate",
            Self::TicketRate => "ticket_rate",
            Self::Breaker => "breaker",
            Self::Budget => "budget",
        }
    }
}

/// One mail between an address and a ticket, newest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Exchanged {
    Came,
    /// A program here wrote it.
    Sent,
    /// A person of staff wrote into the ticket.
    Person,
}

/// What went before.
#[derive(Debug, Clone, Default)]
pub(super) struct Counts {
    pub parked: bool,
    /// Nobody here has ever answered this address.
    pub stranger: bool,
    /// Answers to this address in the last day, and in [`RECENT_DAYS`].
    pub address_day: i64,
    pub address_recent: i64,
    /// In the last hour, of the same sort (answers or notices).
    pub ticket_hour: i64,
    pub strangers_hour: i64,
    pub organization_hour: i64,
    pub exchange: Vec<Exchanged>,
}

pub(super) fn judge(in_answer: bool, counts: &Counts) -> Result<(), Refusal> {
    let sender = counts.address_recent >= FREE_ANSWERS && counts.address_day >= ANSWERS_A_DAY;
    let most = if in_answer { ANSWERS_AN_HOUR } else { NOTICES_AN_HOUR };
    let strangers = counts.stranger && counts.strangers_hour >= STRANGERS_AN_HOUR;
    let rules = [
        (counts.parked, Refusal::Parked),
        (in_answer && sender, Refusal::SenderRate),
        (counts.ticket_hour >= TICKET_AN_HOUR, Refusal::TicketRate),
        (alternates(&counts.exchange), Refusal::Breaker),
        (counts.organization_hour >= most || (in_answer && strangers), Refusal::Budget),
    ];
    rules.into_iter().find(|(holds, _)| *holds).map_or(Ok(()), |(_, refusal)| Err(refusal))
}

/// Came, sent, came, sent, came: and no person.
fn alternates(newest_first: &[Exchanged]) -> bool {
    let turns = newest_first.windows(2).all(|two| two[0] != two[1] && !two.contains(&Exchanged::Person));
    newest_first.len() >= EXCHANGE && turns
}

/// Addresses of machines, by the words for them (RFC 2142; RFC 5321, section 4.5.5).
pub(super) fn is_nobodys(address: &str) -> bool {
    let local = address.split('@').next().unwrap_or_default();
    let letters: String = local.chars().filter(char::is_ascii_alphanumeric).collect();
    let machines = ["mailerdaemon", "maildaemon", "postmaster", "noreply", "donotreply", "bounce", "unknown"];
    machines.iter().any(|name| letters.starts_with(name)) && (letters != "unknown" || address.ends_with("@invalid"))
}

#[cfg(test)]
mod tests {
    use super::{Exchanged::*, *};

    #[test]
    fn each_rate_refuses_by_itself() {
        let none = Counts::default();
        let table = [
            (true, none.clone(), Ok(())),
            (true, Counts { parked: true, ..none.clone() }, Err(Refusal::Parked)),
            (true, Counts { address_day: 2, address_recent: 2, ..none.clone() }, Ok(())),
            (true, Counts { address_day: 3, address_recent: 3, ..none.clone() }, Err(Refusal::SenderRate)),
            (true, Counts { address_day: 0, address_recent: 9, ..none.clone() }, Ok(())),
            (true, Counts { address_day: 1, address_recent: 9, ..none.clone() }, Err(Refusal::SenderRate)),
            (false, Counts { address_day: 1, address_recent: 9, ..none.clone() }, Ok(())),
            (true, Counts { ticket_hour: 10, ..none.clone() }, Err(Refusal::TicketRate)),
            (false, Counts { ticket_hour: 10, ..none.clone() }, Err(Refusal::TicketRate)),
            (true, Counts { stranger: true, strangers_hour: 60, ..none.clone() }, Err(Refusal::Budget)),
            (true, Counts { stranger: false, strangers_hour: 60, ..none.clone() }, Ok(())),
            (true, Counts { organization_hour: 600, ..none.clone() }, Err(Refusal::Budget)),
            (false, Counts { organization_hour: 600, ..none.clone() }, Ok(())),
            (false, Counts { organization_hour: 6_000, ..none.clone() }, Err(Refusal::Budget)),
            (true, Counts { exchange: vec![Came, Sent, Came, Sent, Came], ..none.clone() }, Err(Refusal::Breaker)),
            (true, Counts { exchange: vec![Came, Sent, Came, Person, Came], ..none.clone() }, Ok(())),
            (true, Counts { exchange: vec![Came, Sent, Came, Came, Came], ..none.clone() }, Ok(())),
            (true, Counts { exchange: vec![Came, Sent, Came], ..none }, Ok(())),
        ];
        for (in_answer, counts, verdict) in table {
            assert_eq!(judge(in_answer, &counts), verdict, "{in_answer} {counts:?}");
        }
    }

    #[test]
    fn machines_are_known_by_their_names() {
        for address in
            ["noreply@x.test", "No-Reply+1@x.test", "MAILER-DAEMON@x.test", "bounces-7@x.test", "unknown@invalid"]
        {
            assert!(is_nobodys(&address.to_lowercase()), "{address}");
        }
        for address in ["ana@x.test", "reply@x.test", "unknown@x.test", "arno.reply@x.test"] {
            assert!(!is_nobodys(address), "{address}");
        }
    }
}
