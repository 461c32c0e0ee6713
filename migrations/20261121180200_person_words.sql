-- no-transaction
create index concurrently if not exists person_words
    on desk.person using gin (organization_id, desk.person_words(name, email));
