-- Messages that came by mail, what threads them, who takes part, and the ledger of automatic answers.
set lock_timeout = '5s';

-- A mail's text is kept whole: what is quoted in it is folded, not cut.
alter table desk.message
    drop constraint message_channel_check,
    drop constraint message_body_check,
    add constraint message_channel_check check (channel in ('portal', 'desk', 'api', 'mail')),
    add constraint message_body_check check (length(body) >= 1 and (length(body) <= 50000 or channel = 'mail'));
-- A message is moved to another ticket, and a third party's is let in.
grant update (ticket_id, visibility) on desk.message to atum_app;

-- What is linked and does not go on from the other: a forwarded mail, a stranger's with the number in its subject.
alter table desk.ticket_link
    add column kind text not null default 'follow_up' check (kind in ('follow_up', 'related'));

create table desk.mail_message (
    organization_id uuid not null,
    message_id uuid not null,
    inbound_mail_id uuid not null,
    -- the mail's own Message-ID
    reference text not null,
    from_address text not null,
    from_name text not null,
    reply_to text,
    -- [{"address": "…", "name": "…"}]
    sent_to jsonb not null,
    cc jsonb not null,
    subject text not null,
    -- sanitized; null: there is none, or more than is shown
    html text,
    sanitizer_version text,
    remote_content boolean not null,
    -- {"content id": "file id"}
    pictures jsonb not null,
    -- [{"start_utf16": 12, "end_utf16": 80}] of the message's body
    folded jsonb not null,
    thread_reason text not null,
    third_party boolean not null,
    warning text,
    automatic boolean not null,
    -- the rule by which no program may answer it
    unanswerable text,
    invitation jsonb,
    signed text,
    primary key (organization_id, message_id),
    constraint mail_message_inbound_key unique (organization_id, inbound_mail_id),
    foreign key (organization_id, message_id) references desk.message (organization_id, id),
    foreign key (organization_id, inbound_mail_id) references desk.inbound_mail (organization_id, id)
);
call desk.isolate('mail_message', 'select, insert, update, delete');
create index mail_message_reference on desk.mail_message (organization_id, reference);

-- Every id that a message has or mentions.
create table desk.mail_reference (
    organization_id uuid not null,
    reference text not null check (length(reference) between 1 and 500),
    message_id uuid not null,
    ticket_id uuid not null,
    -- the id that the message itself has
    own boolean not null,
    -- staff put the message where it is: it outweighs every token
    moved boolean not null default false,
    primary key (organization_id, reference, message_id),
    foreign key (organization_id, message_id) references desk.message (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
create index mail_reference_message on desk.mail_reference (organization_id, message_id);
create index mail_reference_ticket on desk.mail_reference (organization_id, ticket_id);
call desk.isolate('mail_reference', 'select, insert, update, delete');

create table desk.ticket_participant (
    organization_id uuid not null,
    ticket_id uuid not null,
    address text not null check (address = lower(address) and length(address) <= 254),
    name text,
    kind text not null check (kind in ('cc', 'sent_to', 'admitted')),
    created_at timestamptz not null,
    primary key (organization_id, ticket_id, address),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
call desk.isolate('ticket_participant', 'select, insert, update, delete');

-- Addresses to which nothing is sent by a program until somebody releases them.
create table desk.mail_address (
    organization_id uuid not null,
    address text not null check (address = lower(address)),
    parked_at timestamptz,
    reason text,
    primary key (organization_id, address)
);
call desk.isolate('mail_address', 'select, insert, update');

-- What programs sent, for the rates.
create table desk.automatic_mail (
    organization_id uuid not null,
    id uuid not null,
    address text not null,
    ticket_id uuid,
    kind text not null,
    -- nobody here has ever written to this address
    stranger boolean not null,
    -- it answers a mail
    in_answer boolean not null,
    at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id)
);
create index automatic_mail_at on desk.automatic_mail (organization_id, at);
create index automatic_mail_address on desk.automatic_mail (organization_id, address, at);
create index automatic_mail_ticket on desk.automatic_mail (organization_id, ticket_id, at);
call desk.isolate('automatic_mail', 'select, insert');
