import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { client, data, type Schemas } from "@/api/client";
import { errorWords } from "@/lib/errorWords";
import { useT } from "@/lib/i18n/I18nProvider";
import { Button } from "@/ui/Button";
import { Field } from "@/ui/Field";
import { Notice } from "@/ui/Notice";
import { BothFactorsForm } from "./BothFactorsForm";
import styles from "./ProfilePage.module.css";
import type { secondOf } from "./queries";
import { RecoveryCodes } from "./RecoveryCodes";
import { refusalAt } from "./refusal";

interface Props {
  second: ReturnType<typeof secondOf>;
  onDone: () => void;
  onCancel?: () => void;
}

/** The factors there are, then secret and first code, then recovery codes if this is the account's first factor. */
export function SetUpProgram({ second, onDone, onCancel }: Props) {
  const t = useT();
  const [secret, setSecret] = useState<Schemas["SecondFactorSecret"] | null>(null);
  const [codes, setCodes] = useState<string[]>([]);

  async function begin(body: Schemas["BothFactors"]) {
    setSecret(await data(client.POST("/api/v1/profile/second-factor", { body })));
  }

  function confirmed(made: string[]) {
    if (made.length > 0) setCodes(made);
    else onDone();
  }

  if (codes.length > 0)
    return <RecoveryCodes codes={codes} lead={t("profile.recovery_lead")} onDone={onDone} />;
  if (secret) return <Confirm secret={secret} onConfirmed={confirmed} />;
  return (
    <BothFactorsForm
      second={second}
      lead={t("profile.second_factor_begin_lead")}
      submit={t("profile.second_factor_begin")}
      tone="primary"
      act={begin}
      onCancel={onCancel}
    />
  );
}

interface ConfirmProps {
  secret: Schemas["SecondFactorSecret"];
  onConfirmed: (codes: string[]) => void;
}

function Confirm({ secret, onConfirmed }: ConfirmProps) {
  const t = useT();
  const [code, setCode] = useState("");
  const confirm = useMutation({
    mutationFn: () => data(client.PUT("/api/v1/profile/second-factor", { body: { code } })),
    onSuccess: ({ recovery_codes }) => onConfirmed(recovery_codes),
  });
  const wrong = refusalAt(confirm.error, "code");

  function submit(event: FormEvent) {
    event.preventDefault();
    confirm.mutate();
  }

  return (
    <form className={styles.form} onSubmit={submit}>
      <p className={styles.lead}>{t("profile.second_factor_scan")}</p>
      {secret.picture && <Picture picture={secret.picture} />}
      <p>
        <span className={styles.lead}>{t("profile.second_factor_secret")}</span>
        <code className={styles.secret} dir="ltr">
          {secret.secret.match(/.{1,4}/g)?.join(" ")}
        </code>
      </p>
      <Field
        label={t("profile.second_factor_code")}
        dir="ltr"
        inputMode="numeric"
        autoComplete="one-time-code"
        required
        autoFocus
        error={wrong ? t("session.code_wrong") : undefined}
        value={code}
        onChange={(event) => setCode(event.target.value)}
      />
      {confirm.isError && !wrong && <Notice tone="danger">{errorWords(t, confirm.error)}</Notice>}
      <Button type="submit" tone="primary" busy={confirm.isPending}>
        {t("profile.second_factor_confirm")}
      </Button>
    </form>
  );
}

/** Cameras want dark squares on white with a border of four, whatever the theme. */
function Picture({ picture }: { picture: NonNullable<Schemas["SecondFactorSecret"]["picture"]> }) {
  const t = useT();
  const side = picture.size + 8;
  return (
    <svg
      className={styles.picture}
      viewBox={`-4 -4 ${side} ${side}`}
      role="img"
      aria-label={t("profile.second_factor_picture")}
      shapeRendering="crispEdges"
    >
      <rect x="-4" y="-4" width={side} height={side} fill="#fff" />
      <path d={picture.path} fill="#000" />
    </svg>
  );
}
