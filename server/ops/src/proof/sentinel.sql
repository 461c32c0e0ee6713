-- One row in every table, for the tenant of the transaction: what another tenant must neither see nor touch. It is
-- rolled back. What needs an id takes the organization's. A test names each table of
-- schema desk that has no row here.
insert into desk.company (organization_id, id, name, created_at) values (desk.tenant(), desk.tenant(), 'sentinel', now());
insert into desk.person (organization_id, id, company_id, name, email, role, created_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'sentinel', 'sentinel@invalid', 'agent', now());
insert into desk.ticket_number (organization_id, last_number) values (desk.tenant(), 1);
insert into desk.ticket
    (organization_id, id, number, subject, status, priority, requester_id, created_at, updated_at)
    values (desk.tenant(), desk.tenant(), 1, 'sentinel', 'new', 'low', desk.tenant(), now(), now());
insert into desk.message (organization_id, id, ticket_id, author_id, visibility, channel, body, created_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), desk.tenant(), 'internal', 'desk', 'sentinel', now());
insert into desk.ticket_link (organization_id, ticket_id, follow_up_of, created_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), now());
insert into desk.rating (organization_id, ticket_id, score, rated_at) values (desk.tenant(), desk.tenant(), 1, now());
insert into desk.draft (organization_id, ticket_id, person_id, kind, body, version, saved_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'note', 'sentinel', 1, now());
insert into desk.ticket_seen (organization_id, ticket_id, person_id, seen_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), now());
insert into desk.event (organization_id, id, at, kind, visibility)
    values (desk.tenant(), desk.tenant(), now(), 'sentinel', 'internal');
insert into desk.notification (organization_id, id, person_id, event_id, kind, ticket_id, created_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), desk.tenant(), 'sentinel', desk.tenant(), now());
insert into desk.presence (organization_id, ticket_id, person_id, state, seen_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'viewing', now());
insert into desk.idempotency_key (organization_id, person_id, key, request, created_at)
    values (desk.tenant(), desk.tenant(), 'sentinel', 'sentinel', now());
insert into desk.file (organization_id, id, name, media_type, size_bytes, sha256, uploaded_by, created_at)
    values (desk.tenant(), desk.tenant(), 'sentinel', 'text/plain', 0, repeat('0', 64), desk.tenant(), now());
insert into desk.calendar (organization_id, id, name, time_zone, updated_at)
    values (desk.tenant(), desk.tenant(), 'sentinel', 'UTC', now());
insert into desk.calendar_window (organization_id, calendar_id, weekday, from_minute, to_minute)
    values (desk.tenant(), desk.tenant(), 1, 0, 1);
insert into desk.holiday (organization_id, calendar_id, day, name)
    values (desk.tenant(), desk.tenant(), current_date, 'sentinel');
insert into desk.sla_policy (organization_id, id, name, calendar_id, updated_at)
    values (desk.tenant(), desk.tenant(), 'sentinel', desk.tenant(), now());
insert into desk.sla_target
    (organization_id, policy_id, priority, first_response_minutes, next_response_minutes, resolution_minutes)
    values (desk.tenant(), desk.tenant(), 'low', 1, 1, 1);
insert into desk.sla_clock
    (organization_id, id, ticket_id, metric, policy_id, policy_version, calendar_id, target_minutes, warn_percent,
     state, started_at, segment_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'resolution', desk.tenant(), 1, desk.tenant(), 1, 75, 'paused', now(), now());
insert into desk.sla_segment (organization_id, id, clock_id, cause, at, used_ms, target_minutes)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'start', now(), 0, 1);
insert into desk.sla_deadline (organization_id, ticket_id, metric, state)
    values (desk.tenant(), desk.tenant(), 'resolution', 'paused');
insert into desk.search_document (organization_id, id, ticket_id, visibility, words)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'internal', '');
insert into desk.event_batch
    (organization_id, number, version, previous_hash, hash, event_count, last_transaction_id, last_event_id, entries,
     sealed_at)
    values (desk.tenant(), 1, 1, decode(repeat('00', 32), 'hex'), decode(repeat('00', 32), 'hex'), 1, 1, desk.tenant(),
            '', now());
insert into desk.mail_channel
    (organization_id, id, name, address, from_name, active, state_since, activated_at, created_at, updated_at)
    values (desk.tenant(), desk.tenant(), 'sentinel', 'sentinel@invalid', '', false, now(), now(), now(), now());
insert into desk.mail_channel_secret (organization_id, channel_id, kind, sealed)
    values (desk.tenant(), desk.tenant(), 'imap_password', '');
insert into desk.mail_folder (organization_id, channel_id, folder, uid_validity)
    values (desk.tenant(), desk.tenant(), 'INBOX', 1);
insert into desk.inbound_mail
    (organization_id, id, channel_id, source, received_at, bytes, sha256, identity, header_sha256)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'lmtp', now(), 0, repeat('0', 64), 'sentinel', repeat('0', 64));
insert into desk.inbound_raw (organization_id, inbound_mail_id, raw) values (desk.tenant(), desk.tenant(), '');
insert into desk.outgoing_mail
    (organization_id, id, kind, automatic, message_id_header, from_address, subject, body, created_at, send_after)
    values (desk.tenant(), desk.tenant(), 'digest', true, 'sentinel@invalid', 'sentinel@invalid', '', '', now(), now());
insert into desk.outgoing_envelope (organization_id, id, mail_id, recipient, kind, state, changed_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'sentinel@invalid', 'to', 'kept', now());
insert into desk.mail_template (organization_id, kind, locale, subject, body, updated_at)
    values (desk.tenant(), 'digest', 'en', 'sentinel', 'sentinel', now());
insert into desk.notification_setting (organization_id, person_id, kind, in_app, mail)
    values (desk.tenant(), desk.tenant(), 'ticket_new', true, 'off');
insert into desk.notification_time (organization_id, person_id, digest_minute) values (desk.tenant(), desk.tenant(), 0);
insert into desk.digest_entry (organization_id, person_id, event_id, kind, created_at, due_at)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'ticket_new', now(), now());
insert into desk.mail_message
    (organization_id, message_id, inbound_mail_id, reference, from_address, from_name, sent_to, cc, subject,
     remote_content, pictures, folded, thread_reason, third_party, automatic)
    values (desk.tenant(), desk.tenant(), desk.tenant(), 'sentinel', 'sentinel@invalid', '', '[]', '[]', 'sentinel', false,
            '{}', '[]', 'new', false, false);
insert into desk.mail_reference (organization_id, reference, message_id, ticket_id, own)
    values (desk.tenant(), 'sentinel', desk.tenant(), desk.tenant(), true);
insert into desk.ticket_participant (organization_id, ticket_id, address, kind, created_at)
    values (desk.tenant(), desk.tenant(), 'sentinel@invalid', 'cc', now());
insert into desk.mail_address (organization_id, address) values (desk.tenant(), 'sentinel@invalid');
insert into desk.automatic_mail (organization_id, id, address, kind, stranger, in_answer, at)
    values (desk.tenant(), desk.tenant(), 'sentinel@invalid', 'ticket_received', true, true, now());
