import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { Button } from "@/ui/Button";
import { Emblem } from "@/ui/Emblem";
import { ErrorState } from "@/ui/ErrorState";
import { TextArea } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { PublicFrame } from "@/ui/PublicFrame";
import { Delayed, Skeleton } from "@/ui/Skeleton";
import styles from "./RateByLinkPage.module.css";
import { Stars, scoreWords } from "./Stars";

type Asked = Schemas["RatingByLink"];

const at = (token: string) => ({ params: { path: { token } } });
const key = (token: string) => ["rating_by_link", token];
const isGone = (error: unknown) => error instanceof ProblemError && error.status === 404;

/** From the mail that says a ticket is solved: whoever got it rates, also without an account. */
export function RateByLinkPage() {
  const { token } = useParams({ strict: false }) as { token: string };
  return <RateByLink token={token} />;
}

export function RateByLink({ token }: { token: string }) {
  const t = useT();
  usePlace({ label: t("rating.question") });
  const asked = useQuery({
    queryKey: key(token),
    queryFn: () => data(client.GET("/api/v1/ratings/{token}", at(token))),
  });

  function content() {
    if (isGone(asked.error)) return <Words title={t("rating.gone")} lead={t("rating.gone_lead")} />;
    if (asked.isError) return <ErrorState error={asked.error} retry={() => void asked.refetch()} />;
    if (asked.isPending) {
      return (
        <Delayed>
          <Skeleton height={120} />
        </Delayed>
      );
    }
    return <Rate key={token} token={token} asked={asked.data} />;
  }

  return (
    <PublicFrame>
      <section className={styles.place}>
        <Emblem size={72} />
        <div className={styles.panel}>{content()}</div>
      </section>
    </PublicFrame>
  );
}

function Words({ title, lead }: { title: string; lead: string }) {
  return (
    <>
      <h1 className={styles.title}>{title}</h1>
      <p className={styles.lead}>{lead}</p>
    </>
  );
}

function Rate({ token, asked }: { token: string; asked: Asked }) {
  const t = useT();
  const queries = useQueryClient();
  const [changing, setChanging] = useState(false);
  const [score, setScore] = useState(asked.rating?.score ?? 0);
  const [comment, setComment] = useState(asked.rating?.comment ?? "");
  const rate = useMutation({
    mutationFn: () =>
      data(
        client.PUT("/api/v1/ratings/{token}", {
          ...at(token),
          body: { score, comment: comment.trim() || null },
        }),
      ),
    onSuccess(rated) {
      queries.setQueryData(key(token), rated);
      setChanging(false);
    },
  });
  const ticket = t("rating.of_ticket", {
    number: String(asked.ticket_number),
    organization: asked.organization,
  });
  if (!asked.open) return <Words title={t("rating.not_now")} lead={ticket} />;
  if (asked.rating && !changing) {
    const words = t(scoreWords(asked.rating.score));
    return (
      <>
        <Words title={t("rating.thanks", { score: asked.rating.score, words })} lead={ticket} />
        <Button onClick={() => setChanging(true)}>{t("rating.change")}</Button>
      </>
    );
  }

  function submit(event: FormEvent) {
    event.preventDefault();
    rate.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <div>
        <h1 className={styles.title}>
          <bdi>{asked.subject}</bdi>
        </h1>
        <p className={styles.lead}>{ticket}</p>
      </div>
      <Stars label={t("rating.question")} value={score} onChange={setScore} />
      <TextArea
        label={`${t("rating.comment")} (${t("common.optional")})`}
        rows={3}
        value={comment}
        onChange={(event) => setComment(event.target.value)}
      />
      {rate.isError && <Notice tone="danger">{errorWords(t, rate.error)}</Notice>}
      <Button type="submit" tone="primary" size="large" busy={rate.isPending} disabled={score === 0}>
        {t("rating.send")}
      </Button>
    </form>
  );
}
