-- Tickets, what was said on them, and the facts that happened.
set lock_timeout = '5s';

-- The last number given out. One row a tenant: locking it is what makes numbers gapless and unique.
create table desk.ticket_number (
    organization_id uuid primary key,
    last_number bigint not null
);

create table desk.ticket (
    organization_id uuid not null,
    id uuid not null,
    number bigint not null,
    subject text not null check (length(subject) between 1 and 200),
    preview text not null default '',
    public_preview text not null default '',
    status text not null
        check (status in ('new', 'accepted', 'in_progress', 'waiting_customer', 'resolved', 'closed', 'cancelled')),
    priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
    -- Sorting by urgency needs an order that the words do not have.
    priority_rank smallint not null generated always as (
        case priority when 'low' then 1 when 'normal' then 2 when 'high' then 3 else 4 end) stored,
    requester_id uuid not null,
    company_id uuid,
    assignee_id uuid,
    resolution text,
    root_cause text,
    cancel_reason text,
    version bigint not null default 1,
    -- {"priority": 7}: the ticket's version at which a field last changed; a stale write is found by it.
    field_versions jsonb not null default '{}',
    created_at timestamptz not null,
    updated_at timestamptz not null,
    accepted_at timestamptz,
    resolved_at timestamptz,
    closed_at timestamptz,
    last_public_message_at timestamptz,
    primary key (organization_id, id),
    constraint ticket_number_key unique (organization_id, number),
    foreign key (organization_id, requester_id) references desk.person (organization_id, id),
    foreign key (organization_id, company_id) references desk.company (organization_id, id),
    foreign key (organization_id, assignee_id) references desk.person (organization_id, id)
);
create index ticket_updated on desk.ticket (organization_id, updated_at desc, id desc);
create index ticket_created on desk.ticket (organization_id, created_at desc, id desc);
create index ticket_status on desk.ticket (organization_id, status, updated_at desc, id desc);
create index ticket_assignee on desk.ticket (organization_id, assignee_id, updated_at desc, id desc);
create index ticket_requester on desk.ticket (organization_id, requester_id, updated_at desc, id desc);
create index ticket_company on desk.ticket (organization_id, company_id, updated_at desc, id desc);

create table desk.message (
    organization_id uuid not null,
    id uuid not null,
    ticket_id uuid not null,
    author_id uuid not null,
    visibility text not null check (visibility in ('public', 'internal')),
    channel text not null check (channel in ('portal', 'desk', 'api')),
    body text not null check (length(body) between 1 and 50000),
    created_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, author_id) references desk.person (organization_id, id)
);
create index message_ticket on desk.message (organization_id, ticket_id, created_at, id);

create table desk.ticket_link (
    organization_id uuid not null,
    ticket_id uuid not null,
    follow_up_of uuid not null,
    created_at timestamptz not null,
    primary key (organization_id, ticket_id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, follow_up_of) references desk.ticket (organization_id, id)
);
create index ticket_link_of on desk.ticket_link (organization_id, follow_up_of);

create table desk.rating (
    organization_id uuid not null,
    ticket_id uuid not null,
    score smallint not null check (score between 1 and 5),
    comment text check (length(comment) <= 2000),
    rated_at timestamptz not null,
    primary key (organization_id, ticket_id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);

-- What a person has typed and not yet sent. The version refuses a second tab's older text.
create table desk.draft (
    organization_id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    kind text not null check (kind in ('reply', 'note')),
    body text not null check (length(body) <= 50000),
    version bigint not null,
    saved_at timestamptz not null,
    primary key (organization_id, ticket_id, person_id, kind),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id)
);

-- When a person last read a ticket: what makes the portal say "new answer".
create table desk.ticket_seen (
    organization_id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    seen_at timestamptz not null,
    primary key (organization_id, person_id, ticket_id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id)
);

-- One fact that happened. Append-only: the app role may insert and read.
create table desk.event (
    organization_id uuid not null,
    id uuid not null,
    -- The writing transaction. Live streams resume from "the oldest transaction that was still open", so that a
    -- commit that overtakes another is never skipped.
    transaction_id bigint not null default (pg_current_xact_id()::text::bigint),
    at timestamptz not null,
    kind text not null,
    visibility text not null check (visibility in ('public', 'internal')),
    actor_id uuid,
    ip text,
    ticket_id uuid,
    message_id uuid,
    subject_id uuid,
    changes jsonb not null default '[]',
    detail jsonb not null default '{}',
    primary key (organization_id, id),
    foreign key (organization_id, actor_id) references desk.person (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
create index event_ticket on desk.event (organization_id, ticket_id, at, id);
create index event_transaction on desk.event (organization_id, transaction_id);

create table desk.notification (
    organization_id uuid not null,
    id uuid not null,
    person_id uuid not null,
    event_id uuid not null,
    kind text not null,
    ticket_id uuid not null,
    actor_id uuid,
    created_at timestamptz not null,
    read_at timestamptz,
    transaction_id bigint not null default (pg_current_xact_id()::text::bigint),
    primary key (organization_id, id),
    -- A replayed job tells nobody twice.
    constraint notification_once_key unique (organization_id, person_id, event_id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id),
    foreign key (organization_id, event_id) references desk.event (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, actor_id) references desk.person (organization_id, id)
);
create index notification_person on desk.notification (organization_id, person_id, id desc);
create index notification_unread on desk.notification (organization_id, person_id) where read_at is null;

-- Who has a ticket open. Worth nothing after a crash, hence unlogged.
create unlogged table desk.presence (
    organization_id uuid not null,
    ticket_id uuid not null,
    person_id uuid not null,
    state text not null check (state in ('viewing', 'writing')),
    seen_at timestamptz not null,
    primary key (organization_id, ticket_id, person_id)
);

-- A write that was already carried out under this key is answered, not repeated. The row is written in the
-- transaction of the write itself; the answer is added after it.
create table desk.idempotency_key (
    organization_id uuid not null,
    person_id uuid not null,
    key text not null check (length(key) between 1 and 200),
    request text not null,
    status smallint,
    content_type text,
    body bytea,
    created_at timestamptz not null,
    primary key (organization_id, person_id, key)
);
create index idempotency_key_age on desk.idempotency_key (organization_id, created_at);

call desk.isolate('ticket_number', 'select, insert, update');
call desk.isolate('ticket', 'select, insert, update');
call desk.isolate('message', 'select, insert');
call desk.isolate('ticket_link', 'select, insert');
call desk.isolate('rating', 'select, insert, update');
call desk.isolate('draft', 'select, insert, update, delete');
call desk.isolate('ticket_seen', 'select, insert, update');
call desk.isolate('event', 'select, insert');
call desk.isolate('notification', 'select, insert, update');
call desk.isolate('presence', 'select, insert, update, delete');
call desk.isolate('idempotency_key', 'select, insert, update, delete');
