import { useBlocker } from "@tanstack/react-router";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "./Button";
import { Dialog, DialogActions } from "./Dialog";

/** Asks before what was typed is thrown away; closing the tab asks too, in the browser's own words. */
export function LeaveGuard({ dirty }: { dirty: boolean }) {
  const t = useT();
  const blocker = useBlocker({
    shouldBlockFn: () => dirty,
    enableBeforeUnload: () => dirty,
    withResolver: true,
  });
  const isBlocked = blocker.status === "blocked";
  return (
    <Dialog open={isBlocked} onClose={() => blocker.reset?.()} title={t("settings.leave_title")}>
      <p>{t("settings.leave_lead")}</p>
      <DialogActions>
        <Button onClick={() => blocker.proceed?.()}>{t("settings.leave")}</Button>
        <Button tone="primary" onClick={() => blocker.reset?.()}>
          {t("settings.stay")}
        </Button>
      </DialogActions>
    </Dialog>
  );
}
