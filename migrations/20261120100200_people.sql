-- People and companies inside one organization.
set lock_timeout = '5s';

create table desk.company (
    organization_id uuid not null,
    id uuid not null,
    name text not null check (length(name) between 1 and 120),
    created_at timestamptz not null,
    primary key (organization_id, id)
);
create unique index company_name_key on desk.company (organization_id, lower(name));

create table desk.person (
    organization_id uuid not null,
    id uuid not null,
    company_id uuid,
    name text not null check (length(name) between 1 and 120),
    email text not null check (email = lower(email)),
    role text not null check (role in ('customer', 'customer_admin', 'agent', 'manager', 'admin')),
    active boolean not null default true,
    has_account boolean not null default false,
    locale text not null default 'en' check (locale in ('en', 'ar', 'de')),
    time_zone text not null default 'UTC',
    created_at timestamptz not null,
    primary key (organization_id, id),
    constraint person_email_key unique (organization_id, email),
    foreign key (organization_id, company_id) references desk.company (organization_id, id)
);
create index person_name on desk.person (organization_id, lower(name), id);
create index person_company on desk.person (organization_id, company_id);

call desk.isolate('company', 'select, insert, update');
call desk.isolate('person', 'select, insert, update');
