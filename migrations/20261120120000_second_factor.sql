-- Second factors: a program that shows codes (TOTP, RFC 6238), recovery codes, and the step between the password and
-- the session. Secrets of accounts, so in the identity plane.
set lock_timeout = '5s';

-- One program for each account. It counts from confirmed_at on; before, it is being set up.
create table identity.authenticator (
    account_id uuid primary key references identity.account (id) on delete cascade,
    -- Sealed with the installation's key: the server needs the secret itself, a stolen database must not have it.
    sealed_secret bytea not null,
    -- The latest step of 30 s whose code was used: no code is good twice.
    last_step bigint not null default 0,
    created_at timestamptz not null,
    confirmed_at timestamptz
);

create table identity.recovery_code (
    account_id uuid not null references identity.account (id) on delete cascade,
    code_hash bytea not null,
    created_at timestamptz not null,
    used_at timestamptz,
    primary key (account_id, code_hash)
);

-- A browser that gave the right password and still has to give a code.
create table identity.sign_in_challenge (
    token_hash bytea primary key,
    account_id uuid not null references identity.account (id) on delete cascade,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index sign_in_challenge_account on identity.sign_in_challenge (account_id);
create index sign_in_challenge_expires on identity.sign_in_challenge (expires_at);

-- Whether this organization's staff must have one.
alter table identity.organization add column second_factor_required boolean not null default false;

grant select, insert, update, delete on identity.authenticator, identity.recovery_code, identity.sign_in_challenge
    to atum_identity;
