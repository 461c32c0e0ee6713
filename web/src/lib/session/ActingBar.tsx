import { useMutation } from "@tanstack/react-query";
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";
import { acting } from "@/api/acting";
import { errorWords } from "@/lib/errorWords";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Dialog, DialogActions } from "@/ui/Dialog";
import { AlertIcon } from "@/ui/icons";
import { Notice } from "@/ui/Notice";
import styles from "./ActingBar.module.css";
import { actAsOneself, onActingElsewhere } from "./acting";
import { type AnySession, useMaybeSession } from "./session";

/** Over every page, and nothing dismisses it: who acts as somebody else never forgets it. */
export function ActingBar() {
  const session = useMaybeSession();
  const over = useSyncExternalStore(acting.subscribe, acting.isOver);
  useEffect(() => onActingElsewhere(() => window.location.assign("/")), []);
  return (
    <>
      {session?.impersonation && <Bar name={nameOf(session)} until={session.impersonation.expires_at} />}
      <Over open={over} session={session} />
    </>
  );
}

/** Whom they act as: always a member. */
const nameOf = (session: AnySession) => session.person?.name ?? session.email;

function Bar({ name, until }: { name: string; until: string }) {
  const t = useT();
  const format = useFormat();
  const bar = useRef<HTMLElement>(null);
  const end = useMutation({ mutationFn: actAsOneself });
  useRoom(bar);
  useAtTheEnd(until);
  return (
    <section ref={bar} aria-label={t("impersonation.bar")} className={styles.bar}>
      <p className={styles.words} role="status">
        <AlertIcon size={16} />
        <span>
          {end.isError
            ? errorWords(t, end.error)
            : t("impersonation.acting", { name, until: format.time(until) })}
        </span>
      </p>
      <button type="button" className={styles.end} disabled={end.isPending} onClick={() => end.mutate()}>
        {t("impersonation.end")}
      </button>
    </section>
  );
}

/** The page makes room for it, however many lines it takes. */
function useRoom(bar: React.RefObject<HTMLElement | null>) {
  useLayoutEffect(() => {
    const root = document.documentElement.style;
    const measured = new ResizeObserver(() => {
      root.setProperty("--bar", `${bar.current?.offsetHeight ?? 0}px`);
    });
    if (bar.current) measured.observe(bar.current);
    return () => {
      measured.disconnect();
      root.removeProperty("--bar");
    };
  }, [bar]);
}

/** An open page hears of the end at its time, not only at the next press. */
function useAtTheEnd(until: string) {
  useEffect(() => {
    const left = new Date(until).getTime() - Date.now();
    const timer = setTimeout(acting.noteOver, Math.max(0, left));
    return () => clearTimeout(timer);
  }, [until]);
}

function Over({ open, session }: { open: boolean; session: AnySession | null }) {
  const t = useT();
  const back = useMutation({ mutationFn: actAsOneself });
  const name = session?.impersonation ? nameOf(session) : undefined;
  return (
    <Dialog open={open} onClose={() => back.mutate()} title={t("impersonation.over")}>
      <p className={styles.lead}>
        {name ? t("impersonation.over_lead", { name }) : t("impersonation.over_lead_unnamed")}
      </p>
      {back.isError && <Notice tone="danger">{errorWords(t, back.error)}</Notice>}
      <DialogActions>
        <Button tone="primary" busy={back.isPending} onClick={() => back.mutate()}>
          {t("impersonation.back")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
