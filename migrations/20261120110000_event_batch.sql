-- Events are sealed: each organization's are linked into a chain of batches, so that a later change shows.
set lock_timeout = '5s';

-- The order in which events are sealed is the order of this index; what the older one served, it serves too.
create index event_position on desk.event (organization_id, transaction_id, id);
drop index desk.event_transaction;
-- The viewer's order.
create index event_at on desk.event (organization_id, at desc, id desc);
create index event_verified on desk.event (organization_id, at desc) where kind = 'audit_verified';

-- Append-only. What each byte of a hash means is told in server/audit/src/canonical.rs.
create table desk.event_batch (
    organization_id uuid not null,
    number bigint not null check (number > 0),
    -- of the serialization
    version smallint not null,
    previous_hash bytea not null check (length(previous_hash) = 32),
    hash bytea not null check (length(hash) = 32),
    event_count integer not null check (event_count > 0),
    -- Where the next batch goes on: the place of the last event in this one.
    last_transaction_id bigint not null,
    last_event_id uuid not null,
    -- 56 bytes an event, in order: its id, its transaction, its hash
    entries bytea not null,
    sealed_at timestamptz not null,
    primary key (organization_id, number)
);
call desk.isolate('event_batch', 'select, insert');

-- Finds organizations with finished events that no batch holds yet, and tells nothing but which they are. It sees where
-- events stand, never what they say: atum_scan may read these columns and no others.
create policy scan on desk.event for select to atum_scan using (true);
create policy scan on desk.event_batch for select to atum_scan using (true);
grant select (organization_id, transaction_id, id) on desk.event to atum_scan;
grant select (organization_id, number, last_transaction_id, last_event_id) on desk.event_batch to atum_scan;
-- It steps from one organization to the next along the index, however many events each has.
create function desk.unsealed_organization() returns table (organization_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    with recursive organization as (
        (select e.organization_id from desk.event e order by e.organization_id limit 1)
        union all
        select (select e.organization_id from desk.event e where e.organization_id > o.organization_id
                 order by e.organization_id limit 1)
          from organization o where o.organization_id is not null
    )
    select o.organization_id
      from organization o
      left join lateral (
            select b.last_transaction_id, b.last_event_id from desk.event_batch b
             where b.organization_id = o.organization_id order by b.number desc limit 1) sealed on true
     where o.organization_id is not null
       and exists (
            select from desk.event e
             where e.organization_id = o.organization_id
               and (e.transaction_id, e.id) > (coalesce(sealed.last_transaction_id, 0),
                   coalesce(sealed.last_event_id, '00000000-0000-0000-0000-000000000000'))
               and e.transaction_id < pg_snapshot_xmin(pg_current_snapshot())::text::bigint)
$$;

grant create on schema desk to atum_scan;
alter function desk.unsealed_organization() owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.unsealed_organization() from public;
grant execute on function desk.unsealed_organization() to atum_jobs;
