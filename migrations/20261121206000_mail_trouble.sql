-- What is wrong with sending by a channel, and failures that were no fault of a mail.
set lock_timeout = '5s';

alter table desk.mail_channel
    -- why its server for outgoing mail cannot be used now; null: it can, or nothing was sent yet
    add column sending_error text,
    add column sending_error_since timestamptz;

-- Attempts that ended because the disk was full or the database away: they do not count against the mail.
alter table desk.inbound_mail add column spared integer not null default 0;
