import type { MessageId, Translate } from "@/lib/i18n/catalogue";

/** What can happen, in the order of the filter's list. */
export const kinds = [
  "ticket_created",
  "ticket_accepted",
  "ticket_assigned",
  "ticket_started",
  "ticket_waiting",
  "ticket_updated",
  "ticket_resolved",
  "ticket_reopened",
  "ticket_closed",
  "ticket_cancelled",
  "ticket_rated",
  "follow_up_opened",
  "message_posted",
  "note_added",
  "file_downloaded",
  "sla_warned",
  "sla_breached",
  "person_created",
  "person_updated",
  "company_created",
  "policy_updated",
  "calendar_updated",
  "security_changed",
  "allow_list_changed",
  "organization_created",
  "signed_in",
  "sign_in_failed",
  "signed_out",
  "session_revoked",
  "other_sessions_revoked",
  "organization_switched",
  "password_changed",
  "password_requested",
  "password_reset",
  "api_token_created",
  "api_token_used_from_new_network",
  "api_token_revoked",
  "invitation_created",
  "invitation_accepted",
  "second_factor_enrolled",
  "second_factor_removed",
  "second_factor_failed",
  "recovery_codes_replaced",
  "recovery_code_used",
  "passkey_added",
  "passkey_removed",
  "passkey_used",
  "passkey_failed",
  "passkey_suspected",
  "account_disabled",
  "account_enabled",
  "operator_granted",
  "operator_withdrawn",
  "accounts_listed",
  "isolation_read",
  "impersonation_started",
  "impersonation_ended",
  "audit_exported",
  "audit_verified",
  "audit_head_signed",
] as const;

type Kind = (typeof kinds)[number];

/** A kind of a newer server, or one that the page does not know, stands there by its own name. */
export function kindWords(t: Translate, kind: string): string {
  const known: MessageId | undefined = kinds.includes(kind as Kind)
    ? `audit.kind_${kind as Kind}`
    : undefined;
  return known ? t(known) : kind;
}
