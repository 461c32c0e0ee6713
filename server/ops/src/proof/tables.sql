-- What every table of schema desk must be, and what no role may do to any table.
with relation as (
    select c.oid, n.nspname as schema, n.nspname || '.' || c.relname as name, c.relkind as kind, c.reloptions,
           c.relrowsecurity, c.relforcerowsecurity
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and c.relkind in ('r', 'p', 'v', 'm', 'f')
), desk as (
    select * from relation where schema = 'desk' and kind in ('r', 'p')
), reach as (
    select r.*, role,
           array(select privilege from unnest(array['SELECT', 'INSERT', 'UPDATE', 'DELETE']) privilege
                  where has_table_privilege(role, r.oid, privilege) or
                        (privilege <> 'DELETE' and has_any_column_privilege(role, r.oid, privilege))) as granted,
           array(select privilege from unnest(array['TRUNCATE', 'TRIGGER', 'REFERENCES']) privilege
                  where has_table_privilege(role, r.oid, privilege)) as dangerous
      from relation r
      cross join (select rolname as role from pg_roles where rolname in ('atum_app', 'atum_identity', 'atum_jobs')) roles
)
select d.name as "object!", 'no_organization' as "rule!", 'organization_id must be uuid not null' as "detail!"
  from desk d where not exists (
        select from pg_attribute a where a.attrelid = d.oid and a.attname = 'organization_id'
           and a.attnotnull and a.atttypid = 'uuid'::regtype and not a.attisdropped)
union all
select name, 'rls_off', 'row-level security is not enabled' from desk where not relrowsecurity
union all
select name, 'rls_not_forced', 'row-level security is not forced on the owner' from desk where not relforcerowsecurity
union all
select name, 'unlisted_schema', role || ' may ' || array_to_string(granted, ', ')
  from reach where granted <> '{}' and schema not in ('desk', 'identity', 'queue')
union all
-- The planes do not meet: each role has its schema. The app role adds jobs and sees none.
select name, 'plane_crossed', role || ' may ' || array_to_string(granted, ', ')
  from reach where granted <> '{}' and (schema, role) not in
        (values ('desk', 'atum_app'), ('identity', 'atum_identity'), ('queue', 'atum_jobs'))
   and not (name = 'queue.job' and role = 'atum_app' and granted = array['INSERT'])
   and schema in ('desk', 'identity', 'queue')
union all
select name, 'dangerous_grant', role || ' may ' || array_to_string(dangerous, ', ') from reach where dangerous <> '{}'
union all
select name, 'cannot_be_filtered', case kind when 'm' then 'a materialized view' else 'a foreign table' end ||
        ' that ' || role || ' may read knows no row-level security'
  from reach where kind in ('m', 'f') and granted <> '{}'
union all
select name, 'view_of_its_owner', 'a view that ' || role || ' may read must be security_invoker'
  from reach where kind = 'v' and granted <> '{}'
   and not coalesce(reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
union all
select name, 'not_append_only', role || ' may ' || array_to_string(granted, ', ')
  from reach where name in ('desk.event', 'desk.event_batch', 'desk.sla_segment', 'identity.event') and granted && array['UPDATE', 'DELETE']
