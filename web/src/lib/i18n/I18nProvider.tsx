import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useState } from "react";
import {
  type Catalogue,
  directionOf,
  type Locale,
  loadCatalogue,
  rememberLocale,
  type Translate,
  translator,
} from "./catalogue";
import { type Formats, formats } from "./formats";

interface I18n {
  locale: Locale;
  direction: "rtl" | "ltr";
  t: Translate;
  format: Formats;
  /** Loads the catalogue first, so that the page never shows half of two languages. */
  setLocale: (locale: Locale, remember?: boolean) => void;
  setTimeZone: (zone: string | undefined) => void;
}

const Context = createContext<I18n | null>(null);

interface Props {
  initial: { locale: Locale; catalogue: Catalogue };
  children: ReactNode;
}

export function I18nProvider({ initial, children }: Props) {
  const [current, setCurrent] = useState(initial);
  const [timeZone, setTimeZone] = useState<string | undefined>();
  const { locale, catalogue } = current;
  const direction = directionOf(locale);

  useEffect(() => {
    document.documentElement.lang = locale;
    document.documentElement.dir = direction;
  }, [locale, direction]);

  const setLocale = useCallback((next: Locale, remember = true) => {
    if (remember) rememberLocale(next);
    void loadCatalogue(next).then((loaded) => setCurrent({ locale: next, catalogue: loaded }));
  }, []);

  const value = useMemo<I18n>(
    () => ({
      locale,
      direction,
      t: translator(locale, catalogue),
      format: formats(locale, timeZone),
      setLocale,
      setTimeZone,
    }),
    [locale, direction, catalogue, timeZone, setLocale],
  );
  return <Context value={value}>{children}</Context>;
}

export function useI18n(): I18n {
  const value = useContext(Context);
  if (!value) throw new Error("useI18n needs an I18nProvider above it");
  return value;
}

export function useT(): Translate {
  return useI18n().t;
}

export function useFormat(): Formats {
  return useI18n().format;
}
