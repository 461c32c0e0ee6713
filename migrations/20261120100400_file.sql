-- Files: the row says whose it is, the blob lies under <organization>/<sha256> in the file store.
set lock_timeout = '5s';

create table desk.file (
    organization_id uuid not null,
    id uuid not null,
    name text not null check (length(name) between 1 and 255),
    media_type text not null,
    size_bytes bigint not null check (size_bytes >= 0),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    uploaded_by uuid not null,
    created_at timestamptz not null,
    -- null until a message carries it
    message_id uuid,
    -- its place among the files of that message, as the writer put them
    place integer,
    primary key (organization_id, id),
    foreign key (organization_id, uploaded_by) references desk.person (organization_id, id),
    foreign key (organization_id, message_id) references desk.message (organization_id, id)
);
create index file_message on desk.file (organization_id, message_id);
create index file_sha256 on desk.file (organization_id, sha256);
create index file_unattached on desk.file (organization_id, created_at) where message_id is null;

call desk.isolate('file', 'select, insert, update, delete');
