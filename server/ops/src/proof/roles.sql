-- The roles that the process signs in as, and the one that owns the functions reading across tenants.
with runtime as (
    select r.oid, r.rolname, r.rolcanlogin, r.rolsuper, r.rolbypassrls, r.rolcreaterole, r.rolreplication
      from pg_roles r where r.rolname in ('atum_app', 'atum_identity', 'atum_jobs', 'atum_scan')
), schemas as (
    select n.oid, n.nspname, n.nspowner from pg_namespace n
     where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
)
select name as "object!", 'role_missing' as "rule!", 'there is no such role' as "detail!"
  from unnest(array['atum_app', 'atum_identity', 'atum_jobs', 'atum_scan']) name
 where name not in (select rolname from runtime)
union all
select rolname, 'role_too_strong', concat_ws(', ',
        case when rolsuper then 'superuser' end, case when rolbypassrls then 'bypassrls' end,
        case when rolcreaterole then 'createrole' end, case when rolreplication then 'replication' end)
  from runtime where rolsuper or rolbypassrls or rolcreaterole or rolreplication
union all
select rolname, 'scan_can_sign_in', 'nobody may sign in as the role that reads across tenants'
  from runtime where rolname = 'atum_scan' and rolcanlogin
union all
-- No exception: a membership lends the other role's rights, one in the owner even the tables.
select r.rolname, 'role_is_member', 'is a member of ' || pg_get_userbyid(m.roleid)
  from pg_auth_members m join runtime r on r.oid = m.member
union all
select r.rolname, 'role_owns', 'owns ' || n.nspname || '.' || c.relname
  from pg_class c join schemas n on n.oid = c.relnamespace join runtime r on r.oid = c.relowner
union all
select r.rolname, 'role_owns', 'owns schema ' || n.nspname
  from schemas n join runtime r on r.oid = n.nspowner
union all
select r.rolname, 'role_owns', 'owns function ' || p.oid::regprocedure
  from pg_proc p join schemas n on n.oid = p.pronamespace join runtime r on r.oid = p.proowner
 where r.rolname <> 'atum_scan'
union all
select r.rolname, 'role_may_create', 'may create in schema ' || n.nspname
  from runtime r cross join schemas n where has_schema_privilege(r.oid, n.oid, 'CREATE') and n.nspowner <> r.oid
