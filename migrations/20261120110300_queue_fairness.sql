-- The queue under a flood: claims go from organization to organization, cheap jobs are done in batches, effects outside
-- the database are kept in a ledger, ticks survive their leader.
set lock_timeout = '5s';

-- Cheap jobs of one organization may share a transaction: see jobs/src/together.rs.
alter table queue.job add column batched boolean not null default false;
-- A lane is one organization's jobs of one priority; the order of this index is the order inside it.
create index job_lane on queue.job (batched, organization_id, priority, run_at, id) where state = 'available';
drop index queue.job_available;
-- Only the rescuer walks over what runs. Not the heartbeat: a beat that touches no index stays on its page.
create index job_held on queue.job (deadline_at) where state = 'running';
drop index queue.job_running;

alter table queue.job drop constraint job_state_check;
alter table queue.job add constraint job_state_check
    check (state in ('available', 'running', 'completed', 'dead', 'discarded'));
drop index queue.job_finished;
create index job_ended on queue.job (state, finished_at) where state in ('completed', 'dead', 'discarded');
-- Every job leaves two dead rows; vacuum may not fall behind for being polite.
alter table queue.job set (autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0,
    autovacuum_analyze_threshold = 10000);

-- What a job does outside the database, by purpose: see jobs/src/effect.rs for what this guarantees.
create table queue.effect (
    job_id uuid not null references queue.job (id) on delete cascade,
    purpose text not null,
    begun_at timestamptz not null default now(),
    -- Null: begun, and whoever began it did not live to tell whether it happened.
    done_at timestamptz,
    -- what the outside answered: a queue id, a receipt
    detail text,
    primary key (job_id, purpose)
);
grant select, insert, update, delete on queue.effect to atum_jobs;

-- A tick under way. One that its leader did not finish is begun again by the next, as the same tick.
alter table queue.schedule add column tick_at timestamptz, add column taken_until timestamptz;
