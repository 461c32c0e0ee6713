-- Functions that run with the rights of another. The list is the whole of them: a new one is added here, knowingly.
with listed (name, executor) as (values
    ('desk.active_mail_channel()', 'atum_jobs'),
    ('desk.due_digest(timestamp with time zone)', 'atum_jobs'),
    ('desk.due_outbox(timestamp with time zone)', 'atum_jobs'),
    ('desk.due_sla_clock(timestamp with time zone,integer)', 'atum_jobs'),
    ('desk.mail_channel_count(timestamp with time zone)', 'atum_jobs'),
    ('desk.mail_channel_of(text)', 'atum_jobs'),
    ('desk.mail_flow(timestamp with time zone)', 'atum_jobs'),
    ('desk.mail_channel_state()', 'atum_jobs'),
    ('desk.outgoing_mail_count(timestamp with time zone)', 'atum_jobs'),
    ('desk.search_newest_ticket(text,boolean,bigint)', 'atum_app'),
    ('desk.search_person(text)', 'atum_app'),
    ('desk.search_ticket(text,boolean)', 'atum_app'),
    ('desk.unsealed_organization()', 'atum_jobs'),
    ('queue.applied_migration()', 'atum_jobs'),
    ('queue.finish_job(uuid,bigint)', 'atum_app')
), definer as (
    select p.oid, p.oid::regprocedure::text as name, pg_get_userbyid(p.proowner) as owner, p.proconfig, p.proacl
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where p.prosecdef and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
)
select d.name as "object!", 'unlisted_definer' as "rule!", 'a SECURITY DEFINER function that is not on the list' as "detail!"
  from definer d where d.name not in (select name from listed)
union all
select l.name, 'definer_missing', 'is on the list and is not there' from listed l where l.name not in (select name from definer)
union all
select name, 'definer_owner', 'belongs to ' || owner || ', must belong to atum_scan' from definer where owner <> 'atum_scan'
union all
select name, 'definer_search_path', 'must have search_path pinned to pg_catalog, pg_temp'
  from definer where not coalesce(proconfig @> array['search_path=pg_catalog, pg_temp'], false)
union all
select d.name, 'definer_executor', r.rolname || ' may execute it'
  from definer d left join listed l on l.name = d.name
 cross join (select rolname from pg_roles where rolname in ('atum_app', 'atum_identity', 'atum_jobs')) r
 where has_function_privilege(r.rolname, d.oid, 'EXECUTE') and r.rolname is distinct from l.executor
union all
select d.name, 'definer_executor', 'everybody may execute it'
  from definer d where exists (select from aclexplode(coalesce(d.proacl, acldefault('f', 'atum_scan'::regrole))) a
                                where a.grantee = 0 and a.privilege_type = 'EXECUTE')
