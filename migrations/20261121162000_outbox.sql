-- The outbox: what is to be sent, and how it went with each recipient.
set lock_timeout = '5s';

create table desk.outgoing_mail (
    organization_id uuid not null,
    id uuid not null,
    -- null: there was no channel that can send
    channel_id uuid,
    ticket_id uuid,
    message_id uuid,
    -- whom it is for, where that is a person known here
    person_id uuid,
    kind text not null check (kind in ('ticket_received', 'staff_replied', 'ticket_resolved', 'invitation',
                                       'password_reset', 'staff_notification', 'digest')),
    -- no person wrote it
    automatic boolean not null,
    -- a program's answer to a mail: it goes out with a null return path
    in_answer boolean not null default false,
    -- minted once, the same in every attempt
    message_id_header text not null check (length(message_id_header) between 3 and 900),
    from_address text not null,
    from_name text not null default '',
    reply_to text,
    subject text not null check (length(subject) <= 1000),
    body text not null,
    html text,
    locale text not null default 'en',
    in_reply_to text,
    reference_ids text[] not null default '{}',
    -- a link that only the recipient may read, sealed; where it belongs the texts have a mark
    sealed_link bytea,
    created_at timestamptz not null,
    send_after timestamptz not null,
    cancelled_at timestamptz,
    cancelled_by uuid,
    primary key (organization_id, id),
    foreign key (organization_id, channel_id) references desk.mail_channel (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, message_id) references desk.message (organization_id, id),
    foreign key (organization_id, person_id) references desk.person (organization_id, id),
    foreign key (organization_id, cancelled_by) references desk.person (organization_id, id)
);
-- A message is sent as one mail.
create unique index outgoing_mail_message on desk.outgoing_mail (organization_id, message_id)
    where kind = 'staff_replied';
create unique index outgoing_mail_header on desk.outgoing_mail (organization_id, message_id_header);
create index outgoing_mail_ticket on desk.outgoing_mail (organization_id, ticket_id, id) where ticket_id is not null;
create index outgoing_mail_channel on desk.outgoing_mail (organization_id, channel_id) where channel_id is not null;
call desk.isolate('outgoing_mail', 'select, insert, update');

create table desk.outgoing_envelope (
    organization_id uuid not null,
    id uuid not null,
    mail_id uuid not null,
    -- the mail's, where there is one: what is due is looked for by it
    channel_id uuid,
    recipient text not null check (length(recipient) between 3 and 254),
    name text,
    kind text not null check (kind in ('to', 'cc', 'bcc')),
    state text not null check (state in ('queued', 'sending', 'accepted', 'uncertain', 'deferred', 'failed', 'bounced',
                                         'cancelled', 'kept')),
    -- RFC 3463
    status text,
    server_reply text,
    last_error text,
    attempts integer not null default 0,
    -- of the plan that is under way; "send again" begins another
    first_attempt_at timestamptz,
    next_attempt_at timestamptz,
    changed_at timestamptz not null,
    -- '': no return path
    return_path text not null default '',
    -- Raised by each claim; every write of a sender names it. The time is the database's.
    lease bigint not null default 0,
    leased_until timestamptz,
    -- the final dot was about to be sent, and nobody wrote down what became of it
    dotted boolean not null default false,
    -- it was uncertain once: it is not tried for that reason again
    doubted boolean not null default false,
    primary key (organization_id, id),
    foreign key (organization_id, mail_id) references desk.outgoing_mail (organization_id, id),
    foreign key (organization_id, channel_id) references desk.mail_channel (organization_id, id),
    check ((state = 'sending') = (leased_until is not null)),
    check (state <> 'kept' or channel_id is null)
);
create unique index outgoing_envelope_recipient on desk.outgoing_envelope (organization_id, mail_id, lower(recipient));
create index outgoing_envelope_due on desk.outgoing_envelope (organization_id, channel_id, next_attempt_at)
    where state in ('queued', 'deferred', 'uncertain');
create index outgoing_envelope_leased on desk.outgoing_envelope (organization_id, channel_id, leased_until)
    where state = 'sending';
create index outgoing_envelope_state on desk.outgoing_envelope (organization_id, state, mail_id);
call desk.isolate('outgoing_envelope', 'select, insert, update');

-- Which channels have something to send: asked across tenants, told in ids alone.
create policy scan on desk.outgoing_envelope for select to atum_scan using (true);
grant select on desk.outgoing_envelope to atum_scan;

create function desk.due_outbox(moment timestamptz) returns table (organization_id uuid, channel_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select e.organization_id, e.channel_id from desk.outgoing_envelope e
     where e.state in ('queued', 'deferred', 'uncertain') and e.next_attempt_at <= moment and e.channel_id is not null
    union
    select e.organization_id, e.channel_id from desk.outgoing_envelope e
     where e.state = 'sending' and e.leased_until < now() and e.channel_id is not null
$$;
grant create on schema desk to atum_scan;
alter function desk.due_outbox(timestamptz) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.due_outbox(timestamptz) from public;
grant execute on function desk.due_outbox(timestamptz) to atum_jobs;
