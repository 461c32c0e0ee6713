import { useT } from "@/lib/i18n/I18nProvider";
import { usePlace } from "@/lib/place";
import { TokenList } from "@/lib/tokens/TokenList";
import { machineTokens } from "@/lib/tokens/tokens";
import { PageHead } from "@/ui/PageHead";

/** The organization's own tokens. */
export function TokensPage() {
  const t = useT();
  usePlace({ label: t("settings.title") }, { label: t("settings.tokens") });
  return (
    <>
      <PageHead title={t("settings.tokens")} />
      <TokenList owner={machineTokens} />
    </>
  );
}
