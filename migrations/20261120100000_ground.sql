-- The ground every table stands on: three schemas, who may reach them, and the one way to make a table a tenant's.
-- The roles themselves are created before any migration (infra/postgresql/roles.sql): a migration has no right to.
set lock_timeout = '5s';

create extension if not exists btree_gin;

create schema identity;
create schema desk;
create schema queue;

grant usage on schema identity to atum_identity;
grant usage on schema desk to atum_app, atum_scan;
grant usage on schema queue to atum_app, atum_jobs, atum_scan;

-- Without a tenant the setting reads '' after the first transaction that had one, and ''::uuid raises: nullif makes
-- "no tenant" mean "no rows".
create function desk.tenant() returns uuid
    language sql stable parallel safe
    return nullif(current_setting('atum.organization_id', true), '')::uuid;
revoke execute on function desk.tenant() from public;
grant execute on function desk.tenant() to atum_app, atum_scan;

-- Makes a table the tenants' own. Every table of schema desk is created and then isolated, in one migration;
-- the catalogue proof names any that was not.
create procedure desk.isolate(table_name text, privileges text)
    language plpgsql as $$
begin
    execute format('alter table desk.%I enable row level security', table_name);
    execute format('alter table desk.%I force row level security', table_name);
    execute format(
        'create policy tenant on desk.%I to atum_app using (organization_id = (select desk.tenant())) '
        'with check (organization_id = (select desk.tenant()))', table_name);
    execute format('grant %s on desk.%I to atum_app', privileges, table_name);
end $$;
revoke execute on procedure desk.isolate(text, text) from public;
