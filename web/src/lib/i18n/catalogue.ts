import type en from "@/locales/en";
import { messageOf } from "./message";

export const locales = ["en", "ar", "de"] as const;
export type Locale = (typeof locales)[number];
export type MessageId = keyof typeof en;
export type Catalogue = Record<MessageId, string>;
export type Values = Record<string, string | number | Date | undefined>;
export type Translate = (id: MessageId, values?: Values) => string;

const loaders: Record<Locale, () => Promise<{ default: Catalogue }>> = {
  en: () => import("@/locales/en"),
  ar: () => import("@/locales/ar"),
  de: () => import("@/locales/de"),
};

export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  return (await loaders[locale]()).default;
}

export function isLocale(value: unknown): value is Locale {
  return locales.includes(value as Locale);
}

export function directionOf(locale: Locale): "rtl" | "ltr" {
  return locale === "ar" ? "rtl" : "ltr";
}

/**
 * The tag for Intl. Arabic keeps Western digits: ticket numbers and times must look the same in the page,
 * in the address bar and in what people type into the search.
 */
export function intlLocale(locale: Locale): string {
  return locale === "ar" ? "ar-u-nu-latn" : locale === "en" ? "en-GB" : locale;
}

/** Reads each message once; ICU MessageFormat gives plurals and selects. */
export function translator(locale: Locale, catalogue: Catalogue): Translate {
  const read = new Map<MessageId, ReturnType<typeof messageOf>>();
  return (id, values) => {
    const text = catalogue[id];
    if (!text.includes("{") && !text.includes("'")) return text;
    let message = read.get(id);
    if (!message) {
      message = messageOf(text, intlLocale(locale));
      read.set(id, message);
    }
    return message(values);
  };
}

const storageKey = "atum.locale";

export function chosenLocale(): Locale | null {
  const stored = localStorage.getItem(storageKey);
  return isLocale(stored) ? stored : null;
}

export function rememberLocale(locale: Locale) {
  localStorage.setItem(storageKey, locale);
}

/** The choice made in this browser, else the first language of the browser that we speak. */
export function initialLocale(): Locale {
  const spoken = navigator.languages.map((tag) => tag.split("-")[0]).find(isLocale);
  return chosenLocale() ?? spoken ?? "en";
}
