import { type KeyboardEvent, useId, useState } from "react";
import { fieldError } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import styles from "./Composer.module.css";
import { addressesIn, type Copies, type useCopies } from "./copies";
import type { Ticket } from "./queries";

interface Props {
  ticket: Ticket;
  recipients: ReturnType<typeof useCopies>;
  error: unknown;
}

/** Who will read it, before it is sent. */
export function RecipientLine({ ticket, recipients, error }: Props) {
  const t = useT();
  const [open, setOpen] = useState(false);
  const { copies, setCopies, wrong } = recipients;
  const inCopy = addressesIn(copies.cc).addresses;
  const isOpen = open || wrong.cc !== null || wrong.bcc !== null;
  return (
    <div className={styles.recipients}>
      <p>
        <span>
          {t("mail.goes_to", { name: ticket.requester.name })}
          {!isOpen && inCopy.length > 0 && ` · ${t("mail.in_copy", { names: inCopy.join(", ") })}`}
        </span>
        <button
          type="button"
          className={styles.copies}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {t("mail.copies")}
        </button>
      </p>
      {isOpen &&
        (["cc", "bcc"] as const).map((kind) => (
          <Copy
            key={kind}
            kind={kind}
            text={copies[kind]}
            wrong={wrong[kind]}
            refused={refusalOf(t, error, kind, addressesIn(copies[kind]).addresses)}
            onText={(text) => setCopies({ ...copies, [kind]: text })}
            onDone={() => setOpen(false)}
          />
        ))}
    </div>
  );
}

/** The server names the address by its place in the list. */
function refusalOf(t: ReturnType<typeof useT>, error: unknown, kind: keyof Copies, addresses: string[]) {
  for (const [place, address] of addresses.entries()) {
    const words = fieldError(t, error, `${kind}/${place}`);
    if (words) return `${address}: ${words}`;
  }
  return fieldError(t, error, kind);
}

interface CopyProps {
  kind: keyof Copies;
  text: string;
  wrong: string | null;
  refused: string | undefined;
  onText: (text: string) => void;
  onDone: () => void;
}

function Copy({ kind, text, wrong, refused, onText, onDone }: CopyProps) {
  const t = useT();
  const id = useId();
  const [left, setLeft] = useState(false);
  // While somebody is still typing an address, it is not wrong yet.
  const words = refused ?? (wrong && left ? t("mail.no_address", { text: wrong }) : undefined);
  return (
    <div className={styles.copy}>
      <label htmlFor={id}>{t(`mail.${kind}`)}</label>
      <input
        id={id}
        dir="ltr"
        autoComplete="off"
        spellCheck={false}
        placeholder={t("mail.copies_placeholder")}
        value={text}
        aria-invalid={words !== undefined || undefined}
        aria-describedby={words ? `${id}-error` : undefined}
        onChange={(event) => onText(event.target.value)}
        onFocus={() => setLeft(false)}
        onBlur={() => setLeft(true)}
        onKeyDown={(event: KeyboardEvent) => event.key === "Escape" && onDone()}
      />
      {words && (
        <p id={`${id}-error`} role="alert">
          {words}
        </p>
      )}
    </div>
  );
}
