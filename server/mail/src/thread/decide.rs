//! Where a mail goes: a pure function of what was found out about it.

use atum_core::ids::TicketId;

/// By what a mail was matched to a ticket, strongest first. Stored with the message and shown: "why is this here".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Staff put the mail that this one answers where it is.
    Moved,
    /// The signed address that it was sent to.
    ReplyAddress,
    /// The signed id of a mail of ours that it answers.
    MessageId,
    /// An id that a mail of the ticket has or mentions.
    Reference,
    /// The signed marker in the text that it quotes.
    BodyMarker,
    /// The number in its subject, which anybody can write.
    SubjectToken,
    /// The same mail came in by another channel.
    SameMail,
}

impl Reason {
    pub fn key(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::ReplyAddress => "reply_address",
            Self::MessageId => "message_id",
            Self::Reference => "reference",
            Self::BodyMarker => "body_marker",
            Self::SubjectToken => "subject_token",
            Self::SameMail => "same_mail",
        }
    }
}

/// Who the sender is to the ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Staff whose address was proved.
    Agent,
    /// The requester, somebody who got the ticket or was let in, the company's speaker.
    Participant,
    Stranger,
}

/// A ticket that a mail may belong to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Match {
    pub ticket_id: TicketId,
    pub number: i64,
    pub reason: Reason,
    pub standing: Standing,
    /// Closed or cancelled: it stays as it is.
    pub ended: bool,
    /// The ticket came by this channel, or by none.
    pub same_channel: bool,
}

/// What becomes of a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    pub place: Place,
    /// As it is stored.
    pub reason: &'static str,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// A message of the ticket, by somebody who takes part.
    Answer(TicketId),
    /// A public reply of staff.
    Staff(TicketId),
    /// Flagged, seen by staff alone, and nothing else comes of it.
    Aside(TicketId),
    /// A ticket of its own, which goes on from one that ended.
    FollowUp(TicketId),
    /// A ticket of its own, linked.
    Related(TicketId),
    New,
}

/// What is known of the mail itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Nature {
    /// Its subject says that it was sent on.
    pub forwarded: bool,
    /// A program wrote it.
    pub automatic: bool,
}

/// `found`: the strongest match.
pub fn decide(nature: Nature, found: Option<&Match>) -> Decision {
    let Some(found) = found else { return Decision { place: Place::New, reason: "new" } };
    let (id, key) = (found.ticket_id, found.reason.key());
    // Neither proves that its writer ever got a mail of ours.
    let weak = matches!(found.reason, Reason::SubjectToken | Reason::Reference);
    let place = match found.standing {
        _ if found.reason == Reason::SameMail => Place::Related(id),
        // Somebody sent on what they had from another mailbox: its writer asked there, and here begins another matter.
        _ if nature.forwarded && !found.same_channel => {
            return Decision { place: Place::Related(id), reason: "forward" };
        }
        Standing::Stranger if weak => Place::Related(id),
        Standing::Stranger => Place::Aside(id),
        // "I am away until Monday" answers nobody and brings nothing back.
        _ if nature.automatic => Place::Aside(id),
        Standing::Agent if found.ended => Place::Aside(id),
        Standing::Agent => Place::Staff(id),
        Standing::Participant if found.ended => Place::FollowUp(id),
        Standing::Participant => Place::Answer(id),
    };
    Decision { place, reason: key }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Reason; 7] = [
        Reason::Moved,
        Reason::ReplyAddress,
        Reason::MessageId,
        Reason::Reference,
        Reason::BodyMarker,
        Reason::SubjectToken,
        Reason::SameMail,
    ];

    #[test]
    fn where_a_mail_goes() {
        use Place::{Answer, Aside, FollowUp, New, Related, Staff};
        use Reason::{MessageId, Moved, Reference, ReplyAddress, SameMail, SubjectToken};
        use Standing::{Agent, Participant, Stranger};
        let id = TicketId(uuid::Uuid::from_u128(1));
        let (plain, forwarded) = (Nature::default(), Nature { forwarded: true, automatic: false });
        let away = Nature { forwarded: false, automatic: true };
        let table: [(Nature, Reason, Standing, bool, bool, Place, &str); 18] = [
            // nature, by what, who, ended, same channel → place, reason
            (plain, ReplyAddress, Participant, false, true, Answer(id), "reply_address"),
            (plain, MessageId, Stranger, false, true, Aside(id), "message_id"),
            (plain, MessageId, Stranger, true, true, Aside(id), "message_id"),
            (plain, SubjectToken, Participant, false, true, Answer(id), "subject_token"),
            (plain, SubjectToken, Stranger, false, true, Related(id), "subject_token"),
            (plain, Reference, Participant, false, true, Answer(id), "reference"),
            (plain, Reference, Stranger, false, true, Related(id), "reference"),
            (plain, SubjectToken, Stranger, true, true, Related(id), "subject_token"),
            (plain, ReplyAddress, Agent, false, true, Staff(id), "reply_address"),
            (plain, ReplyAddress, Agent, true, true, Aside(id), "reply_address"),
            (plain, ReplyAddress, Participant, true, true, FollowUp(id), "reply_address"),
            (forwarded, ReplyAddress, Participant, false, false, Related(id), "forward"),
            (forwarded, ReplyAddress, Participant, false, true, Answer(id), "reply_address"),
            (plain, ReplyAddress, Participant, false, false, Answer(id), "reply_address"),
            (away, ReplyAddress, Participant, false, true, Aside(id), "reply_address"),
            (away, ReplyAddress, Participant, true, true, Aside(id), "reply_address"),
            (plain, SameMail, Participant, false, false, Related(id), "same_mail"),
            (plain, Moved, Stranger, false, true, Aside(id), "moved"),
        ];
        for (nature, reason, standing, ended, same_channel, place, key) in table {
            let found = Match { ticket_id: id, number: 1, reason, standing, ended, same_channel };
            assert_eq!(decide(nature, Some(&found)), Decision { place, reason: key }, "{nature:?} {found:?}");
        }
        assert_eq!(decide(plain, None), Decision { place: New, reason: "new" });
        assert_eq!(decide(away, None).place, New, "a machine that reports is a customer too");
    }

    /// Whatever else holds: a stranger's words are never a message of the ticket.
    #[test]
    fn a_stranger_never_joins() {
        let id = TicketId(uuid::Uuid::from_u128(1));
        let flags = [false, true];
        for reason in ALL {
            for (ended, same_channel, forwarded, automatic) in flags.into_iter().flat_map(|a| {
                flags.into_iter().flat_map(move |b| flags.into_iter().flat_map(move |c| flags.map(|d| (a, b, c, d))))
            }) {
                let found =
                    Match { ticket_id: id, number: 1, reason, standing: Standing::Stranger, ended, same_channel };
                let place = decide(Nature { forwarded, automatic }, Some(&found)).place;
                assert!(matches!(place, Place::Aside(_) | Place::Related(_)), "{found:?} {place:?}");
            }
        }
    }
}
