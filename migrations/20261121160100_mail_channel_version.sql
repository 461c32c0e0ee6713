-- The fetcher begins anew where a channel was changed: it is told the version.
set lock_timeout = '5s';

drop function desk.active_mail_channel();
create function desk.active_mail_channel() returns table (organization_id uuid, channel_id uuid, version bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.organization_id, c.id, c.version from desk.mail_channel c
     where c.active and c.imap is not null and c.deleted_at is null
$$;
grant create on schema desk to atum_scan;
alter function desk.active_mail_channel() owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.active_mail_channel() from public;
grant execute on function desk.active_mail_channel() to atum_jobs;
