-- no-transaction
-- Lists by age of one status: the inbox is read oldest first, behind all the tickets that have ended.
create index concurrently if not exists ticket_status_created
    on desk.ticket (organization_id, status, created_at, id);
