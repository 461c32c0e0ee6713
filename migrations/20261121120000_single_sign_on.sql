-- Single sign-on: each organization may let its people come in through one OpenID Connect provider. Who comes so has an
-- account that is the organization's own and no other's, so that no provider ever speaks for an account elsewhere. See
-- server/identity/src/single_sign_on.
set lock_timeout = '5s';

create table identity.single_sign_on (
    organization_id uuid primary key references identity.organization (id) on delete cascade,
    enabled boolean not null,
    issuer text not null,
    client_id text not null,
    -- Sealed with the installation's key. Null: a public client, which PKCE alone protects.
    sealed_secret bytea,
    label text not null,
    scopes text[] not null,
    email_claim text not null,
    name_claim text not null,
    -- For providers that never send email_verified.
    unstated_email_accepted boolean not null,
    email_domains text[] not null,
    role_rules jsonb not null,
    -- Null: whom no rule gives a role is refused.
    default_role text check (default_role in ('customer', 'customer_admin', 'agent', 'manager')),
    second_factor text not null check (second_factor in ('ours', 'stated', 'provider')),
    version bigint not null
);

-- Whether staff come in through the provider only.
alter table identity.organization add column single_sign_on_required boolean not null default false;

-- An account that its organization's provider vouches for: no password, no other organization, and an e-mail that means
-- nothing outside. Only an account that manages itself is found by its e-mail.
alter table identity.account add column managed_by uuid references identity.organization (id) on delete cascade;
alter table identity.account drop constraint account_email_key;
create unique index account_email_key on identity.account (email) where managed_by is null;
create unique index account_managed_email_key on identity.account (managed_by, email) where managed_by is not null;

-- Who somebody is to a provider: issuer and subject, never the e-mail (OpenID Connect Core 1.0, section 5.7). Known to one
-- organization only.
create table identity.external_identity (
    organization_id uuid not null references identity.organization (id) on delete cascade,
    issuer text not null,
    subject text not null,
    account_id uuid not null references identity.account (id) on delete cascade,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    primary key (organization_id, issuer, subject)
);
create index external_identity_account on identity.external_identity (account_id, organization_id);

-- A browser that was sent to the provider and is to come back: single use, ten minutes.
create table identity.single_sign_on_attempt (
    state_hash bytea primary key,
    browser_hash bytea not null,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    nonce text not null,
    code_verifier text not null,
    next text,
    expires_at timestamptz not null
);
create index single_sign_on_attempt_expires on identity.single_sign_on_attempt (expires_at);

-- Somebody came from the provider whose account here manages itself: it is theirs if they sign in to it once.
create table identity.single_sign_on_link (
    token_hash bytea primary key,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    account_id uuid not null references identity.account (id) on delete cascade,
    issuer text not null,
    subject text not null,
    second_factor_done boolean not null,
    expires_at timestamptz not null
);
create index single_sign_on_link_account on identity.single_sign_on_link (account_id);
create index single_sign_on_link_expires on identity.single_sign_on_link (expires_at);

-- A session that began at the provider stays in its organization.
alter table identity.session
    add column through_provider boolean not null default false,
    add column second_factor_by_provider boolean not null default false;
alter table identity.sign_in_challenge add column through_provider boolean not null default false;

grant select, insert, update, delete on identity.single_sign_on, identity.external_identity,
    identity.single_sign_on_attempt, identity.single_sign_on_link to atum_identity;
