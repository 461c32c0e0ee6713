-- no-transaction
-- Which promises were broken at a moment is asked of those that were still open then, not of all that ever broke.
create index concurrently if not exists sla_clock_breached_until
    on desk.sla_clock (organization_id, coalesce(stopped_at, 'infinity'::timestamptz)) where breached_at is not null;
