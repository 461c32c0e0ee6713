-- Words of people, and the newest tickets of words, each by one audited function: see search.sql and definers.sql.
set lock_timeout = '5s';

-- What was written last waits in a list that every search reads whole; it is kept short.
alter index desk.search_document_words set (gin_pending_list_limit = 512);

-- At most so many, the newest first; null: all.
create function desk.search_newest_ticket(query text, include_internal boolean, most bigint)
    returns table (ticket_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select newest.ticket_id
      from (select distinct on (d.ticket_id) d.ticket_id, d.id from desk.search_document d
             where d.organization_id = desk.tenant()
               and d.words @@ to_tsquery('simple', query)
               and (include_internal or d.visibility = 'public')
             order by d.ticket_id, d.id desc) newest
     order by newest.id desc limit most
$$;

-- Marks between letters part words, in an address too: "amira@nile.test" is found by "nile".
create function desk.person_words(name text, email text) returns tsvector
    language sql immutable parallel safe set search_path = pg_catalog, pg_temp as $$
    select to_tsvector('simple', regexp_replace(lower(name || ' ' || email), '[^[:alnum:]]+', ' ', 'g'))
$$;

create policy scan on desk.person for select to atum_scan using (true);
grant select on desk.person to atum_scan;
grant execute on function desk.person_words(text, text) to atum_scan;
create function desk.search_person(query text)
    returns table (person_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select p.id from desk.person p
     where p.organization_id = desk.tenant() and desk.person_words(p.name, p.email) @@ to_tsquery('simple', query)
$$;

grant create on schema desk to atum_scan;
alter function desk.search_newest_ticket(text, boolean, bigint) owner to atum_scan;
alter function desk.search_person(text) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.search_newest_ticket(text, boolean, bigint) from public;
revoke execute on function desk.search_person(text) from public;
grant execute on function desk.search_newest_ticket(text, boolean, bigint) to atum_app;
grant execute on function desk.search_person(text) to atum_app;
