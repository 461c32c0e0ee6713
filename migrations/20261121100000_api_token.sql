-- API tokens: what a program carries in place of a session. Secrets of accounts, so in the identity plane.
set lock_timeout = '5s';

-- Who acts for an organization's own token: an account that nobody signs in to, and its person, which history names.
alter table identity.account add column machine boolean not null default false;
alter table desk.person add column machine boolean not null default false;

create table identity.api_token (
    id uuid primary key,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    -- Its membership is the authority: a token never does more than its role, and ends with it.
    account_id uuid not null references identity.account (id) on delete cascade,
    kind text not null check (kind in ('personal', 'machine')),
    name text not null check (length(name) between 1 and 80),
    -- SHA-256 of 190 random bits: a stolen database lets nobody in.
    token_hash bytea not null,
    scopes text[] not null check (cardinality(scopes) > 0),
    created_at timestamptz not null,
    expires_at timestamptz,
    last_used_at timestamptz,
    last_used_ip text,
    revoked_at timestamptz,
    constraint api_token_token_hash_key unique (token_hash),
    constraint api_token_expiry_check check (kind = 'machine' or expires_at is not null)
);
create index api_token_account on identity.api_token (account_id, organization_id);
create index api_token_machine on identity.api_token (organization_id) where kind = 'machine';

-- Networks that a token was used from, so that the first use from another one is told.
create table identity.api_token_network (
    token_id uuid not null references identity.api_token (id) on delete cascade,
    network text not null,
    first_used_at timestamptz not null,
    primary key (token_id, network)
);

grant select, insert, update on identity.api_token to atum_identity;
grant select, insert on identity.api_token_network to atum_identity;
