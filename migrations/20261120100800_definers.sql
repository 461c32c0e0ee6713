-- The functions that read across tenants belong to atum_scan, which no one signs in as and which owns nothing else.
set lock_timeout = '5s';

grant create on schema desk, queue to atum_scan;
alter function desk.due_sla_clock(timestamptz, integer) owner to atum_scan;
alter function desk.search_ticket(text, boolean) owner to atum_scan;
alter function queue.finish_job(uuid, bigint) owner to atum_scan;
revoke create on schema desk, queue from atum_scan;

revoke execute on function desk.due_sla_clock(timestamptz, integer) from public;
revoke execute on function desk.search_ticket(text, boolean) from public;
revoke execute on function queue.finish_job(uuid, bigint) from public;
grant execute on function desk.due_sla_clock(timestamptz, integer) to atum_jobs;
grant execute on function desk.search_ticket(text, boolean) to atum_app;
grant execute on function queue.finish_job(uuid, bigint) to atum_app;
grant usage on schema desk to atum_jobs;
