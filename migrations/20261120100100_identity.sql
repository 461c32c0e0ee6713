-- Who signs in. No tenant's rows are here; only the role atum_identity reaches this schema.
set lock_timeout = '5s';

create table identity.organization (
    id uuid primary key,
    slug text not null,
    name text not null check (length(name) between 1 and 120),
    created_at timestamptz not null,
    constraint organization_slug_key unique (slug),
    constraint organization_slug_check check (slug ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$')
);

create table identity.account (
    id uuid primary key,
    email text not null check (email = lower(email)),
    password_hash text,
    operator boolean not null default false,
    disabled_at timestamptz,
    created_at timestamptz not null,
    constraint account_email_key unique (email)
);

-- The authority on what an account may do in an organization. desk.person.role repeats the role for lists.
create table identity.membership (
    account_id uuid not null references identity.account (id) on delete cascade,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    person_id uuid not null,
    role text not null check (role in ('customer', 'customer_admin', 'agent', 'manager', 'admin')),
    active boolean not null default true,
    created_at timestamptz not null,
    primary key (account_id, organization_id),
    constraint membership_person_key unique (organization_id, person_id)
);

-- A session is found by the hash of its cookie: a stolen database signs nobody in.
create table identity.session (
    id uuid primary key,
    token_hash bytea not null,
    account_id uuid not null references identity.account (id) on delete cascade,
    organization_id uuid references identity.organization (id) on delete cascade,
    ip text,
    user_agent text,
    created_at timestamptz not null,
    last_seen_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    constraint session_token_hash_key unique (token_hash)
);
create index session_account on identity.session (account_id, created_at desc);

create table identity.invitation (
    id uuid primary key,
    token_hash bytea not null,
    account_id uuid not null references identity.account (id) on delete cascade,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    created_at timestamptz not null,
    expires_at timestamptz not null,
    used_at timestamptz,
    constraint invitation_token_hash_key unique (token_hash)
);
create index invitation_account on identity.invitation (account_id, organization_id) where used_at is null;

-- Browsers that signed an account in before. They are throttled apart from everybody else: identity/throttle.rs.
create table identity.device (
    token_hash bytea not null,
    account_id uuid not null references identity.account (id) on delete cascade,
    created_at timestamptz not null,
    last_used_at timestamptz not null,
    primary key (token_hash, account_id)
);
create index device_account on identity.device (account_id);

-- Tries per key (a network, an e-mail from a network, an e-mail, a known device): see identity/throttle.rs.
create table identity.throttle (
    key text primary key,
    failures integer not null,
    blocked_until timestamptz,
    updated_at timestamptz not null
);
create index throttle_updated on identity.throttle (updated_at);

-- Sign-ins, failures, sign-outs, password changes: append-only, like desk.event.
create table identity.event (
    id uuid primary key,
    at timestamptz not null,
    kind text not null,
    account_id uuid,
    organization_id uuid,
    email text,
    ip text,
    user_agent text,
    detail jsonb not null default '{}'
);
create index event_account on identity.event (account_id, at desc);

grant select, insert, update on identity.organization, identity.account, identity.invitation to atum_identity;
grant select, insert, update, delete on identity.membership, identity.session, identity.device, identity.throttle
    to atum_identity;
grant select, insert on identity.event to atum_identity;
