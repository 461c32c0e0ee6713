-- no-transaction
-- Who staff are is asked at every ticket; without this the question walks over everybody whom the organization knows.
create index concurrently if not exists person_staff on desk.person (organization_id, lower(name), id)
    where role in ('agent', 'manager', 'admin');
