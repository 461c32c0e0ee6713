-- Every fact that isolation rests on, one a row: roles, schemas, tables, policies, grants, functions, triggers.
-- Only the runtime's roles and everybody count: what a DBA grants to a role of theirs is theirs to know.
-- Whitespace, parentheses and the names PostgreSQL makes up are left out: its versions differ in them.
with runtime as (
    select oid, rolname::text as name from pg_roles where rolname in ('atum_app', 'atum_identity', 'atum_jobs', 'atum_scan')
), grantee as (
    select oid, name from runtime union all select 0, 'everybody'
), space as (
    select oid, nspname::text as name, nspacl, nspowner from pg_namespace where nspname in ('desk', 'identity', 'queue')
), relation as (
    select c.*, s.name || '.' || c.relname as name from pg_class c join space s on s.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), routine as (
    select p.*, p.oid::regprocedure::text as name, coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as body
      from pg_proc p join space s on s.oid = p.pronamespace
), granted (object, part, grantee, privilege) as (
    select s.name, '', a.grantee, a.privilege_type
      from space s, aclexplode(coalesce(s.nspacl, acldefault('n', s.nspowner))) a
    union all
    select r.name, '', a.grantee, a.privilege_type from relation r,
           aclexplode(coalesce(r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner))) a
    union all
    select r.name, ' (' || c.attname || ')', a.grantee, a.privilege_type
      from relation r join pg_attribute c on c.attrelid = r.oid and not c.attisdropped, aclexplode(c.attacl) a
    union all
    select f.name, '', a.grantee, a.privilege_type
      from routine f, aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
), fact (object, fact) as (
    select r.rolname, 'role: ' || concat_ws(', ', case when r.rolcanlogin then 'login' else 'nologin' end,
           case when r.rolsuper then 'superuser' end, case when r.rolbypassrls then 'bypassrls' end,
           case when r.rolcreaterole then 'createrole' end, case when r.rolcreatedb then 'createdb' end,
           case when r.rolreplication then 'replication' end)
      from pg_roles r join runtime using (oid)
    union all
    select r.name, 'member of ' || pg_get_userbyid(m.roleid) from pg_auth_members m join runtime r on r.oid = m.member
    union all
    select coalesce(r.name, 'everybody'), 'setting: ' || setting
      from pg_db_role_setting s left join runtime r on r.oid = s.setrole, unnest(s.setconfig) setting
     where (s.setrole = 0 or r.oid is not null)
       and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
       and setting ~ '^(atum\.|row_security=|role=|search_path=)'
    union all
    select name, concat_ws(', ', case relkind when 'r' then 'table' when 'p' then 'partitioned table' when 'v' then 'view'
           when 'm' then 'materialized view' when 'f' then 'foreign table' else 'sequence' end || ' of ' ||
           pg_get_userbyid(relowner), case when relrowsecurity then 'row-level security' end,
           case when relforcerowsecurity then 'forced' end,
           (select string_agg(option, ' ' order by option) from unnest(reloptions) option where option ~ '^security_'))
      from relation
    union all
    select r.name, concat_ws(', ', case when p.polpermissive then 'permissive' else 'restrictive' end || ' policy ' ||
           p.polname, 'for ' || case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
           when 'd' then 'delete' else 'all' end, 'to ' || (
               select string_agg(case role when 0 then 'everybody' else pg_get_userbyid(role) end, ' ' order by role)
                 from unnest(p.polroles) role),
           'using ' || regexp_replace(pg_get_expr(p.polqual, p.polrelid), '[\s()]|AS tenant', '', 'g'),
           'check ' || regexp_replace(pg_get_expr(p.polwithcheck, p.polrelid), '[\s()]|AS tenant', '', 'g'))
      from pg_policy p join relation r on r.oid = p.polrelid
    union all
    select g.object, 'grant ' || string_agg(g.privilege, ', ' order by g.privilege collate "C") || g.part || ' to ' || who.name
      from granted g join grantee who on who.oid = g.grantee group by g.object, g.part, who.name
    union all
    select name, concat_ws(', ', case prosecdef when true then 'definer ' else '' end || 'function of ' ||
           pg_get_userbyid(proowner), array_to_string(proconfig, ', '), 'body ' ||
           left(encode(sha256(convert_to(regexp_replace(body, '[\s()]', '', 'g'), 'UTF8')), 'hex'), 16))
      from routine
    union all
    select r.name, 'trigger ' || t.tgname || ' calls ' || t.tgfoid::regprocedure
      from pg_trigger t join relation r on r.oid = t.tgrelid where not t.tgisinternal
)
select object as "object!", fact as "fact!" from fact order by object collate "C", fact collate "C"
