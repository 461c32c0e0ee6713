-- What happens to an account (sign-ins, passwords, an operator's commands) is told to the organizations it belongs to:
-- the audit loop carries it over as their own events. See server/identity/src/tell_organizations.rs.
set lock_timeout = '5s';

alter table identity.event
    add column transaction_id bigint not null default (pg_current_xact_id()::text::bigint);
create index event_position on identity.event (transaction_id, id);

-- How far that has come: one row.
create table identity.event_told (
    one boolean primary key default true check (one),
    transaction_id bigint not null,
    event_id uuid not null
);
insert into identity.event_told (transaction_id, event_id) values (0, '00000000-0000-0000-0000-000000000000');
grant select, update on identity.event_told to atum_identity;
