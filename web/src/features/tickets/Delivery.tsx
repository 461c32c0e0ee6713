import { useEffect, useState } from "react";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { EnvelopeState, isLost } from "@/lib/mail/EnvelopeState";
import { Button } from "@/ui/Button";
import { CheckIcon } from "@/ui/icons";
import styles from "./Mail.module.css";
import { useDecide, useTakeBack } from "./mailActs";
import type { Message } from "./queries";

type Delivered = NonNullable<Message["delivery"]>[number];

/** Under an answer that leaves by mail: who has it, who not, and why. */
export function Delivery({ message, number }: { message: Message; number: number }) {
  const t = useT();
  const format = useFormat();
  const delivery = message.delivery ?? [];
  if (delivery.length === 0) return null;
  const accepted = delivery.filter(({ state }) => state === "accepted");
  const others = delivery.filter(({ state }) => state !== "accepted");
  return (
    <div className={styles.delivery}>
      {accepted.length > 0 && (
        <p className={styles.accepted}>
          <CheckIcon size={12} />
          {t("mail.accepted", { names: format.list(accepted.map(({ recipient }) => recipient)) })}
        </p>
      )}
      {others.length > 0 && (
        <ul aria-label={t("mail.delivery")}>
          {others.map((envelope) => (
            <li key={envelope.envelope_id} data-lost={isLost(envelope.state) || undefined}>
              <EnvelopeState state={envelope.state} />
              <bdi>{envelope.recipient}</bdi>
              {envelope.undecided && <Decide envelope={envelope} number={number} />}
              {envelope.detail && <bdi className={styles.detail}>{envelope.detail}</bdi>}
            </li>
          ))}
        </ul>
      )}
      <TakeBack delivery={delivery} number={number} />
    </div>
  );
}

/** Nobody but a person can tell: the server has it or not. */
function Decide({ envelope, number }: { envelope: Delivered; number: number }) {
  const t = useT();
  const decide = useDecide(number, envelope.envelope_id);
  const { recipient } = envelope;
  return (
    <span className={styles.decide}>
      <Button
        size="small"
        busy={decide.isPending}
        aria-label={t("mail.confirm_for", { recipient })}
        onClick={() => decide.mutate(true)}
      >
        {t("mail.confirm")}
      </Button>
      <Button
        size="small"
        busy={decide.isPending}
        aria-label={t("mail.send_again_to", { recipient })}
        onClick={() => decide.mutate(false)}
      >
        {t("mail.send_again")}
      </Button>
    </span>
  );
}

/** For some seconds after sending; then it is too late, and the button is gone. */
function TakeBack({ delivery, number }: { delivery: Delivered[]; number: number }) {
  const t = useT();
  const takeBack = useTakeBack(number);
  const mail = delivery.find(({ undoable_until }) => undoable_until);
  const left = useSecondsUntil(mail?.undoable_until ?? null);
  if (!mail || left <= 0) return null;
  return (
    <Button size="small" busy={takeBack.isPending} onClick={() => takeBack.mutate(mail.mail_id)}>
      {t("mail.take_back", { seconds: left })}
    </Button>
  );
}

function useSecondsUntil(moment: string | null): number {
  const secondsLeft = () => (moment ? Math.ceil((Date.parse(moment) - Date.now()) / 1000) : 0);
  const [left, setLeft] = useState(secondsLeft);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another moment is another count
  useEffect(() => {
    setLeft(secondsLeft());
    if (secondsLeft() <= 0) return;
    const timer = setInterval(() => setLeft(secondsLeft()), 500);
    return () => clearInterval(timer);
  }, [moment]);
  return left;
}
