import { expect, type Person, test } from "./support/test";

/*
 * Two agents on one ticket, connections that drop in the middle of a word: in the end every word that was typed is in
 * the conversation once, and no field was overwritten by somebody who had not seen its value.
 */
const rounds = Number(process.env.CHAOS_ROUNDS ?? 6);

test("two agents and dropped connections lose no word and overwrite no field", async ({ signIn }) => {
  test.setTimeout(60_000 + rounds * 15_000);
  const amira = await signIn("amira@nile.test");
  const agents = [await signIn("mona@nile.test"), await signIn("omar@nile.test")];
  const { body: ticket } = await amira.api("POST", "/api/v1/tickets", {
    subject: "Chaos",
    description: "Please look.",
  });
  await agents[0]?.api("POST", `/api/v1/tickets/${ticket.number}/accept`, {});
  for (const { page } of agents) await page.goto(`/desk/tickets/${ticket.number}`);

  const chance = dice(4711);
  const typed: string[] = [];
  const written: Record<string, Write[]> = { "Mona Farid": [], "Omar Said": [] };
  for (let round = 0; round < rounds; round += 1) {
    await Promise.all(
      agents.map(async (agent, who) => {
        const words = `word-${who}-${round}-${Math.floor(chance() * 1e6)}`;
        typed.push(words);
        await writeAndSend(agent, words, chance() < 0.5, chance() < 0.3);
        const priority = ["low", "normal", "high", "urgent"][Math.floor(chance() * 4)] ?? "low";
        Object.values(written)[who]?.push(await setPriority(agent, ticket.number, priority));
      }),
    );
  }

  const { body: messages } = await amira.api("GET", `/api/v1/tickets/${ticket.number}/messages`);
  const said = messages.map(({ body }: { body: string }) => body);
  expect([...said].sort()).toEqual(["Please look.", ...typed].sort());

  // Whoever changed the priority had seen the value that the change took away.
  const [mona] = agents as [Person, Person];
  const { body: history } = await mona.api("GET", `/api/v1/tickets/${ticket.number}/history`);
  for (const { actor, changes } of history) {
    for (const change of changes.filter(({ field }: { field: string }) => field === "priority")) {
      if (change.old === null) continue;
      const writes = written[actor.name] ?? [];
      const write = writes.findIndex(({ seen, wrote }) => seen === change.old && wrote === change.new);
      expect(write, `${actor.name} overwrote ${change.old} unseen`).toBeGreaterThanOrEqual(0);
      writes.splice(0, write + 1);
    }
  }
  for (const { page } of agents) {
    await expect(page.getByLabel("Reply to Amira Hassan")).toHaveValue("");
  }
});

/** Types a reply and sends it; the connection may drop while typing, or while sending. */
async function writeAndSend({ page }: Person, words: string, dropTyping: boolean, dropSending: boolean) {
  const reply = page.getByLabel("Reply to Amira Hassan");
  const half = Math.floor(words.length / 2);
  await expect(reply).toHaveValue("");
  await reply.pressSequentially(words.slice(0, half));
  if (dropTyping) await page.context().setOffline(true);
  await reply.pressSequentially(words.slice(half));
  if (dropTyping) await page.context().setOffline(false);
  await expect(reply).toHaveValue(words);

  const send = page.getByRole("button", { name: /Send to Amira Hassan/ });
  if (dropSending) {
    await page.context().setOffline(true);
    await send.click();
    await expect(page.getByRole("alert").first()).toBeVisible();
    await page.context().setOffline(false);
    await expect(reply, "what could not be sent is still there").toHaveValue(words);
  }
  await send.click();
  await expect(reply).toHaveValue("");
}

interface Write {
  seen: string;
  wrote: string;
}

/** As a page does it: with the version that was seen, and again from what is there when somebody was faster. */
async function setPriority(agent: Person, number: number, wrote: string): Promise<Write> {
  const seen = await agent.page.evaluate(
    async ([path, priority]) => {
      for (let tries = 0; tries < 5; tries += 1) {
        const ticket = await fetch(path).then((response) => response.json());
        // The other may come between.
        await new Promise((after) => setTimeout(after, 50));
        const answer = await fetch(path, {
          method: "PATCH",
          headers: { "content-type": "application/json", "if-match": `"${ticket.version}"` },
          body: JSON.stringify({ priority }),
        });
        if (answer.status === 200) return ticket.priority as string;
        if (answer.status !== 409) throw new Error(`the answer was ${answer.status}`);
      }
      throw new Error("somebody was faster five times");
    },
    [`/api/v1/tickets/${number}`, wrote] as const,
  );
  return { seen, wrote };
}

/** The same fall of the dice at every run (mulberry32). */
function dice(seed: number) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
