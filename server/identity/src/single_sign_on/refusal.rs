//! Why somebody who came through a provider was not let in, as the sign-in page tells it.

use atum_core::{Problem, problem::Kind};
use axum::response::{IntoResponse, Redirect, Response};
use url::form_urlencoded::Serializer;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The organization has no provider, or none that is on.
    Off,
    /// Its provider does not answer, or answers what none should.
    Unreachable,
    /// The answer came too late, twice, or in another browser.
    Over,
    /// Somebody declined at the provider, or the provider did.
    Declined,
    /// The answer is not one that this issuer gave to this question.
    Unproven,
    /// There is no e-mail among the claims.
    NoEmail,
    EmailUnverified,
    Domain,
    /// The rules have no role for them.
    NoRole,
    /// An admin ended the membership.
    Ended,
    /// They were invited: the link of the invitation, which their mailbox got, comes first.
    Invited,
    /// The e-mail belongs to somebody whom the provider knows by another subject.
    KnownOtherwise,
    /// The organization asks for a second factor, and the provider did not say that it had checked one.
    SecondFactor,
    /// Too many tries from this network.
    Throttled,
    /// The organization lets nobody in from this address.
    Address,
}

impl Refusal {
    /// The stable key, for translation and for the counter.
    pub fn key(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Unreachable => "unreachable",
            Self::Over => "over",
            Self::Declined => "declined",
            Self::Unproven => "unproven",
            Self::NoEmail => "no_email",
            Self::EmailUnverified => "email_unverified",
            Self::Domain => "domain",
            Self::NoRole => "no_role",
            Self::Ended => "ended",
            Self::Invited => "invited",
            Self::KnownOtherwise => "known_otherwise",
            Self::SecondFactor => "second_factor",
            Self::Throttled => "throttled",
            Self::Address => "address",
        }
    }
}

/// What ends a sign-in early: a refusal, told on the sign-in page, or a problem of ours.
#[derive(Debug)]
pub(super) enum Stop {
    Refused(Refusal),
    Problem(Problem),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(refusal)
    }
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Self {
        match problem.kind {
            Kind::TooManyRequests => Refusal::Throttled.into(),
            Kind::AddressNotAllowed => Refusal::Address.into(),
            // Two tabs of one newcomer made the person at once: the second begins again.
            Kind::Conflict => Refusal::Over.into(),
            _ => Self::Problem(problem),
        }
    }
}

impl Stop {
    pub fn tell(self, slug: &str) -> Response {
        match self {
            Self::Refused(refusal) => {
                metrics::counter!("atum_single_sign_on_total", "outcome" => refusal.key()).increment(1);
                to_sign_in(slug, &[("refused", refusal.key())]).into_response()
            }
            Self::Problem(problem) => problem.into_response(),
        }
    }
}

/// Back to the organization's sign-in page.
pub(super) fn to_sign_in(slug: &str, words: &[(&str, &str)]) -> Redirect {
    let slug: String = url::form_urlencoded::byte_serialize(slug.as_bytes()).collect();
    let query = Serializer::new(String::new()).extend_pairs(words).finish();
    Redirect::to(&format!("/sign-in/{slug}?{query}"))
}
