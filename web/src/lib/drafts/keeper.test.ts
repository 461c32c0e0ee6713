import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { expiry } from "@/api/expiry";
import { json, problem, serve } from "@/lib/test/page";
import { DraftKeeper } from "./keeper";

const address = "/api/v1/tickets/1042/drafts/reply";
const get = `GET ${address}`;
const put = `PUT ${address}`;
const saved = (body: string, version: number) => json({ body, version, saved_at: "2026-11-20T14:02:00Z" });

/** One draft row, kept as the server keeps it: a write must name the version that it saw. */
function draftServer(body = "", version = 0) {
  const row = { body, version };
  const seen = serve({
    [get]: () => saved(row.body, row.version),
    [put]: async (request) => {
      const change = (await request.json()) as typeof row;
      if (change.version !== row.version) return problem(409, "stale");
      row.body = change.body;
      row.version += 1;
      return saved(row.body, row.version);
    },
  });
  return { row, seen };
}

const keeper = () => new DraftKeeper("1042", "reply", "amira");

async function pause() {
  await vi.advanceTimersByTimeAsync(1000);
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  expiry.setSignedIn(false);
});

describe("a draft", () => {
  test("is saved after a pause and begins again where it was", async () => {
    const { row } = draftServer();
    const draft = keeper();
    await draft.load();
    draft.write("Hello");
    draft.write("Hello there");
    expect(draft.read().state).toBe("unsaved");
    await pause();
    expect(draft.read().state).toBe("saved");
    expect(row).toEqual({ body: "Hello there", version: 1 });

    const again = keeper();
    await again.load();
    expect(again.read().body).toBe("Hello there");
  });

  test("outlives a server that is away: the text waits in the browser and goes up later", async () => {
    const draft = keeper();
    serve({ [get]: () => saved("", 0), [put]: () => problem(503, "unavailable") });
    await draft.load();
    draft.write("Written in the dark");
    await pause();
    expect(draft.read()).toMatchObject({ state: "failed", body: "Written in the dark" });

    const { row } = draftServer();
    const afterReload = keeper();
    await afterReload.load();
    expect(afterReload.read().body).toBe("Written in the dark");
    await pause();
    expect(row.body).toBe("Written in the dark");
  });

  test("waits for the sign-in when the session ends, then is saved without a key pressed", async () => {
    expiry.setSignedIn(true);
    let session = false;
    let stored = "";
    serve({
      [get]: () => saved("", 0),
      [put]: async (request) => {
        if (!session) return problem(401, "unauthenticated");
        stored = ((await request.json()) as { body: string }).body;
        return saved(stored, 1);
      },
    });
    const draft = keeper();
    await draft.load();
    draft.write("Half a sentence");
    await pause();
    expect(expiry.isExpired()).toBe(true);
    expect(draft.read()).toMatchObject({ body: "Half a sentence", state: "saving" });

    session = true;
    expiry.settle(true);
    await pause();
    expect(stored).toBe("Half a sentence");
    expect(draft.read().state).toBe("saved");
  });

  test("never overwrites what another window saved: both texts stay until one is chosen", async () => {
    const { row } = draftServer("from the start", 4);
    const draft = keeper();
    await draft.load();
    row.body = "from the other window";
    row.version = 5;
    draft.write("from this window");
    await pause();
    expect(draft.read()).toMatchObject({
      state: "conflict",
      body: "from this window",
      theirs: "from the other window",
    });
    expect(row.body).toBe("from the other window");

    draft.keepMine();
    await pause();
    expect(row).toEqual({ body: "from this window", version: 6 });
  });

  test("of who acts as somebody else stays in this browser and leaves the server alone", async () => {
    const seen = serve({});
    const acting = () => new DraftKeeper("1042", "reply", "max.as.amira", true);
    const draft = acting();
    await draft.load();
    draft.write("In Amira's name");
    await pause();
    expect(draft.read()).toMatchObject({ body: "In Amira's name", state: "here" });
    const again = acting();
    await again.load();
    expect(again.read().body).toBe("In Amira's name");
    await again.clear();
    expect(seen).toEqual([]);
  });

  test("is gone once the message is sent", async () => {
    const { row } = draftServer();
    const draft = keeper();
    await draft.load();
    draft.write("Sent");
    await pause();
    expect(row.body).toBe("Sent");
    await draft.clear();
    await pause();
    expect(row.body).toBe("");
    const again = keeper();
    await again.load();
    expect(again.read()).toMatchObject({ body: "", state: "empty" });
  });
});
