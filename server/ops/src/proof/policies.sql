-- One door a table. Permissive policies are OR-ed: a second one that applies to the app role opens the first.
with tenants_table as (
    select c.oid, 'desk.' || c.relname as name from pg_class c
     where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p')
), policy as (
    select p.polrelid, p.polname, p.polcmd, p.polpermissive,
           array(select case role when 0 then 'public' else pg_get_userbyid(role) end from unnest(p.polroles) role)
               as roles,
           regexp_replace(pg_get_expr(p.polqual, p.polrelid), '[\s()]|AS tenant', '', 'g') as visible,
           regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '[\s()]|AS tenant', '', 'g') as writable
      from pg_policy p
), judged as (
    select t.name, p.*,
           p.polcmd = '*' and p.roles = array['atum_app']::name[]
               and p.visible = 'organization_id=SELECTdesk.tenant'
               and p.writable = 'organization_id=SELECTdesk.tenant' as is_tenants,
           p.polcmd = 'r' and p.roles = array['atum_scan']::name[]
               and t.name in ('desk.sla_clock', 'desk.search_document', 'desk.event', 'desk.event_batch',
                              'desk.mail_channel', 'desk.outgoing_envelope', 'desk.digest_entry', 'desk.person') as is_scans
      from tenants_table t join policy p on p.polrelid = t.oid where p.polpermissive
)
select t.name as "object!", 'no_tenant_policy' as "rule!",
       'needs a policy for atum_app with organization_id = (select desk.tenant()) in USING and WITH CHECK' as "detail!"
  from tenants_table t where not exists (select from judged j where j.polrelid = t.oid and j.is_tenants)
union all
select name, 'second_policy', 'policy ' || polname || ' to ' || array_to_string(roles, ', ') || ' is not on the list'
  from judged where not is_tenants and not is_scans
union all
select min(name), 'second_policy', 'has ' || count(*) || ' policies for atum_app'
  from judged where is_tenants group by polrelid having count(*) > 1
union all
select 'queue.job', 'queue_open', 'row-level security must be enabled and forced'
  from pg_class where oid = 'queue.job'::regclass and not (relrowsecurity and relforcerowsecurity)
union all
select 'queue.job', 'queue_open', 'policy ' || p.polname || ' to ' || array_to_string(p.roles, ', ') || ' is not on the list'
  from policy p where p.polrelid = 'queue.job'::regclass and p.polpermissive
   and not (p.roles = array['atum_app']::name[] and p.polcmd = 'a' and p.writable = 'organization_id=SELECTdesk.tenant')
   and p.roles <> array['atum_jobs']::name[] and p.roles <> array['atum_scan']::name[]
