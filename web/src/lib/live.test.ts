import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sessionQuery } from "./session/session";
import { customer } from "./test/page";

/** What a browser gives, driven by hand. */
class Stream extends EventTarget {
  static readonly CLOSED = 2;
  static opened: Stream[] = [];
  readyState = 1;
  onopen?: () => void;
  onerror?: () => void;
  close = vi.fn();

  constructor(readonly url: string) {
    super();
    Stream.opened.push(this);
  }

  tell(kind: string, data: unknown, lastEventId: string) {
    this.dispatchEvent(new MessageEvent(kind, { data: JSON.stringify(data), lastEventId }));
  }

  refuse() {
    this.readyState = Stream.CLOSED;
    this.onerror?.();
  }
}

let live: typeof import("./live");
let queries: QueryClient;

beforeEach(async () => {
  vi.useFakeTimers();
  vi.stubGlobal("EventSource", Stream);
  Stream.opened = [];
  vi.resetModules();
  live = await import("./live");
  queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(sessionQuery.queryKey, customer);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

const urls = () => Stream.opened.map(({ url }) => url);

test("the stream begins where the session was read", () => {
  live.connect(queries);
  expect(urls()).toEqual(["/api/v1/live?since=700"]);
});

test("after a refusal, and on the next page, it goes on from what was heard last", () => {
  const leave = live.connect(queries);
  Stream.opened[0]?.dispatchEvent(new Event("open"));
  Stream.opened[0]?.tell("open", {}, "705");
  Stream.opened[0]?.tell("change", { kind: "ticket_created", ticket_number: 3 }, "712");
  Stream.opened[0]?.refuse();
  expect(urls()).toHaveLength(1);
  vi.advanceTimersByTime(3000);
  expect(urls()[1]).toBe("/api/v1/live?since=712");

  leave();
  live.connect(queries);
  expect(urls()[2]).toBe("/api/v1/live?since=712");
});

test("a question that was asked before a change is asked again, also where it is the first", async () => {
  const answers: ((value: string) => void)[] = [];
  const queryFn = () => new Promise<string>((answer) => answers.push(answer));
  const observer = new QueryObserver(queries, { queryKey: ["ticket", 3, "messages"], queryFn });
  const stop = observer.subscribe(() => {});
  live.applyChange(queries, { kind: "message_posted", ticket_number: 3 } as never);
  answers[0]?.("read before the message");
  await vi.waitFor(() => expect(answers).toHaveLength(2));
  answers[1]?.("with the message");
  await vi.waitFor(() => expect(observer.getCurrentResult().data).toBe("with the message"));
  stop();
});
