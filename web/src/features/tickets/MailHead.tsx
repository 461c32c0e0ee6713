import { useFormat, useT } from "@/lib/i18n/I18nProvider";
import styles from "./Mail.module.css";
import { addressWords, apart, type Mail } from "./mailWords";

/** From whom to whom, as the mail itself says. */
export function MailHead({ mail }: { mail: Mail }) {
  const t = useT();
  const format = useFormat();
  const list = (addresses: Mail["to"]) =>
    format.list(addresses.map((address) => apart(addressWords(address))));
  return (
    <dl className={styles.head}>
      <Line name={t("mail.from")} words={addressWords(mail.from)} />
      <Line name={t("mail.to")} words={list(mail.to)} />
      <Line name={t("mail.cc")} words={list(mail.cc)} />
      {mail.automatic && <dd className={styles.mark}>{t("mail.automatic")}</dd>}
      {mail.signed && <dd className={styles.mark}>{t("mail.signed")}</dd>}
    </dl>
  );
}

function Line({ name, words }: { name: string; words: string }) {
  if (!words) return null;
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        <bdi>{words}</bdi>
      </dd>
    </div>
  );
}
