-- An index of the few jobs that run looks cheap to whoever finishes one, so that the planner took it instead of the
-- primary key. While a snapshot is held it is full of what ran before, and each finish walked over all of that. Its
-- condition is now one that only the rescuer states.
set lock_timeout = '5s';

create index job_deadline on queue.job (deadline_at) where state = 'running' and deadline_at is not null;
drop index queue.job_held;
create unique index job_unique on queue.job (kind, unique_key)
    where state in ('available', 'running') and unique_key is not null;
drop index queue.job_unique_key;
alter index queue.job_unique rename to job_unique_key;
alter index queue.job_deadline rename to job_held;
