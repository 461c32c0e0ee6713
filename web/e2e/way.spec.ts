import { document, picture } from "./support/files";
import { expect, type Page, test } from "./support/test";

/*
 * The way of one ticket, through the pages that people use and, at each step, as the API tells it.
 */
test("a ticket goes its whole way", async ({ installation, signIn }) => {
  // Friday, 16:00 in the organization's calendar: an hour of business time is left before the week-end.
  installation.setClock("2026-11-27T16:00:00Z");
  const amira = await signIn("amira@nile.test", { viewport: { width: 390, height: 844 } });
  const mona = await signIn("mona@nile.test");
  const omar = await signIn("omar@nile.test");
  const earlier = { subject: "Paper is out", description: "There is none left." };
  expect((await amira.api("POST", "/api/v1/tickets", earlier)).status).toBe(201);
  await mona.page.goto("/desk/inbox");
  await expect(mona.page.getByRole("heading", { name: "Inbox", exact: true })).toBeVisible();

  let number = 0;
  let arrival = Promise.resolve(0);
  await test.step("the customer files a ticket with two attachments", async () => {
    const { page } = amira;
    await page.getByRole("link", { name: "New ticket" }).first().click();
    await page.getByLabel("What is it about?").fill("Printer on fire");
    await page.getByLabel("Tell us more").fill("It smokes since this morning.\nPlease help!");
    await page
      .locator("input[type=file]")
      .first()
      .setInputFiles([
        { name: "smoke.png", mimeType: "image/png", buffer: picture() },
        { name: "invoice.pdf", mimeType: "application/pdf", buffer: document },
      ]);
    await expect(page.getByText("invoice.pdf")).toBeVisible();
    const committed = page.waitForResponse(
      (response) => response.request().method() === "POST" && response.url().endsWith("/api/v1/tickets"),
    );
    await page.getByRole("button", { name: "Send", exact: true }).click();
    await committed;
    const filed = Date.now();
    // A list that somebody reads does not jump: it says that something came, and shows it when asked.
    arrival = told(mona.page)
      .waitFor({ timeout: 15_000 })
      .then(() => Date.now() - filed);
    // Awaited in its own step.
    arrival.catch(() => undefined);
    await page.waitForURL(/\/portal\/tickets\/\d+/);
    number = Number(page.url().split("/").pop());
    await expect(page.getByText("We have received it")).toBeVisible();
  });
  const ticket = `/api/v1/tickets/${number}`;

  await test.step("within two seconds it is in the manager's inbox, without a reload", async () => {
    const ms = await arrival;
    console.log(`in the manager's inbox after ${ms} ms`);
    // A shared machine may be busy with something else; there it has to come, and the time is told.
    if (!process.env.CI) expect(ms).toBeLessThan(2_000);
    await told(mona.page).click();
    await expect(mona.page.getByText("Printer on fire").first()).toBeVisible();
    const inbox = await mona.api("GET", "/api/v1/internal/tickets/new");
    expect(inbox.body.items.map((item: { number: number }) => item.number)).toContain(number);
    expect((await omar.api("GET", "/api/v1/internal/tickets/new")).status).toBe(403);
  });

  await test.step("the manager accepts it and its clocks start", async () => {
    await mona.page.getByText("Printer on fire").first().click();
    await mona.page.waitForURL(new RegExp(`/desk/tickets/${number}`));
    await mona.page.getByRole("button", { name: "Accept", exact: true }).first().click();
    await expect(
      mona.page.getByRole("complementary", { name: "Properties" }).getByText("Accepted").first(),
    ).toBeVisible();
    await expect.poll(async () => (await mona.api("GET", ticket)).body.status).toBe("accepted");
    const { body } = await mona.api("GET", ticket);
    const metrics = body.sla.map((clock: { metric: string; state: string }) => [clock.metric, clock.state]);
    expect(metrics).toEqual(
      expect.arrayContaining([
        ["first_response", "running"],
        ["resolution", "running"],
      ]),
    );
  });

  await test.step("she assigns it to an agent, who is told live", async () => {
    const { page } = mona;
    await page.keyboard.press("a");
    await page.keyboard.type("Omar");
    await page.getByRole("option", { name: /Omar Said/ }).click();
    await expect(omar.page.getByRole("button", { name: /Notifications, 1 unread/ })).toBeVisible();
    await omar.page.getByRole("button", { name: /Notifications/ }).click();
    await omar.page.getByText("Assigned to you by Mona Farid").click();
    await omar.page.waitForURL(new RegExp(`/desk/tickets/${number}`));
    const { body } = await omar.api("GET", ticket);
    expect(body.assignee.name).toBe("Omar Said");
  });

  await test.step("the agent writes a note that the customer never sees", async () => {
    const { page } = omar;
    await expect(page.getByLabel("Reply to Amira Hassan")).toBeVisible();
    await page.keyboard.press("n");
    await page.getByLabel("Internal note, only staff sees it").fill("zanzibar: check the warranty first");
    await page.getByRole("button", { name: /Save note/ }).click();
    await expect(page.locator("article, li").filter({ hasText: "zanzibar" }).first()).toBeVisible();
    await expect(mona.page.getByText("zanzibar").first()).toBeVisible();
    await expect(amira.page.getByText("zanzibar")).toHaveCount(0);
    for (const path of ["/messages", ""]) {
      expect(JSON.stringify((await amira.api("GET", ticket + path)).body)).not.toContain("zanzibar");
    }
    expect((await amira.api("GET", "/api/v1/search?q=zanzibar")).body.tickets).toEqual([]);
    expect((await omar.api("GET", "/api/v1/search?q=zanzibar")).body.tickets).toHaveLength(1);
  });

  let due = "";
  await test.step("a public reply waits for the customer and pauses the clock", async () => {
    const { page } = omar;
    due = clock((await omar.api("GET", ticket)).body, "resolution").due_at;
    await page.keyboard.press("Escape");
    await page.keyboard.press("r");
    await page.getByLabel("Reply to Amira Hassan").fill("Please pull the plug. Does it still smoke?");
    await expect(page.getByText(/^saved /)).toBeVisible();
    await page.getByRole("button", { name: /Send to Amira Hassan/ }).click();
    await expect(
      page
        .getByRole("complementary", { name: "Properties" })
        .getByText(/Waiting/)
        .first(),
    ).toBeVisible();
    const { body } = await omar.api("GET", ticket);
    expect([body.status, clock(body, "resolution").state]).toEqual(["waiting_customer", "paused"]);
    expect(clock(body, "first_response").state).toBe("met");
    await expect(amira.page.getByText("We are waiting for you").first()).toBeVisible();
    await expect(amira.page.getByText("Does it still smoke?").first()).toBeVisible();
  });

  await test.step("the customer answers: in progress again, due later by the business time paused", async () => {
    // Monday, 11:00: the hour left on Friday and two on Monday have passed.
    installation.setClock("2026-11-30T11:00:00Z");
    const { page } = amira;
    await page.getByLabel("Your answer").fill("It stopped. Thank you!");
    await page.getByRole("button", { name: "Send answer" }).click();
    await expect(page.getByText("We are working on it").first()).toBeVisible();
    await expect(omar.page.getByText("It stopped. Thank you!").first()).toBeVisible();
    const { body } = await omar.api("GET", ticket);
    expect(body.status).toBe("in_progress");
    const moved = clock(body, "resolution");
    expect(moved.state).toBe("running");
    // Three business hours: Friday 16–17 and Monday 9–11, less the seconds that this test took on Friday.
    const paused = businessHoursBetween(due, moved.due_at);
    expect(paused).toBeGreaterThan(2.9);
    expect(paused).toBeLessThanOrEqual(3.01);
  });

  await test.step("the agent resolves it with a resolution and a root cause", async () => {
    const { page } = omar;
    await page.getByRole("button", { name: "Resolve", exact: true }).first().click();
    const dialog = page.getByRole("dialog");
    await dialog.getByLabel("Resolution").fill("The power supply was replaced.");
    await dialog.getByLabel(/Root cause/).fill("Counterfeit part");
    await dialog.getByRole("button", { name: "Resolve", exact: true }).click();
    await expect(dialog).toBeHidden();
    await expect(amira.page.getByText("The power supply was replaced.").first()).toBeVisible();
    await expect(amira.page.getByText("Counterfeit part")).toHaveCount(0);
    expect((await amira.api("GET", ticket)).body.root_cause).toBeNull();
  });

  await test.step("the customer rates it", async () => {
    const { page } = amira;
    await page.getByRole("radio", { name: /Very good/ }).check({ force: true });
    await page.getByLabel("What should we know?").fill("Quick and kind.");
    await page.getByRole("button", { name: "Send rating" }).click();
    await expect(page.getByText("Your rating: 5 of 5, Very good")).toBeVisible();
    expect((await mona.api("GET", ticket)).body.rating).toMatchObject({
      score: 5,
      comment: "Quick and kind.",
    });
  });

  await test.step("an attachment is downloaded, as a file and never inline", async () => {
    const { body } = await omar.api("GET", `${ticket}/messages`);
    const [image, pdf] = body[0].attachments;
    expect([image.media_type, pdf.media_type]).toEqual(["image/png", "application/pdf"]);
    const download = omar.page.waitForEvent("download");
    await omar.page
      .getByRole("link", { name: /invoice\.pdf/ })
      .first()
      .click();
    expect((await download).suggestedFilename()).toBe("invoice.pdf");
    await expect(omar.page.locator(`img[src*="/files/${image.id}/thumbnail"]`).first()).toBeVisible();
  });

  await test.step("the manager closes it, and it is read-only", async () => {
    const { page } = mona;
    await page.getByRole("button", { name: "Close", exact: true }).first().click();
    await expect(page.getByText(/can only be read/).first()).toBeVisible();
    const refused = await mona.api("POST", `${ticket}/messages`, { body: "One more thing" });
    expect([refused.status, refused.body.type]).toEqual([409, "/problems/wrong-state"]);
  });

  await test.step("a later message opens a linked follow-up", async () => {
    const { page } = amira;
    await page.getByLabel("Your message").fill("It smokes again.");
    await page.getByRole("button", { name: "Open a follow-up" }).click();
    await page.waitForURL((url) => url.pathname !== `/portal/tickets/${number}`);
    const next = Number(page.url().split("/").pop());
    const { body } = await amira.api("GET", `/api/v1/tickets/${next}`);
    expect([body.status, body.links[0].kind, body.links[0].ticket.number]).toEqual([
      "new",
      "follow_up_of",
      number,
    ]);
    expect((await mona.api("GET", ticket)).body.status).toBe("closed");
  });

  await test.step("the history shows every step with who, when, from where, old and new", async () => {
    const { body } = await mona.api("GET", `${ticket}/history`);
    const kinds = body.map((event: { kind: string }) => event.kind);
    for (const kind of [
      "ticket_created",
      "ticket_accepted",
      "ticket_assigned",
      "note_added",
      "message_posted",
      "ticket_waiting",
      "ticket_started",
      "ticket_resolved",
      "ticket_rated",
      "file_downloaded",
      "ticket_closed",
      "follow_up_opened",
    ]) {
      expect(kinds).toContain(kind);
    }
    const accepted = body.find((event: { kind: string }) => event.kind === "ticket_accepted");
    expect(accepted).toMatchObject({
      actor: { name: "Mona Farid" },
      ip: "127.0.0.1",
      changes: [{ field: "status", old: "new", new: "accepted" }],
    });
    const { page } = mona;
    await page
      .getByRole("tab", { name: "History" })
      .or(page.getByRole("button", { name: "History" }))
      .first()
      .click();
    await expect(page.getByText("Mona Farid closed").first()).toBeVisible();
    await expect(page.getByText(/Root cause: .*Counterfeit part/).first()).toBeVisible();
    await expect(page.getByText("from 127.0.0.1").first()).toBeVisible();
  });
});

/** What a list that is not empty says of arrivals. */
const told = (page: Page) => page.getByRole("button", { name: /^\d+ new/ });

interface Clock {
  metric: string;
  state: string;
  due_at: string;
}

function clock(ticket: { sla: Clock[] }, metric: string): Clock {
  const found = ticket.sla.find((clock) => clock.metric === metric);
  if (!found) throw new Error(`no clock for ${metric}`);
  return found;
}

/** Hours of Monday to Friday, 9 to 17 UTC, counted minute by minute. */
function businessHoursBetween(from: string, to: string): number {
  let minutes = 0;
  for (let at = Date.parse(from); at < Date.parse(to); at += 60_000) {
    const time = new Date(at);
    const hour = time.getUTCHours();
    if (time.getUTCDay() >= 1 && time.getUTCDay() <= 5 && hour >= 9 && hour < 17) minutes += 1;
  }
  return minutes / 60;
}
