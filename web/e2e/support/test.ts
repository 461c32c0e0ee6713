import {
  type BrowserContext,
  type BrowserContextOptions,
  test as base,
  expect,
  type Page,
} from "@playwright/test";
import { Installation, password } from "./installation";

export { expect, type Page };

/** What the API said. */
export interface Answer {
  status: number;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads whatever shape it expects, and fails where it is another
  body: any;
}

/** A person with a browser of their own. */
export interface Person {
  page: Page;
  email: string;
  /** Calls the API with this browser's session. */
  api: (method: string, path: string, body?: unknown) => Promise<Answer>;
}

interface Fixtures {
  /** Signs somebody in, in a browser of their own. */
  signIn: (email: string, options?: BrowserContextOptions) => Promise<Person>;
  /** A browser in which nobody is signed in. */
  visitor: (options?: BrowserContextOptions) => Promise<Page>;
}

interface WorkerFixtures {
  installation: Installation;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  installation: [
    // biome-ignore lint/correctness/noEmptyPattern: Playwright reads what a fixture needs from this pattern
    async ({}, use) => {
      const installation = await Installation.start();
      installation.command("org", "create", "nile", "--name", "Nile Supplies");
      installation.account("amira@nile.test", "Amira Hassan", "customer");
      installation.account("mona@nile.test", "Mona Farid", "manager");
      installation.account("omar@nile.test", "Omar Said", "agent");
      installation.account("adel@nile.test", "Adel Nabil", "admin");
      installation.command("account", "create", "olga@ops.test", "--operator", "--password-stdin");
      await use(installation);
      await installation.remove();
    },
    { scope: "worker", timeout: 120_000 },
  ],

  visitor: async ({ browser, installation }, use) => {
    const strays: string[] = [];
    const contexts: BrowserContext[] = [];
    await use(async (options) => {
      const origin = options?.baseURL ?? installation.url;
      const context = await browser.newContext({ ...options, baseURL: origin });
      contexts.push(context);
      const page = await context.newPage();
      watch(page, origin, strays);
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    expect(strays, "a page asked another origin, broke its own policy, or failed").toEqual([]);
  },

  signIn: async ({ visitor }, use) => {
    await use(async (email, options) => {
      const page = await visitor(options);
      await page.goto("/sign-in");
      await page.locator("input[type=email]").fill(email);
      await page.locator("input[autocomplete=current-password]").fill(password);
      await page.locator("form button[type=submit]").click();
      await page.waitForURL(/\/(desk|portal)/);
      // Whatever language the account spoke in an earlier test.
      await call(page, "PATCH", "/api/v1/profile", { locale: options?.locale ?? "en" });
      await page.reload();
      return { page, email, api: (method, path, body) => call(page, method, path, body) };
    });
  },
});

/** Whatever a page asks for elsewhere, and whatever its content policy refuses or its scripts throw, fails the test. */
function watch(page: Page, origin: string, strays: string[]) {
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(origin) && !/^(data|blob):/.test(url)) strays.push(url);
  });
  page.on("console", (message) => {
    if (message.text().includes("Content Security Policy")) strays.push(message.text());
  });
  page.on("pageerror", (error) => strays.push(String(error)));
}

/** From inside the page: the browser's own cookie, origin and fetch metadata. */
function call(page: Page, method: string, path: string, body?: unknown) {
  return page.evaluate(
    async ([method, path, body]) => {
      const response = await fetch(path as string, {
        method: method as string,
        headers: body === undefined ? {} : { "content-type": "application/json" },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await response.text();
      return { status: response.status, body: text ? JSON.parse(text) : null };
    },
    [method, path, body] as const,
  );
}
