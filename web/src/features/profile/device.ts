import { useT } from "@/lib/i18n/I18nProvider";

const browsers: [RegExp, string][] = [
  [/\bEdgA?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\b|\bFxiOS\//, "Firefox"],
  [/Chrome\/|\bCriOS\//, "Chrome"],
  [/\bSafari\b/, "Safari"],
];

const systems: [RegExp, string][] = [
  [/iPhone/, "iPhone"],
  [/iPad/, "iPad"],
  [/Android/, "Android"],
  [/Windows/, "Windows"],
  [/Mac OS X|Macintosh/, "macOS"],
  [/Linux|X11/, "Linux"],
];

/** The browser and system that a user agent names, as far as people know them by name. */
export function deviceOf(userAgent: string | null | undefined): { browser?: string; system?: string } {
  const named = (list: [RegExp, string][]) => list.find(([pattern]) => pattern.test(userAgent ?? ""))?.[1];
  return { browser: named(browsers), system: named(systems) };
}

export function useDeviceName() {
  const t = useT();
  return (userAgent: string | null | undefined) => {
    const { browser, system } = deviceOf(userAgent);
    if (browser && system) return t("profile.on", { browser, system });
    return browser ?? system ?? userAgent ?? t("profile.unknown_device");
  };
}
