import type { MessageId, Translate } from "@/lib/i18n/catalogue";

const reasons: Record<string, MessageId> = {
  new: "mail.why_new",
  moved: "mail.why_moved",
  reply_address: "mail.why_reply_address",
  message_id: "mail.why_message_id",
  reference: "mail.why_reference",
  body_marker: "mail.why_body_marker",
  subject_token: "mail.why_subject_token",
  forward: "mail.why_forward",
  same_mail: "mail.why_same_mail",
  unreadable: "mail.why_unreadable",
  processed_again: "mail.why_processed_again",
  report: "mail.why_report",
  report_on_nothing: "mail.why_report_on_nothing",
  too_large: "mail.warning_too_large",
};

/** Why a mail ended where it did; what a newer server says stands there as it says it. */
export const whyWords = (t: Translate, reason: string) => (reasons[reason] ? t(reasons[reason]) : reason);
