import { useT } from "@/lib/i18n/I18nProvider";
import { StarIcon } from "@/ui/icons";
import styles from "./Properties.module.css";
import type { Ticket } from "./queries";

/** How it ended: the words for the customer, the cause for us, and what the customer thought of it. */
export function Outcome({ ticket }: { ticket: Ticket }) {
  const t = useT();
  const texts = [
    { title: t("ticket.cancel_reason"), text: ticket.cancel_reason },
    { title: t("ticket.resolution"), text: ticket.resolution },
    { title: t("ticket.root_cause"), text: ticket.root_cause },
  ].filter(({ text }) => text);
  return (
    <>
      {texts.map(({ title, text }) => (
        <section key={title} className={styles.block}>
          <h2 className={styles.blockTitle}>{title}</h2>
          <p className={styles.text} dir="auto">
            {text}
          </p>
        </section>
      ))}
      {ticket.rating && <Rating rating={ticket.rating} />}
    </>
  );
}

function Rating({ rating }: { rating: NonNullable<Ticket["rating"]> }) {
  const t = useT();
  const words = t("ticket.rating_words", { score: rating.score });
  return (
    <section className={styles.block}>
      <h2 className={styles.blockTitle}>{t("ticket.rating")}</h2>
      <p className={styles.stars} role="img" aria-label={words} title={words}>
        {[1, 2, 3, 4, 5].map((star) => (
          <StarIcon key={star} size={16} data-on={star <= rating.score || undefined} />
        ))}
      </p>
      {rating.comment && (
        <p className={styles.text} dir="auto">
          {rating.comment}
        </p>
      )}
    </section>
  );
}
