-- An admin acts as somebody else of the organization: for a reason that is written down and for a limited time. What
-- happens meanwhile names both. Part of the admin's own session, so in the identity plane.
set lock_timeout = '5s';

create table identity.impersonation (
    id uuid primary key,
    -- Where this session ends, acting as somebody else ends.
    session_id uuid not null references identity.session (id) on delete cascade,
    -- The admin's.
    account_id uuid not null references identity.account (id) on delete cascade,
    organization_id uuid not null references identity.organization (id) on delete cascade,
    impersonator_id uuid not null,
    -- Who is acted as.
    person_id uuid not null,
    reason text not null check (length(reason) between 1 and 500),
    started_at timestamptz not null,
    expires_at timestamptz not null,
    -- When it was over, by whatever cause.
    ended_at timestamptz,
    -- When the browser went back to being the admin's. Between the two the session does nothing at all: what was meant
    -- to be done as one person must not be done as another.
    left_at timestamptz
);
create unique index impersonation_session on identity.impersonation (session_id) where left_at is null;
create index impersonation_open on identity.impersonation (expires_at) where ended_at is null;
create index impersonation_person on identity.impersonation (organization_id, person_id, started_at desc);
grant select, insert, update on identity.impersonation to atum_identity;

-- Who really did it, where that is not the actor.
alter table desk.event
    add column impersonator_id uuid,
    add foreign key (organization_id, impersonator_id) references desk.person (organization_id, id);
alter table desk.message
    add column impersonator_id uuid,
    add foreign key (organization_id, impersonator_id) references desk.person (organization_id, id);

-- A person is told of more than tickets.
alter table desk.notification alter column ticket_id drop not null;
