import AxeBuilder from "@axe-core/playwright";
import { expect, type Page, test } from "./support/test";

/*
 * Every page, in three languages, dark and light, wide and narrow: nothing that axe calls serious, nothing asked of
 * another origin, nothing that the content policy refuses, nothing wider than the screen.
 */
const wide = { width: 1440, height: 900 };
const narrow = { width: 360, height: 740 };

const looks = [
  { name: "wide, dark, English", viewport: wide, colorScheme: "dark", language: "en" },
  { name: "wide, light, Arabic", viewport: wide, colorScheme: "light", language: "ar" },
  { name: "narrow, light, German", viewport: narrow, colorScheme: "light", language: "de" },
  { name: "narrow, dark, Arabic", viewport: narrow, colorScheme: "dark", language: "ar" },
] as const;

const publicPages = [
  "/",
  "/sign-in",
  "/sign-in/nile",
  "/forgotten-password",
  "/docs/api",
  "/welcome/no-such-token",
  "/rate/no-such-token",
  "/no/such/page",
];
const portalPages = ["/portal", "/portal/new", "/portal/tickets/1", "/portal/profile"];
const operatorPages = ["/desk/monitoring", "/desk/jobs"];
const deskPages = [
  "/desk",
  "/desk/inbox",
  "/desk/mine",
  "/desk/unassigned",
  "/desk/tickets",
  "/desk/tickets?status=open&q=cable",
  "/desk/tickets/1",
  "/desk/tickets/4711",
  "/desk/outbox",
  "/desk/monitoring",
  "/desk/jobs",
  "/desk/jobs?state=completed&queue=jobs",
  "/desk/settings/people",
  "/desk/settings/companies",
  "/desk/settings/policy",
  "/desk/settings/calendar",
  "/desk/settings/mail",
  "/desk/settings/mail/channels/new",
  "/desk/settings/mail/log",
  "/desk/settings/mail/log?outcome=failed",
  "/desk/settings/mail/templates",
  "/desk/settings/mail/templates?kind=digest&locale=ar",
  "/desk/settings/security",
  "/desk/settings/security/single-sign-on",
  "/desk/settings/tokens",
  "/desk/settings/audit",
  "/desk/settings/audit?kind=person_created&since=2026-01-01",
  "/desk/settings/profile",
];

for (const look of looks) {
  const { viewport, colorScheme, language } = look;
  test(`${look.name}: every page is in order`, async ({ visitor, signIn }) => {
    test.setTimeout(300_000);
    const options = { viewport, colorScheme, locale: language };
    await test.step("public", async () => {
      const page = await visitor(options);
      for (const path of publicPages) await inspect(page, path, language);
    });
    await test.step("portal", async () => {
      const amira = await signIn("amira@nile.test", options);
      if ((await amira.api("GET", "/api/v1/tickets")).body.items.length === 0) {
        await amira.api("POST", "/api/v1/tickets", {
          subject: "A new cable",
          description: "Ours is كسر broken.",
        });
      }
      for (const path of portalPages) await inspect(amira.page, path, language);
    });
    await test.step("desk", async () => {
      const adel = await signIn("adel@nile.test", options);
      for (const path of deskPages) await inspect(adel.page, path, language);
    });
    await test.step("operator", async () => {
      const olga = await signIn("olga@ops.test", options);
      for (const path of operatorPages) await inspect(olga.page, path, language);
    });
  });
}

async function inspect(page: Page, path: string, language: string) {
  await page.goto(path);
  await page.locator("main, [role=main]").first().waitFor();
  await page.waitForLoadState("networkidle").catch(() => {});
  // Nothing is left waiting, and nothing that should be there is missing.
  await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
  await expect(page.locator("html")).toHaveAttribute("dir", language === "ar" ? "rtl" : "ltr");
  const found = await new AxeBuilder({ page })
    // No script runs in a mail's frame, and so axe would wait there for ever.
    .exclude("iframe[sandbox]")
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"])
    .analyze();
  const serious = found.violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(" | ")}`);
  expect.soft(serious, `${path} as axe sees it`).toEqual([]);
  if (path === "/docs/api") await expect(page.getByText("/api/v1/tickets").first()).toBeVisible();
  const overflow = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect.soft(overflow, `${path} is wider than the screen`).toBeLessThanOrEqual(0);
}
