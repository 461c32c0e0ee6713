-- no-transaction
-- What is urgent among the many that wait.
create index concurrently if not exists ticket_status_priority
    on desk.ticket (organization_id, status, priority, updated_at desc, id desc);
