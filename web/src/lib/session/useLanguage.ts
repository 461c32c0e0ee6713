import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { client, data } from "@/api/client";
import { isLocale, type Locale } from "@/lib/i18n/catalogue";
import { useI18n } from "@/lib/i18n/I18nProvider";
import { sessionQuery, useSession } from "./session";

/** Behind the sign-in a page speaks the language of the person's profile and tells times in their zone. */
export function useProfileLanguage() {
  const { setLocale, setTimeZone } = useI18n();
  const { locale, time_zone } = useSession().person;
  useEffect(() => {
    if (isLocale(locale)) setLocale(locale);
  }, [locale, setLocale]);
  useEffect(() => setTimeZone(time_zone || undefined), [time_zone, setTimeZone]);
}

/** Changes the language here at once, and in the profile for mails and other browsers. */
export function useSpeak(): (next: Locale) => void {
  const { setLocale } = useI18n();
  const queries = useQueryClient();
  return (next) => {
    setLocale(next);
    const kept = data(client.PATCH("/api/v1/profile", { body: { locale: next } }));
    // Here it holds even if the server does not answer.
    void kept.then((session) => queries.setQueryData(sessionQuery.queryKey, session)).catch(() => undefined);
  };
}
