-- Addresses that an organization lets people in from.
set lock_timeout = '5s';

alter table identity.organization
    -- Whom the list counts for. Null: there is none, and nobody is asked where they come from.
    add column addresses_restricted_for text check (addresses_restricted_for in ('staff', 'everybody')),
    add column allow_list_version bigint not null default 1;

create table identity.allowed_network (
    organization_id uuid not null references identity.organization (id) on delete cascade,
    network cidr not null,
    note text not null check (length(note) <= 120),
    primary key (organization_id, network)
);

-- The rule, for every query that lets somebody in. Asked only where there is a list:
-- `addresses_restricted_for is null or identity.lets_in(…)`.
create function identity.lets_in(organization uuid, restricted_for text, role text, ip text) returns boolean
    language sql stable
    return (restricted_for = 'staff' and role in ('customer', 'customer_admin'))
        or exists (select from identity.allowed_network n where n.organization_id = organization and ip::inet <<= n.network);

revoke execute on function identity.lets_in from public;
grant execute on function identity.lets_in to atum_identity;
grant select, insert, delete on identity.allowed_network to atum_identity;
