//! Single sign-on: an organization's people come in through its own OpenID Connect provider (authorization code flow with
//! PKCE, state and nonce: OpenID Connect Core 1.0, RFC 7636, RFC 9207, RFC 9700).
//!
//! Invariants
//! - Somebody is (issuer, subject), within one organization. An e-mail finds nobody's account.
//! - Whom the provider brings gets an account that is the organization's own (`account.managed_by`): it has no password, no
//!   other organization, and its e-mail means nothing elsewhere. A provider can thus neither take an account of another
//!   organization over nor occupy its e-mail beforehand.
//! - A member who has an account that manages itself is asked to sign in to it once; only then are the two one
//!   ([`link`]).
//! - A session that begins at a provider is good in its organization alone, makes nobody an operator, and does not see
//!   what the account has elsewhere.
//! - What comes back is believed once, in the browser that was sent, within ten minutes ([`attempt`]), and only if the
//!   issuer itself signed it for this client and this nonce ([`id_token`]).
//! - Rules over claims decide the role anew at every sign-in ([`rules`]). What an admin ended stays ended.

mod admit;
mod attempt;
mod begin;
mod check;
mod complete;
mod configure;
mod discovery;
mod exchange;
mod external;
mod fetch;
mod first;
#[cfg(fuzzing)]
pub mod fuzzing;
mod id_token;
mod link;
mod refusal;
mod rules;
mod settings;
mod signature;

pub(crate) use attempt::LIFETIME;
pub(crate) use begin::{get_offer, start_single_sign_on};
pub(crate) use check::check_single_sign_on;
pub(crate) use complete::complete_single_sign_on;
pub(crate) use configure::{delete_single_sign_on, get_single_sign_on, put_single_sign_on};
pub(crate) use external::release;
pub use fetch::{Failed as FetchFailed, Fetch};
pub(crate) use link::{destined, pending};
pub use settings::allow_other_ways;

// What the macro of the routes needs beside each handler.
pub(crate) use begin::{__path_get_offer, __path_start_single_sign_on};
pub(crate) use check::__path_check_single_sign_on;
pub(crate) use complete::__path_complete_single_sign_on;
pub(crate) use configure::{__path_delete_single_sign_on, __path_get_single_sign_on, __path_put_single_sign_on};

use atum_core::{
    Problem, Result,
    ids::{AccountId, OrganizationId},
    problem::Kind,
};
use sqlx::PgConnection;

use crate::{
    account::{self, OrganizationMembership},
    create_session::Through,
    session::SignedIn,
};

/// Whether somebody signed in may go on there: not past what their session or that organization rests on.
pub(crate) fn may_go_on_in(signed_in: &SignedIn, to: &OrganizationMembership) -> Result<()> {
    match signed_in.fixed_to {
        Some(here) if here == to.id => Ok(()),
        Some(_) => Err(Problem::wrong_state(
            "you came in through this organization's provider, which speaks for no other; sign out, and sign in there",
        )),
        None if to.single_sign_on_required => Err(required()),
        None => Ok(()),
    }
}

/// The provider that vouches for a sign-in whose second half is ours, if it still may.
pub(crate) async fn vouching(conn: &mut PgConnection, id: OrganizationId) -> Result<Option<Through>> {
    let kept = settings::find(conn, id).await?.filter(|kept| kept.settings.enabled);
    Ok(kept.map(|kept| Through { issuer: kept.settings.issuer, second_factor_done: false }))
}

/// Refuses a sign-in by any other way than the provider, where that is the only one.
pub(crate) async fn refuse_other_ways(
    conn: &mut PgConnection,
    account_id: AccountId,
    organization_id: Option<OrganizationId>,
) -> Result<()> {
    let memberships = account::memberships(conn, account_id).await?;
    let here = memberships.iter().find(|membership| Some(membership.id) == organization_id);
    if here.is_some_and(|here| here.single_sign_on_required) { Err(required()) } else { Ok(()) }
}

fn required() -> Problem {
    Problem::new(Kind::SingleSignOnRequired).detail("this organization's staff sign in through its own provider")
}
