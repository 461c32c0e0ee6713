-- What each person wants to be told of, and how. No row: the usual.
set lock_timeout = '5s';

create table desk.notification_setting (
    organization_id uuid not null,
    person_id uuid not null,
    kind text not null,
    in_app boolean not null,
    mail text not null check (mail in ('off', 'at_once', 'digest')),
    primary key (organization_id, person_id, kind),
    foreign key (organization_id, person_id) references desk.person (organization_id, id)
);
call desk.isolate('notification_setting', 'select, insert, update, delete');

-- When, in the person's own time zone: minutes since midnight.
create table desk.notification_time (
    organization_id uuid not null,
    person_id uuid not null,
    digest_minute smallint not null check (digest_minute between 0 and 1439),
    quiet_from_minute smallint check (quiet_from_minute between 0 and 1439),
    quiet_to_minute smallint check (quiet_to_minute between 0 and 1439),
    primary key (organization_id, person_id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id),
    check ((quiet_from_minute is null) = (quiet_to_minute is null)),
    check (quiet_from_minute <> quiet_to_minute)
);
call desk.isolate('notification_time', 'select, insert, update, delete');

-- What waits for a person's next summary.
create table desk.digest_entry (
    organization_id uuid not null,
    person_id uuid not null,
    event_id uuid not null,
    kind text not null,
    ticket_id uuid,
    actor_id uuid,
    created_at timestamptz not null,
    due_at timestamptz not null,
    primary key (organization_id, person_id, event_id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id),
    foreign key (organization_id, event_id) references desk.event (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, actor_id) references desk.person (organization_id, id)
);
create index digest_entry_due on desk.digest_entry (due_at);
call desk.isolate('digest_entry', 'select, insert, delete');

-- Whose summary is due: asked across tenants, told in ids alone.
create policy scan on desk.digest_entry for select to atum_scan using (true);
grant select on desk.digest_entry to atum_scan;

create function desk.due_digest(moment timestamptz) returns table (organization_id uuid, person_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct e.organization_id, e.person_id from desk.digest_entry e where e.due_at <= moment
$$;
grant create on schema desk to atum_scan;
alter function desk.due_digest(timestamptz) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.due_digest(timestamptz) from public;
grant execute on function desk.due_digest(timestamptz) to atum_jobs;

-- Somebody who forgot the password is answered by mail where there is a channel that can send.
alter table identity.password_request add column answered_at timestamptz;
