-- The newest proof of isolation. Whichever process made it, every process's readiness rests on it.
set lock_timeout = '5s';

create table queue.isolation_report (
    -- one row
    id boolean primary key default true check (id),
    report jsonb not null,
    checked_at timestamptz not null
);
grant select, insert, update on queue.isolation_report to atum_jobs;
