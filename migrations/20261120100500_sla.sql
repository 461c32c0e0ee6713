-- Promises and the clocks that keep them.
set lock_timeout = '5s';

create table desk.calendar (
    organization_id uuid not null,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    time_zone text not null,
    version bigint not null default 1,
    -- Whose change a stale write is told of; null: the system's.
    updated_at timestamptz not null,
    updated_by uuid,
    primary key (organization_id, id),
    foreign key (organization_id, updated_by) references desk.person (organization_id, id)
);

create table desk.calendar_window (
    organization_id uuid not null,
    calendar_id uuid not null,
    weekday smallint not null check (weekday between 1 and 7),
    from_minute smallint not null check (from_minute between 0 and 1439),
    to_minute smallint not null check (to_minute between 1 and 1440),
    primary key (organization_id, calendar_id, weekday, from_minute),
    check (from_minute < to_minute),
    foreign key (organization_id, calendar_id) references desk.calendar (organization_id, id)
);

create table desk.holiday (
    organization_id uuid not null,
    calendar_id uuid not null,
    day date not null,
    name text not null check (length(name) between 1 and 120),
    primary key (organization_id, calendar_id, day),
    foreign key (organization_id, calendar_id) references desk.calendar (organization_id, id)
);

create table desk.sla_policy (
    organization_id uuid not null,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    is_default boolean not null default false,
    calendar_id uuid not null,
    warn_percent smallint not null default 75 check (warn_percent between 1 and 99),
    version bigint not null default 1,
    updated_at timestamptz not null,
    updated_by uuid,
    primary key (organization_id, id),
    foreign key (organization_id, calendar_id) references desk.calendar (organization_id, id),
    foreign key (organization_id, updated_by) references desk.person (organization_id, id)
);
create unique index sla_policy_default_key on desk.sla_policy (organization_id) where is_default;

create table desk.sla_target (
    organization_id uuid not null,
    policy_id uuid not null,
    priority text not null check (priority in ('low', 'normal', 'high', 'urgent')),
    first_response_minutes integer not null check (first_response_minutes > 0),
    next_response_minutes integer not null check (next_response_minutes > 0),
    resolution_minutes integer not null check (resolution_minutes > 0),
    primary key (organization_id, policy_id, priority),
    foreign key (organization_id, policy_id) references desk.sla_policy (organization_id, id)
);

-- One promise on one ticket. The target and the policy's version are pinned when it starts.
create table desk.sla_clock (
    organization_id uuid not null,
    id uuid not null,
    ticket_id uuid not null,
    metric text not null check (metric in ('first_response', 'next_response', 'resolution')),
    policy_id uuid not null,
    policy_version bigint not null,
    calendar_id uuid not null,
    target_minutes integer not null check (target_minutes > 0),
    warn_percent smallint not null,
    state text not null check (state in ('running', 'paused', 'stopped', 'cancelled')),
    started_at timestamptz not null,
    -- business time used when the present segment began, and when that was
    used_ms bigint not null default 0,
    segment_at timestamptz not null,
    warn_at timestamptz,
    due_at timestamptz,
    warned_at timestamptz,
    breached_at timestamptz,
    stopped_at timestamptz,
    primary key (organization_id, id),
    check ((state = 'running') = (due_at is not null)),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, policy_id) references desk.sla_policy (organization_id, id),
    foreign key (organization_id, calendar_id) references desk.calendar (organization_id, id)
);
create index sla_clock_ticket on desk.sla_clock (organization_id, ticket_id);
-- What the worker looks at each minute: only clocks that run and have something left to say.
create index sla_clock_warn on desk.sla_clock (warn_at) where state = 'running' and warned_at is null;
create index sla_clock_due on desk.sla_clock (due_at) where state = 'running' and breached_at is null;
create index sla_clock_breached on desk.sla_clock (organization_id, breached_at) where breached_at is not null;
-- One open clock of a kind on a ticket.
create unique index sla_clock_open_key on desk.sla_clock (organization_id, ticket_id, metric)
    where state in ('running', 'paused');

-- The ledger: append-only. Every deadline and every report is a sum over it.
create table desk.sla_segment (
    organization_id uuid not null,
    id uuid not null,
    clock_id uuid not null,
    cause text not null check (cause in ('start', 'pause', 'resume', 'stop', 'recalculation')),
    at timestamptz not null,
    -- business time used when this segment began
    used_ms bigint not null,
    target_minutes integer not null,
    due_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, clock_id) references desk.sla_clock (organization_id, id)
);
create index sla_segment_clock on desk.sla_segment (organization_id, clock_id, at, id);

-- The next deadline of a ticket, one row a ticket: lists sort and filter by it.
create table desk.sla_deadline (
    organization_id uuid not null,
    ticket_id uuid not null,
    metric text not null check (metric in ('first_response', 'next_response', 'resolution')),
    state text not null check (state in ('running', 'warning', 'breached', 'paused')),
    due_at timestamptz,
    primary key (organization_id, ticket_id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
create index sla_deadline_due on desk.sla_deadline (organization_id, due_at, ticket_id);

call desk.isolate('calendar', 'select, insert, update');
call desk.isolate('calendar_window', 'select, insert, delete');
call desk.isolate('holiday', 'select, insert, delete');
call desk.isolate('sla_policy', 'select, insert, update');
call desk.isolate('sla_target', 'select, insert, update, delete');
call desk.isolate('sla_clock', 'select, insert, update');
call desk.isolate('sla_segment', 'select, insert');
call desk.isolate('sla_deadline', 'select, insert, update, delete');

-- Finds clocks with something to say in every organization, and tells nothing but where they are. The work itself is
-- done tenant by tenant. atum_scan is nobody's login; it may see these rows and no others.
create policy scan on desk.sla_clock for select to atum_scan using (true);
grant select on desk.sla_clock to atum_scan;
create function desk.due_sla_clock(moment timestamptz, most integer)
    returns table (organization_id uuid, clock_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    (select c.organization_id, c.id from desk.sla_clock c
      where c.state = 'running' and c.breached_at is null and c.due_at <= moment order by c.due_at limit most)
    union
    (select c.organization_id, c.id from desk.sla_clock c
      where c.state = 'running' and c.warned_at is null and c.warn_at <= moment order by c.warn_at limit most)
$$;
