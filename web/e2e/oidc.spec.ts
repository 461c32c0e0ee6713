import type { Browser, Page } from "@playwright/test";
import type { Installation } from "./support/installation";
import { password } from "./support/installation";
import { type Claims, clientId, clientSecret, IdentityProvider } from "./support/provider";
import { expect, test } from "./support/test";

/*
 * Single sign-on, the whole way in a browser, against a certified provider on loopback: an admin sets it up, people come
 * in through it, and those who should not do not.
 */
const lina: Claims = {
  email: "lina@nile.test",
  email_verified: true,
  name: "Lina Aziz",
  groups: ["helpdesk-agents"],
};

test("people come in through the organization's provider", async ({ browser, installation, signIn }) => {
  test.setTimeout(300_000);
  const provider = await IdentityProvider.start(
    `${installation.url}/api/v1/session/single-sign-on/nile/callback`,
  );
  const come = (account: string) => comeThrough(browser, installation, account);
  try {
    await test.step("an admin sets it up and tests it", async () => {
      const { page } = await signIn("adel@nile.test");
      await setUp(page, provider.issuer);
    });

    await test.step("a first sign-in makes a member of the role that the claims give", async () => {
      provider.accounts["lina-1"] = lina;
      const page = await come("lina-1");
      await page.waitForURL(/\/desk/);
      expect(await sessionOf(page)).toMatchObject({ role: "agent", email: lina.email, managed: true });
    });

    await test.step("other claims give another role, to the same person", async () => {
      provider.accounts["lina-1"] = { ...lina, groups: ["helpdesk-agents", "helpdesk-leads"] };
      const manager = await come("lina-1");
      await manager.waitForURL(/\/desk/);
      const session = await sessionOf(manager);
      expect(session.role).toBe("manager");
      provider.accounts["lina-1"] = { ...lina, groups: [] };
      const customer = await come("lina-1");
      await customer.waitForURL(/\/portal/);
      expect((await sessionOf(customer)).person.id).toBe(session.person.id);
    });

    await test.step("a member's account is not taken over, but linked by who owns it", async () => {
      provider.accounts["omar-1"] = { ...lina, email: "omar@nile.test", name: "Omar Said" };
      const page = await come("omar-1");
      await expect(page.getByText("You already have an account here.")).toBeVisible();
      expect(await page.evaluate(() => fetch("/api/v1/session").then(({ status }) => status))).toBe(401);
      await page.getByLabel("E-mail").fill("omar@nile.test");
      await page.getByLabel("Password").fill(password);
      await page.getByRole("button", { name: "Sign in", exact: true }).click();
      await page.waitForURL(/\/desk/);
      const again = await come("omar-1");
      await again.waitForURL(/\/desk/);
      expect(await sessionOf(again)).toMatchObject({ email: "omar@nile.test", managed: false });
    });

    await test.step("whoever should not come in is told why", async () => {
      provider.accounts.stranger = { ...lina, email: "lina@evil.test" };
      provider.accounts.unverified = { ...lina, email: "tarek@nile.test", email_verified: false };
      provider.accounts.reused = lina;
      for (const [account, words] of [
        ["stranger", "not of a domain that this organization accepts"],
        ["unverified", "is not verified there"],
        ["reused", "belongs to another account"],
        ["nobody", "was cancelled or refused"],
      ] as const) {
        const page = await come(account);
        await expect(page.getByRole("alert")).toContainText(words);
        expect(new URL(page.url()).origin).toBe(installation.url);
      }
    });

    await test.step("the plain sign-in page leads there by the organization's name", async () => {
      const context = await browser.newContext({ baseURL: installation.url });
      const page = await context.newPage();
      await page.goto("/sign-in?next=/desk/inbox");
      await page.getByRole("button", { name: "Sign in with your organization" }).click();
      await page.getByLabel("Short name of your organization").fill("Nile");
      await page.getByRole("button", { name: "Continue" }).click();
      provider.accounts["lina-1"] = lina;
      await atProvider(page, "lina-1");
      await page.waitForURL(/\/desk\/inbox/);
      await context.close();
    });
  } finally {
    provider.stop();
  }
});

async function setUp(page: Page, issuer: string) {
  await page.goto("/desk/settings/security");
  await page.getByRole("link", { name: "Set up", exact: true }).click();
  await page.getByLabel("Issuer").fill(issuer);
  await page.getByLabel("Client ID").fill(clientId);
  await page.getByLabel("Client secret").fill(clientSecret);
  await page.getByLabel("Words on the button").fill("Nile Account");
  await page.getByLabel("E-mail domains").fill("nile.test");
  const rules = page.getByRole("group", { name: "Roles" });
  for (const [at, [value, role]] of [
    ["helpdesk-agents", "agent"],
    ["helpdesk-leads", "manager"],
  ].entries()) {
    await rules.getByRole("button", { name: "Add a rule" }).click();
    await rules
      .getByLabel("has the value")
      .nth(at)
      .fill(value as string);
    await rules
      .getByLabel("gives the role")
      .nth(at)
      .selectOption(role as string);
  }
  await rules.getByLabel("Otherwise").selectOption("customer");
  await page.getByText("Scopes and claims").click();
  await page.getByLabel("Scopes besides openid").fill("email profile groups");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByRole("button", { name: "Test the connection" }).click();
  await expect(page.getByText("Client and secret: in order")).toBeVisible();
}

/** A browser of their own, at the provider as this account and back. */
async function comeThrough(browser: Browser, installation: Installation, account: string): Promise<Page> {
  const context = await browser.newContext({ baseURL: installation.url });
  const page = await context.newPage();
  await page.goto("/sign-in/nile");
  await atProvider(page, account);
  return page;
}

async function atProvider(page: Page, account: string) {
  await page.getByRole("link", { name: "Nile Account" }).click();
  await page.getByLabel("Account").fill(account);
  await page.getByRole("button", { name: "Go on" }).click();
}

function sessionOf(page: Page) {
  return page.evaluate(() => fetch("/api/v1/session").then((response) => response.json()));
}
