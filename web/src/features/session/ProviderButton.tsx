import { useQuery } from "@tanstack/react-query";
import { client, data } from "@/api/client";
import { useT } from "@/lib/i18n/I18nProvider";
import { Notice } from "@/ui/Notice";
import styles from "./SignInPage.module.css";

interface Props {
  slug: string;
  next: string | undefined;
}

/** The organization's own way in, above the password that may be a way in too. */
export function ProviderButton({ slug, next }: Props) {
  const t = useT();
  const offer = useQuery({
    queryKey: ["session", "offer", slug],
    queryFn: () =>
      data(
        client.GET("/api/v1/session/single-sign-on/{organization}", {
          params: { path: { organization: slug } },
        }),
      ),
  });
  if (!offer.data) return null;
  const { button } = offer.data;
  if (!button) {
    return (
      <div className={styles.told}>
        <Notice tone="info">{t("single_sign_on.none_here")}</Notice>
      </div>
    );
  }
  const query = next ? `?${new URLSearchParams({ next })}` : "";
  return (
    <div className={styles.provider}>
      <a className={styles.providerButton} href={button.url + query} dir="auto">
        {button.label}
      </a>
      <p className={styles.or}>{t("single_sign_on.or_password")}</p>
    </div>
  );
}
