import { useFormat } from "@/lib/i18n/I18nProvider";
import { useNow } from "@/lib/useNow";

/** "5 min. ago", exact with zone on hover. */
export function RelativeTime({ at, className }: { at: string; className?: string }) {
  const format = useFormat();
  const now = useNow();
  return (
    <time dateTime={at} title={format.exact(at)} className={className}>
      {format.relative(at, now)}
    </time>
  );
}
