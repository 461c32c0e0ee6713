//! Who asks: accounts, sessions, memberships, and the people and companies of an organization.
//!
//! Invariants
//! - A role is an extractor ([`Customer`], [`Agent`], [`Manager`], [`Admin`], [`Operator`]); a handler that takes none is
//!   public. Membership in the identity plane is the authority, read at every request: what is revoked is over at once.
//! - Secrets (session tokens, invitations, device cookies) are stored as hashes only.
//! - A password is not enough where the account has a second factor, whichever way the password was proved: no session
//!   begins before the code or the passkey. A passkey that knew its owner is enough. Only a program's shared secret is
//!   kept readable, sealed with the installation's key ([`seal`]).
//! - An API token is let in by one layer ([`bearer`]), to operations that declare a scope ([`scope`]) and to no other,
//!   and never with more than its person's role. A machine's token acts as a person of its own.
//! - An admin who acts as somebody else ([`impersonation`]) has that person's rights and none of the person's secrets;
//!   whatever happens meanwhile names both.
//! - Where an organization keeps a list of addresses, every session, token and sign-in is asked where it comes from
//!   ([`allow_list`]).
//! - A provider of an organization's own speaks for that organization alone ([`single_sign_on`]).
//! - Failed sign-ins slow guessing down and lock nobody out ([`throttle`]).
//! - A change that touches both planes is in such an order that a crash between leaves too few rights, never too many,
//!   and that doing it again mends it. A transaction of the desk may wait for one of the identity plane, never the
//!   other way round.

mod accept_invitation;
mod account;
mod add_passkey;
mod allow_list;
mod api_token;
mod api_token_text;
mod authenticator;
mod bearer;
mod breached;
mod challenge;
pub mod change_names;
mod change_passkey;
pub mod company;
mod confirm_session;
pub mod cookie;
mod create_invitation;
mod create_passkey_session;
mod create_person;
mod create_session;
mod cross_origin;
mod current_session;
mod device;
mod end_impersonation;
mod event;
mod factors;
#[cfg(fuzzing)]
pub mod fuzzing;
mod impersonate_person;
mod impersonation;
mod invitation;
mod list_impersonations;
mod list_passkeys;
mod list_password_requests;
mod list_people;
mod machine_tokens;
mod mail_access_link;
mod membership;
mod operate;
mod organization;
mod passkey;
mod passkey_ceremony;
mod passkey_proof;
pub mod password;
mod password_request;
pub mod person;
mod personal_tokens;
mod place;
mod profile;
mod recovery_code;
mod relying_party;
mod request_password;
pub mod scope;
pub mod seal;
mod second_factor;
mod security;
mod seed;
pub mod session;
mod session_view;
mod sessions;
mod single_sign_on;
mod sweep;
mod tell_organizations;
mod throttle;
pub mod token;
mod totp;
mod update_allow_list;
mod update_person;
mod waiting_for_password;
mod who;

pub use account::is_email;
pub use allow_list::{AllowList, allow_list, clear_allow_list};
pub use bearer::admit_bearer;
pub use breached::check_file as check_breached_passwords_file;
pub use company::{Company, CompanySummary};
pub use cross_origin::refuse_cross_origin;
pub use event::Client;
pub use impersonation::end_overdue as end_overdue_impersonations;
pub use invitation::InvitationLink;
pub use mail_access_link::{AccessLink, AccessPurpose, MailAccessLink};
pub use operate::{
    AccountLine, NewAccount, create_account, create_operator, disable_account, enable_account, list_accounts,
    remove_second_factor, reset_link, set_operator, set_password,
};
pub use organization::{Organization, create_organization, list_organizations, organization_name, organization_slugs};
pub use password::{PasswordHash, hash_password};
pub use password_request::{PasswordRequestLine, list_password_requests};
pub use person::{Person, PersonSummary};
pub use seed::{SeedMember, SeedPerson, seed_company, seed_members, seed_person};
pub use session_view::{Session, session_view};
pub use single_sign_on::{Fetch, FetchFailed, allow_other_ways};
pub use sweep::sweep;
pub use tell_organizations::tell_organizations;
pub use waiting_for_password::{WaitingForPassword, issue_password_link, password_link_was_sent, waiting_for_password};
pub use who::{Admin, Agent, Anyone, Customer, Manager, Newcomer, Oneself, Operator, Overseer};

use utoipa_axum::routes;

/// Public: signing in with password and code, with a passkey or through a provider, reading and accepting an invitation.
pub fn router() -> atum_core::Router {
    atum_core::Router::new()
        .routes(routes!(create_session::create_session, current_session::get_session, current_session::delete_session))
        .routes(routes!(confirm_session::get_second_factor_choice, confirm_session::confirm_session))
        .routes(routes!(confirm_session::ask_second_passkey))
        .routes(routes!(create_passkey_session::ask_passkey))
        .routes(routes!(create_passkey_session::create_passkey_session))
        .routes(routes!(current_session::switch_organization))
        .routes(routes!(sessions::list_sessions, sessions::revoke_other_sessions))
        .routes(routes!(sessions::revoke_session))
        .routes(routes!(profile::update_profile))
        .routes(routes!(profile::change_password))
        .routes(routes!(
            second_factor::get_second_factor,
            second_factor::begin_second_factor,
            second_factor::confirm_second_factor
        ))
        .routes(routes!(second_factor::remove_second_factor))
        .routes(routes!(second_factor::replace_recovery_codes))
        .routes(routes!(second_factor::ask_own_passkey))
        .routes(routes!(list_passkeys::list_passkeys, add_passkey::add_passkey))
        .routes(routes!(add_passkey::begin_passkey))
        .routes(routes!(change_passkey::rename_passkey))
        .routes(routes!(change_passkey::remove_passkey))
        .routes(routes!(personal_tokens::list_api_tokens, personal_tokens::create_api_token))
        .routes(routes!(personal_tokens::revoke_api_token))
        .routes(routes!(machine_tokens::list_machine_tokens, machine_tokens::create_machine_token))
        .routes(routes!(machine_tokens::revoke_machine_token))
        .routes(routes!(bearer::get_token))
        .routes(routes!(update_allow_list::get_allow_list, update_allow_list::update_allow_list))
        .routes(routes!(security::get_security, security::update_security))
        .routes(routes!(single_sign_on::get_offer))
        .routes(routes!(single_sign_on::start_single_sign_on))
        .routes(routes!(single_sign_on::complete_single_sign_on))
        .routes(routes!(
            single_sign_on::get_single_sign_on,
            single_sign_on::put_single_sign_on,
            single_sign_on::delete_single_sign_on
        ))
        .routes(routes!(single_sign_on::check_single_sign_on))
        .routes(routes!(accept_invitation::get_invitation, accept_invitation::accept_invitation))
        .routes(routes!(list_people::list_people, create_person::create_person))
        .routes(routes!(update_person::update_person))
        .routes(routes!(create_invitation::create_invitation))
        .routes(routes!(list_password_requests::list_password_requests, request_password::request_password))
        .routes(routes!(impersonate_person::impersonate_person))
        .routes(routes!(end_impersonation::end_impersonation))
        .routes(routes!(list_impersonations::list_impersonations))
        .routes(routes!(company::list_companies, company::create_company))
        .routes(routes!(list_people::list_staff))
}
