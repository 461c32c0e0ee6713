-- Words of tickets. Under row-level security only leakproof operators may use an index and @@ is not one, so the words
-- live in a table of their own that one audited function reads: it filters by the tenant itself and returns only ids.
set lock_timeout = '5s';

create table desk.search_document (
    organization_id uuid not null,
    id uuid not null,
    ticket_id uuid not null,
    visibility text not null check (visibility in ('public', 'internal')),
    words tsvector not null,
    primary key (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
create index search_document_ticket on desk.search_document (organization_id, ticket_id);
create index search_document_words on desk.search_document using gin (organization_id, words);

call desk.isolate('search_document', 'select, insert, update, delete');

create policy scan on desk.search_document for select to atum_scan using (true);
grant select on desk.search_document to atum_scan;
create function desk.search_ticket(query text, include_internal boolean)
    returns table (ticket_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select distinct d.ticket_id from desk.search_document d
     where d.organization_id = desk.tenant()
       and d.words @@ to_tsquery('simple', query)
       and (include_internal or d.visibility = 'public')
$$;
