-- Live streams read what was told since a transaction; without this they walk over all that a person was ever told.
set lock_timeout = '5s';

create index notification_transaction on desk.notification (organization_id, transaction_id);
