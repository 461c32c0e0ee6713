// Chromium as the tests use it, from the web app's own packages.
import { createRequire } from "node:module";

const { chromium } = createRequire(new URL("../../web/package.json", import.meta.url))("@playwright/test");

export const desktop = { width: 1440, height: 900 };

const quiet = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export function launch() {
  return chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: quiet });
}

/** Signs in and gives what a browser keeps of it; every measurement begins with that and an empty cache. */
export async function signIn(browser, { url, email, password }) {
  const context = await browser.newContext({ baseURL: url, viewport: desktop });
  const page = await context.newPage();
  await page.goto("/sign-in");
  await page.locator("input[type=email]").fill(email);
  await page.locator("input[autocomplete=current-password]").fill(password);
  await page.locator("form button[type=submit]").click();
  await page.waitForURL(/\/(desk|portal)/);
  const state = await context.storageState();
  await context.close();
  return state;
}

/** A new browser profile with that session. */
export async function visit(browser, { url, state, locale = "en-GB", viewport = desktop }) {
  const context = await browser.newContext({
    baseURL: url,
    storageState: state,
    viewport,
    locale,
    timezoneId: "UTC",
  });
  const page = await context.newPage();
  return { context, page };
}
