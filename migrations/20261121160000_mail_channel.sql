-- Mail channels, and the ledger of every mail that ever came in by one.
set lock_timeout = '5s';

create table desk.mail_channel (
    organization_id uuid not null,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    address text not null check (length(address) between 3 and 254),
    from_name text not null,
    signature text not null default '',
    active boolean not null,
    -- where mail is fetched and where it is handed over, without any secret: see server/mail/src/channel/settings.rs
    imap jsonb,
    smtp jsonb,
    oauth jsonb,
    dkim jsonb,
    trusted_authserv_id text,
    subject_token boolean not null default true,
    plus_address boolean not null default true,
    silence_ms bigint check (silence_ms > 0),
    version bigint not null default 1,
    -- what the fetcher last said of itself
    state text not null default 'off' check (state in ('off', 'connecting', 'ok', 'retrying', 'stopped')),
    state_detail text,
    state_since timestamptz not null,
    last_success_at timestamptz,
    last_error text,
    last_error_at timestamptz,
    next_attempt_at timestamptz,
    -- when it was last switched on, and when a mail last came: silence is measured from the later
    activated_at timestamptz not null,
    last_mail_at timestamptz,
    created_at timestamptz not null,
    updated_at timestamptz not null,
    updated_by uuid,
    -- what came by it stays in the log
    deleted_at timestamptz,
    primary key (organization_id, id),
    foreign key (organization_id, updated_by) references desk.person (organization_id, id)
);
create unique index mail_channel_address on desk.mail_channel (organization_id, lower(address)) where deleted_at is null;
call desk.isolate('mail_channel', 'select, insert, update');

-- Sealed with the installation's key: see server/mail/src/channel/secret.rs.
create table desk.mail_channel_secret (
    organization_id uuid not null,
    channel_id uuid not null,
    kind text not null,
    sealed bytea not null,
    -- of an access token
    expires_at timestamptz,
    primary key (organization_id, channel_id, kind),
    foreign key (organization_id, channel_id) references desk.mail_channel (organization_id, id)
);
call desk.isolate('mail_channel_secret', 'select, insert, update, delete');

-- How far each folder was read. A new UIDVALIDITY (RFC 3501, section 2.3.1.1) is a new row.
create table desk.mail_folder (
    organization_id uuid not null,
    channel_id uuid not null,
    folder text not null,
    uid_validity bigint not null,
    high_water bigint not null default 0,
    reconciled_at timestamptz,
    primary key (organization_id, channel_id, folder, uid_validity),
    foreign key (organization_id, channel_id) references desk.mail_channel (organization_id, id)
);
call desk.isolate('mail_folder', 'select, insert, update, delete');

create table desk.inbound_mail (
    organization_id uuid not null,
    id uuid not null,
    channel_id uuid not null,
    source text not null check (source in ('imap', 'lmtp')),
    folder text,
    uid_validity bigint,
    uid bigint,
    received_at timestamptz not null,
    -- of the whole mail, also where only its header was fetched
    bytes bigint not null check (bytes >= 0),
    -- false: it was larger than the installation takes, and only its header is here
    whole boolean not null default true,
    -- of what is here
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    -- the Message-ID, or one made from the contents
    identity text not null check (length(identity) <= 500),
    -- of the header without what each server on the way writes into it
    header_sha256 text not null check (header_sha256 ~ '^[0-9a-f]{64}$'),
    envelope_from text,
    envelope_to text[] not null default '{}',
    from_address text,
    subject text,
    outcome text not null default 'stored'
        check (outcome in ('stored', 'accepted', 'duplicate', 'quarantined', 'failed')),
    reason text,
    attempts integer not null default 0,
    last_error text,
    -- of a duplicate
    original_id uuid,
    ticket_id uuid,
    message_id uuid,
    processed_at timestamptz,
    -- when the mailbox was told that the mail is here, as the channel's settings want it
    told_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, channel_id, folder, uid_validity, uid),
    foreign key (organization_id, channel_id) references desk.mail_channel (organization_id, id),
    foreign key (organization_id, original_id) references desk.inbound_mail (organization_id, id),
    foreign key (organization_id, ticket_id) references desk.ticket (organization_id, id),
    foreign key (organization_id, message_id) references desk.message (organization_id, id),
    check ((source = 'imap') = (uid is not null)),
    check ((outcome = 'duplicate') = (original_id is not null))
);
-- The same mail comes in once by each channel, whatever became of it.
create unique index inbound_mail_identity on desk.inbound_mail (organization_id, channel_id, identity, header_sha256)
    where outcome <> 'duplicate';
create index inbound_mail_channel on desk.inbound_mail (organization_id, channel_id, id);
create index inbound_mail_outcome on desk.inbound_mail (organization_id, outcome, id);
create index inbound_mail_stored on desk.inbound_mail (organization_id, channel_id) where outcome = 'stored';
create index inbound_mail_untold on desk.inbound_mail (organization_id, channel_id, folder) where told_at is null;
create index inbound_mail_ticket on desk.inbound_mail (organization_id, ticket_id) where ticket_id is not null;
create index inbound_mail_message on desk.inbound_mail (organization_id, message_id) where message_id is not null;
create index inbound_mail_original on desk.inbound_mail (organization_id, original_id) where original_id is not null;
call desk.isolate('inbound_mail', 'select, insert, update');

-- The bytes as they came. In the database and not in the file store: they are durable in the transaction that moves the
-- high-water mark.
create table desk.inbound_raw (
    organization_id uuid not null,
    inbound_mail_id uuid not null,
    raw bytea not null,
    primary key (organization_id, inbound_mail_id),
    foreign key (organization_id, inbound_mail_id) references desk.inbound_mail (organization_id, id)
);
alter table desk.inbound_raw alter column raw set storage external;
call desk.isolate('inbound_raw', 'select, insert');

-- Which channels there are to be fetched from, how they are, and whose an address is: asked across tenants, told in ids
-- and numbers alone.
create policy scan on desk.mail_channel for select to atum_scan using (true);
grant select on desk.mail_channel to atum_scan;

create function desk.active_mail_channel() returns table (organization_id uuid, channel_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.organization_id, c.id from desk.mail_channel c
     where c.active and c.imap is not null and c.deleted_at is null
$$;

create function desk.mail_channel_count(moment timestamptz) returns table (state text, channels bigint, silent bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.state, count(*),
           count(*) filter (where c.active and c.imap is not null and c.silence_ms is not null and
               moment - greatest(c.activated_at, c.last_mail_at) > c.silence_ms * interval '1 millisecond')
      from desk.mail_channel c where c.deleted_at is null group by c.state
$$;

create function desk.mail_channel_of(recipient text) returns table (organization_id uuid, channel_id uuid)
    language sql stable security definer set search_path = pg_catalog, pg_temp as $$
    select c.organization_id, c.id from desk.mail_channel c
     where lower(c.address) = lower(recipient) and c.active and c.deleted_at is null order by c.created_at, c.id limit 1
$$;

grant create on schema desk to atum_scan;
alter function desk.active_mail_channel() owner to atum_scan;
alter function desk.mail_channel_count(timestamptz) owner to atum_scan;
alter function desk.mail_channel_of(text) owner to atum_scan;
revoke create on schema desk from atum_scan;
revoke execute on function desk.active_mail_channel() from public;
revoke execute on function desk.mail_channel_count(timestamptz) from public;
revoke execute on function desk.mail_channel_of(text) from public;
grant execute on function desk.active_mail_channel() to atum_jobs;
grant execute on function desk.mail_channel_count(timestamptz) to atum_jobs;
grant execute on function desk.mail_channel_of(text) to atum_jobs;
