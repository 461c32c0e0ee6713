import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import styles from "./Rating.module.css";
import { Stars, scoreWords } from "./Stars";

type Ticket = Schemas["Ticket"];

/** Asked once the ticket is solved; what was given stays visible and can be changed while the server allows it. */
export function Rating({ ticket }: { ticket: Ticket }) {
  const [changing, setChanging] = useState(false);
  const mayRate = ticket.actions.includes("rate");
  if (ticket.rating && !changing) {
    return <GivenRating rating={ticket.rating} onChange={mayRate ? () => setChanging(true) : undefined} />;
  }
  return mayRate ? <RatingForm ticket={ticket} onDone={() => setChanging(false)} /> : null;
}

function GivenRating({
  rating,
  onChange,
}: {
  rating: Schemas["Rating"];
  onChange: (() => void) | undefined;
}) {
  const t = useT();
  const words = t(scoreWords(rating.score));
  return (
    <section className={styles.panel}>
      <div className={styles.given}>
        <p className={styles.question}>{t("rating.thanks", { score: rating.score, words })}</p>
        {onChange && (
          <Button tone="quiet" onClick={onChange}>
            {t("rating.change")}
          </Button>
        )}
      </div>
      {rating.comment && (
        <p className={styles.comment} dir="auto">
          {rating.comment}
        </p>
      )}
    </section>
  );
}

function RatingForm({ ticket, onDone }: { ticket: Ticket; onDone: () => void }) {
  const t = useT();
  const queries = useQueryClient();
  const [score, setScore] = useState(ticket.rating?.score ?? 0);
  const [comment, setComment] = useState(ticket.rating?.comment ?? "");
  const rate = useMutation({
    mutationFn: () =>
      data(
        client.PUT("/api/v1/tickets/{ticket}/rating", {
          params: { path: { ticket: String(ticket.number) } },
          body: { score, comment: comment.trim() || null },
        }),
      ),
    onSuccess(rated) {
      queries.setQueryData(["ticket", ticket.number], rated);
      onDone();
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    rate.mutate();
  }

  return (
    <form className={styles.panel} onSubmit={submit}>
      <Stars label={t("rating.question")} value={score} onChange={setScore} />
      {score > 0 && (
        <>
          <TextArea
            label={`${t("rating.comment")} (${t("common.optional")})`}
            rows={3}
            value={comment}
            onChange={(event) => setComment(event.target.value)}
          />
          {rate.isError && <Notice tone="danger">{errorWords(t, rate.error)}</Notice>}
          <div>
            <Button type="submit" tone="primary" size="large" busy={rate.isPending}>
              {t("rating.send")}
            </Button>
          </div>
        </>
      )}
    </form>
  );
}
