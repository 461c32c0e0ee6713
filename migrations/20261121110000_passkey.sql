-- Passkeys (WebAuthn Level 3): a second factor, and a way to sign in by themselves. In the identity plane.
set lock_timeout = '5s';

create table identity.passkey (
    id uuid primary key,
    account_id uuid not null references identity.account (id) on delete cascade,
    name text not null check (length(name) between 1 and 80),
    -- The domain it was made for; it works at no other.
    rp_id text not null,
    credential_id bytea not null,
    -- COSE (RFC 9052): no secret. The private half never leaves the authenticator.
    public_key bytea not null,
    algorithm integer not null,
    -- How often the authenticator says it signed. 0: it does not count, as those that are synchronized.
    sign_count bigint not null,
    -- How it is reached (usb, nfc, internal …), for the browser's dialog.
    transports text[] not null,
    -- May be copied to other devices of its owner by whoever keeps it; whether it is now.
    backup_eligible boolean not null,
    backed_up boolean not null,
    created_at timestamptz not null,
    last_used_at timestamptz,
    -- Its count went backwards: two authenticators sign with one key. It is not accepted any more.
    suspected_at timestamptz,
    constraint passkey_credential_key unique (credential_id)
);
create index passkey_account on identity.passkey (account_id, created_at);

-- What a browser was asked to sign and has not answered yet. Taken once, for a few minutes.
create table identity.passkey_ceremony (
    token_hash bytea primary key,
    purpose text not null check (purpose in ('sign_in', 'second_factor', 'confirmation', 'registration')),
    -- Null where nobody has said who they are.
    account_id uuid references identity.account (id) on delete cascade,
    session_id uuid references identity.session (id) on delete cascade,
    -- Of the browser: a network has a limited number of them.
    network text not null,
    state jsonb not null,
    created_at timestamptz not null,
    expires_at timestamptz not null
);
create index passkey_ceremony_account on identity.passkey_ceremony (account_id);
create index passkey_ceremony_session on identity.passkey_ceremony (session_id);
create index passkey_ceremony_network on identity.passkey_ceremony (network, created_at desc);
create index passkey_ceremony_expires on identity.passkey_ceremony (expires_at);

-- What an account has beside its password, whichever kind.
create view identity.second_factor with (security_invoker = true) as
    select account_id from identity.authenticator where confirmed_at is not null
    union all
    select account_id from identity.passkey;

grant select, insert, update, delete on identity.passkey, identity.passkey_ceremony to atum_identity;
grant select on identity.second_factor to atum_identity;
