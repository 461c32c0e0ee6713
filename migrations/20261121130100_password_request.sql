-- Who asked for a new password, for whoever may make a link: as long as nothing sends mail, people do. And memberships
-- that wait for their person.
set lock_timeout = '5s';

create table identity.password_request (
    -- As it was typed, whether or not there is such an account: the same is written for every address.
    email text primary key check (email = lower(email)),
    requested_at timestamptz not null,
    ip text
);
create index password_request_age on identity.password_request (requested_at);
grant select, insert, update, delete on identity.password_request to atum_identity;

-- A membership is not active before its person came in by a link of this very organization: that somebody has the
-- password of an account says nothing of whom another organization meant. See server/identity/src/membership.rs.
alter table identity.membership
    add column pending boolean not null default false,
    add constraint membership_pending_check check (not (pending and active));

-- Made by the operator, who may set the password of every account.
alter table identity.invitation add column by_operator boolean not null default false;
