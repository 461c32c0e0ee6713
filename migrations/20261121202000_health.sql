-- What health asks: how mail flows over all organizations, told in numbers and times alone, and which steps of the schema
-- were run.
set lock_timeout = '5s';

create function desk.mail_flow(moment timestamptz)
    returns table (due bigint, oldest_due_at timestamptz, fetched_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select count(*), min(e.next_attempt_at),
           (select max(c.last_success_at) from desk.mail_channel c
             where c.active and c.imap is not null and c.deleted_at is null)
      from desk.outgoing_envelope e
     where e.state in ('queued', 'deferred', 'uncertain') and e.next_attempt_at <= moment and e.channel_id is not null
$$;
grant create on schema desk to atum_scan;
alter function desk.mail_flow(timestamptz) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.mail_flow(timestamptz) from public;
grant execute on function desk.mail_flow(timestamptz) to atum_jobs;

-- The migrator's own table, of which no role but its owner may know. It is not there where files are run by hand.
create function queue.applied_migration() returns setof bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
    return query select m.version from public._sqlx_migrations m where m.success order by m.version;
end $$;
do $$
begin
    if to_regclass('public._sqlx_migrations') is not null then
        grant select on public._sqlx_migrations to atum_scan;
    end if;
end $$;
grant create on schema queue to atum_scan;
alter function queue.applied_migration() owner to atum_scan;
revoke create on schema queue from atum_scan;
revoke execute on function queue.applied_migration() from public;
grant execute on function queue.applied_migration() to atum_jobs;
