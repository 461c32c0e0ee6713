import type { ReactNode } from "react";
import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Notice } from "@/ui/Notice";
import styles from "./Feed.module.css";
import { useFreshness } from "./freshness";

interface Props {
  /** When the answer came that is shown; 0: none yet. */
  answeredAt: number;
  retry: () => void;
  children: (elapsed: number) => ReactNode;
}

/** What is asked for every few seconds. Grey, and saying so, when no answer came for a while. */
export function Feed({ answeredAt, retry, children }: Props) {
  const t = useT();
  const format = useFormat();
  const { elapsed, stale } = useFreshness(answeredAt);
  return (
    <>
      {stale && (
        <div className={styles.notice}>
          <Notice
            tone="warning"
            action={
              <Button size="small" onClick={retry}>
                {t("common.try_again")}
              </Button>
            }
          >
            {t("operation.stale", { time: format.time(new Date(answeredAt)) })}
          </Notice>
        </div>
      )}
      <div className={styles.feed} data-stale={stale || undefined}>
        {children(stale ? 0 : elapsed)}
      </div>
    </>
  );
}
