-- A key that leaves the organization out tells one tenant that another's row exists, or ties the two together.
with tenants_table as (
    select c.oid, 'desk.' || c.relname as name, a.attnum as organization
      from pg_class c
      left join pg_attribute a on a.attrelid = c.oid and a.attname = 'organization_id' and not a.attisdropped
     where c.relnamespace = 'desk'::regnamespace and c.relkind in ('r', 'p')
)
select t.name as "object!", 'primary_key' as "rule!", 'the primary key must begin with organization_id' as "detail!"
  from tenants_table t where not exists (
        select from pg_index i where i.indrelid = t.oid and i.indisprimary and i.indkey[0] = t.organization)
union all
select t.name, 'unique_across_tenants', 'unique index ' || i.indexrelid::regclass || ' leaves organization_id out'
  from tenants_table t join pg_index i on i.indrelid = t.oid
 where i.indisunique and not coalesce(t.organization = any (i.indkey), false)
union all
select t.name, 'foreign_key_across_tenants', 'foreign key ' || k.conname || ' to ' || k.confrelid::regclass ||
        ' does not carry organization_id'
  from tenants_table t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
 where not exists (
        select from tenants_table target, unnest(k.conkey, k.confkey) as pair (here, there)
         where target.oid = k.confrelid and pair.here = t.organization and pair.there = target.organization)
union all
select t.name, 'exclusion_across_tenants', 'exclusion constraint ' || k.conname || ' leaves organization_id out'
  from tenants_table t join pg_constraint k on k.conrelid = t.oid and k.contype = 'x'
 where not coalesce(t.organization = any (k.conkey), false)
