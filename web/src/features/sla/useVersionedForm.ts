import { useMutation } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { ProblemError } from "@/api/problem";
import { useT } from "@/lib/i18n/I18nProvider";
import { toast } from "@/ui/Toast";
import { isSame, merge, type Shape } from "./merge";

export interface Clash<Form> {
  theirs: Form;
  /** Names of the values that both changed. */
  keys: string[];
  by: string | null;
}

interface Options<Saved, Form> {
  saved: Saved;
  toForm: (saved: Saved) => Form;
  shape: Shape<Form>;
  /** Refused with 409 when `version` is no longer the newest. */
  save: (form: Form, version: number) => Promise<Saved>;
  reload: () => Promise<Saved>;
  onSaved: (saved: Saved) => void;
}

const isStale = (error: unknown): error is ProblemError =>
  error instanceof ProblemError && (error.status === 409 || error.status === 412);

/**
 * A form over something that others edit too. It names the version it began with; when somebody was faster,
 * their changes are merged in and only what both changed is asked about.
 */
export function useVersionedForm<Saved extends { version: number }, Form>(options: Options<Saved, Form>) {
  const { saved, toForm, shape, save, reload, onSaved } = options;
  const t = useT();
  const [base, setBase] = useState(saved);
  const [form, setForm] = useState(() => toForm(saved));
  const [clash, setClash] = useState<Clash<Form> | null>(null);
  const dirty = !isSame(shape, toForm(base), form);

  function begin(from: Saved) {
    setBase(from);
    setForm(toForm(from));
    setClash(null);
  }

  // Somebody else's save is shown at once where nothing was typed; what was typed waits for its own save.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new version counts
  useEffect(() => {
    if (!dirty && saved.version > base.version) begin(saved);
  }, [saved.version]);

  async function settle(error: ProblemError) {
    const theirs = await reload();
    const { merged, conflicts } = merge(shape, toForm(base), form, toForm(theirs));
    setClash({ theirs: toForm(theirs), keys: conflicts, by: error.conflicts[0]?.changed_by ?? null });
    setForm(merged);
    setBase(theirs);
  }

  const saving = useMutation({
    mutationFn: () => save(form, base.version),
    onSuccess(next) {
      begin(next);
      onSaved(next);
      toast("done", t("settings.saved"));
    },
    onError: (error) => (isStale(error) ? settle(error) : undefined),
  });

  return {
    form,
    change: (part: Partial<Form>) => setForm((before) => ({ ...before, ...part })),
    dirty,
    revert: () => begin(base),
    // Once everything is theirs there is nothing left to save or to choose.
    clash: dirty ? clash : null,
    takeTheirs(key: string) {
      if (!clash) return;
      setForm(shape.take(form, clash.theirs, key));
      setClash({ ...clash, keys: clash.keys.filter((other) => other !== key) });
    },
    submit: () => saving.mutate(),
    saving: saving.isPending,
    error: isStale(saving.error) ? null : saving.error,
  };
}
