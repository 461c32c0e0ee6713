-- What the monitoring page counts by: the hours of the queue, errors by their place in the program, and an index by which
-- one organization's dead letters are found among all.
set lock_timeout = '5s';

-- Attempts that ended, by the hour. Counted by the workers as they go: the rows of what is done are not walked over.
create table queue.hour (
    organization_id uuid not null,
    hour timestamptz not null,
    kind text not null,
    completed bigint not null default 0,
    failed bigint not null default 0,
    last_failed_at timestamptz,
    primary key (organization_id, hour, kind)
);
create index hour_hour on queue.hour (hour);
grant select, insert, update, delete on queue.hour to atum_jobs;

-- Where in the program something was logged as an error, and how often: no word of what was logged. As many rows as the
-- program has such places.
create table queue.logged_error (
    -- file and line
    place text primary key,
    version text not null,
    times bigint not null,
    first_at timestamptz not null default now(),
    last_at timestamptz not null default now()
);
grant select, insert, update, delete on queue.logged_error to atum_jobs;

-- Few, and found by their organization.
create index job_dead on queue.job (organization_id, state, finished_at, id) where state in ('dead', 'discarded');

-- How the mail channels are, for who runs the installation: ids, states and times.
create function desk.mail_channel_state()
    returns table (organization_id uuid, channel_id uuid, state text, state_since timestamptz,
                   last_success_at timestamptz, last_error_at timestamptz, last_mail_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.organization_id, c.id, c.state, c.state_since, c.last_success_at, c.last_error_at, c.last_mail_at
      from desk.mail_channel c where c.deleted_at is null and c.active order by c.organization_id, c.id
$$;

-- Mails that wait to be handed over, and since when the oldest is due.
create function desk.outgoing_mail_count(moment timestamptz)
    returns table (due bigint, later bigint, oldest_due_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*) filter (where e.next_attempt_at <= moment), count(*) filter (where e.next_attempt_at > moment),
           min(e.next_attempt_at) filter (where e.next_attempt_at <= moment)
      from (select next_attempt_at from desk.outgoing_envelope
             where state in ('queued', 'deferred', 'uncertain') limit 100000) e
$$;
grant create on schema desk to atum_scan;
alter function desk.mail_channel_state() owner to atum_scan;
alter function desk.outgoing_mail_count(timestamptz) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.mail_channel_state() from public;
revoke execute on function desk.outgoing_mail_count(timestamptz) from public;
grant execute on function desk.mail_channel_state() to atum_jobs;
grant execute on function desk.outgoing_mail_count(timestamptz) to atum_jobs;

-- An operator may belong to no organization, and still has a second factor.
alter table identity.sign_in_challenge alter column organization_id drop not null;
