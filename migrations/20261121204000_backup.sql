-- What backups were made and which of them were proven by a restore: see docs/backup.md. `drill` proves a backup: only a
-- restored, booted, compared one counts. `archive` marks where the log of changes (WAL) was found broken or whole again.
set lock_timeout = '5s';

create table queue.backup (
    id uuid primary key,
    kind text not null check (kind in ('full', 'drill', 'archive')),
    started_at timestamptz not null default now(),
    finished_at timestamptz,
    outcome text not null default 'running' check (outcome in ('running', 'succeeded', 'failed')),
    -- of the backup that was made, or that the drill restored
    name text,
    bytes bigint,
    -- of a drill: {"proven": name, "restore_seconds": 12.3, "checks": [...]}
    detail jsonb not null default '{}',
    -- for people: what went wrong, naming the thing
    error text,
    check ((outcome = 'running') = (finished_at is null))
);
create index backup_newest on queue.backup (kind, outcome, finished_at desc);
grant select, insert, update, delete on queue.backup to atum_jobs;
