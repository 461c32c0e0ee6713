-- Texts of automatic mails that an organization wrote in place of the usual ones.
set lock_timeout = '5s';

create table desk.mail_template (
    organization_id uuid not null,
    kind text not null check (kind in ('ticket_received', 'staff_replied', 'ticket_resolved', 'invitation',
                                       'password_reset', 'staff_notification', 'digest')),
    locale text not null check (locale in ('en', 'ar', 'de')),
    subject text not null check (length(subject) between 1 and 300),
    body text not null check (length(body) between 1 and 20000),
    version bigint not null default 1,
    updated_at timestamptz not null,
    updated_by uuid,
    primary key (organization_id, kind, locale),
    foreign key (organization_id, updated_by) references desk.person (organization_id, id)
);
call desk.isolate('mail_template', 'select, insert, update, delete');
