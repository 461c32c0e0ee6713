import type en from "@/locales/en";
import { messageOf } from "./message";

export const locales = ["en", "ar", "de"] as const;
export type Locale = (typeof locales)[number];
export type MessageId = keyof typeof en;
export type Catalogue = Record<MessageId, string>;
export type Values = Record<string, string | number | Date | undefined>;
export type Translate = (id: MessageId, values?: Values) => string;

interface Words {
  /** What an agent's day needs: tickets, lists, the frame around them. */
  daily: () => Promise<{ default: Partial<Catalogue> }>;
  /** What the other pages say besides. */
  rest: () => Promise<{ default: Partial<Catalogue> }>;
}

const words: Record<Locale, Words> = {
  en: { daily: () => import("@/locales/en/daily"), rest: () => import("@/locales/en/rest") },
  ar: { daily: () => import("@/locales/ar/daily"), rest: () => import("@/locales/ar/rest") },
  de: { daily: () => import("@/locales/de/daily"), rest: () => import("@/locales/de/rest") },
};

let current: { locale: Locale; catalogue: Catalogue } | undefined;
let needsAll = false;

/** The daily words; with the rest as soon as one page needed them. */
export async function loadCatalogue(locale: Locale): Promise<Catalogue> {
  const { daily, rest } = words[locale];
  const loaded = await Promise.all([daily(), needsAll ? rest() : { default: {} }]);
  const catalogue = Object.assign({}, ...loaded.map((part) => part.default)) as Catalogue;
  current = { locale, catalogue };
  if (needsAll) await loadRest();
  return catalogue;
}

/** Adds the words of all other pages to the catalogue in use. Pages that need them wait for it. */
export async function loadRest(): Promise<void> {
  needsAll = true;
  if (!current) return;
  const { locale, catalogue } = current;
  Object.assign(catalogue, (await words[locale].rest()).default);
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
    // A page waits for its words; what speaks before they are there says nothing rather than break.
    const text = catalogue[id] ?? "";
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
