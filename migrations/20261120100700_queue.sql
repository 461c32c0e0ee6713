-- Jobs. Anyone who may write for a tenant may enqueue in the same transaction; only atum_jobs sees and claims.
set lock_timeout = '5s';

create table queue.job (
    id uuid primary key,
    organization_id uuid not null,
    kind text not null,
    payload jsonb not null,
    state text not null default 'available' check (state in ('available', 'running', 'completed', 'dead')),
    priority smallint not null default 2,
    run_at timestamptz not null default now(),
    attempt integer not null default 0,
    max_attempts integer not null default 20,
    -- Raised by every claim. A worker that slept past its lease can no longer finish, fail or beat.
    run_lease bigint not null default 0,
    worker_id uuid,
    heartbeat_at timestamptz,
    deadline_at timestamptz,
    -- the longest one attempt may take
    deadline_seconds integer not null default 300,
    unique_key text,
    errors jsonb not null default '[]',
    created_at timestamptz not null default now(),
    finished_at timestamptz
) with (fillfactor = 80, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1000);
create index job_available on queue.job (priority, run_at, id) where state = 'available';
create index job_running on queue.job (organization_id) where state = 'running';
create index job_finished on queue.job (finished_at) where state in ('completed', 'dead');
create unique index job_unique_key on queue.job (kind, unique_key) where state in ('available', 'running');

alter table queue.job enable row level security;
alter table queue.job force row level security;
create policy enqueue on queue.job for insert to atum_app with check (organization_id = (select desk.tenant()));
create policy work on queue.job to atum_jobs using (true) with check (true);
create policy finish on queue.job to atum_scan using (true) with check (true);
grant insert on queue.job to atum_app;
grant select, insert, update, delete on queue.job to atum_jobs;
grant select, update on queue.job to atum_scan;

-- Ends a job inside the transaction of its own effects, so that both happen or neither does. False: the lease was lost.
create function queue.finish_job(job_id uuid, lease bigint) returns boolean
    language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
    update queue.job set state = 'completed', finished_at = now(), heartbeat_at = null
     where id = job_id and state = 'running' and run_lease = lease;
    return found;
end $$;

create table queue.worker (
    id uuid primary key,
    kind text not null,
    host text not null,
    pid integer not null,
    version text not null,
    started_at timestamptz not null default now(),
    beat_at timestamptz not null default now(),
    -- what the last round did, for people: {"flagged": 3}
    detail jsonb not null default '{}'
);
grant select, insert, update, delete on queue.worker to atum_jobs;

create table queue.schedule (
    name text primary key,
    last_tick_at timestamptz not null
);
grant select, insert, update, delete on queue.schedule to atum_jobs;
