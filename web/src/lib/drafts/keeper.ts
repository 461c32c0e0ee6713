import { client, data, type Schemas } from "@/api/client";
import { ProblemError } from "@/api/problem";

export type DraftKind = "reply" | "note";
type Draft = Schemas["Draft"];

/** Words for the writer: where is what I typed? */
export type DraftState =
  | "loading"
  | "empty"
  | "unsaved"
  | "saving"
  | "saved"
  | "failed"
  | "conflict"
  | "here";

export interface DraftSnapshot {
  body: string;
  state: DraftState;
  savedAt: string | null;
  /** What another tab saved meanwhile; given while `state` is "conflict". */
  theirs: string | null;
}

const pauseMs = 800;
const retryMs = 4000;

/**
 * Keeps what one person writes on one ticket: in this browser with every key, on the server after a pause.
 * Neither a reload, nor an ended session, nor a server that is away loses a word, and two tabs never
 * overwrite each other silently: the server refuses the older version.
 */
export class DraftKeeper {
  private snapshot: DraftSnapshot = { body: "", state: "loading", savedAt: null, theirs: null };
  private version = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private sending: Promise<void> | null = null;
  private listeners = new Set<() => void>();

  constructor(
    private readonly ticket: string,
    private readonly kind: DraftKind,
    private readonly owner: string,
    /** In this browser alone: who acts as somebody else leaves that person's draft alone. */
    private readonly onlyHere = false,
  ) {}

  read = () => this.snapshot;

  subscribe = (listener: () => void) => {
    this.listeners.add(listener);
    return () => {
      this.listeners.delete(listener);
    };
  };

  /** What was typed here and never reached the server wins over what the server has. */
  async load() {
    const left = localStorage.getItem(this.key);
    if (this.onlyHere) return this.set({ body: left ?? "", state: left ? "here" : "empty" });
    try {
      const draft = await this.fetch();
      if (this.snapshot.state !== "loading") return;
      this.version = draft.version;
      this.set({ body: draft.body, state: draft.body ? "saved" : "empty", savedAt: draft.saved_at ?? null });
      if (left !== null && left !== draft.body) this.write(left);
    } catch {
      if (this.snapshot.state === "loading") this.set({ body: left ?? "", state: left ? "failed" : "empty" });
    }
  }

  write(body: string) {
    localStorage.setItem(this.key, body);
    if (this.onlyHere) return this.set({ body, state: body ? "here" : "empty" });
    this.set({ body, state: this.snapshot.state === "conflict" ? "conflict" : "unsaved" });
    if (this.snapshot.state !== "conflict") this.saveIn(pauseMs);
  }

  /** The message was sent: nothing of it stays, here or there. */
  async clear() {
    clearTimeout(this.timer);
    localStorage.removeItem(this.key);
    this.set({ body: "", state: "empty", savedAt: null, theirs: null });
    if (this.onlyHere) return;
    await this.sending;
    clearTimeout(this.timer);
    this.set({ state: "empty" });
    await this.put("").catch(() => undefined);
    // Sending may have removed the draft on the server already; its version is then another one.
    this.version = await this.fetch().then(
      ({ version }) => version,
      () => 0,
    );
  }

  keepMine() {
    this.set({ state: "unsaved", theirs: null });
    this.save();
  }

  takeTheirs() {
    localStorage.removeItem(this.key);
    this.set({ body: this.snapshot.theirs ?? "", state: "saved", theirs: null });
  }

  /** Saves at once what is still waiting, when the page goes away. */
  flush() {
    clearTimeout(this.timer);
    if (this.snapshot.state === "unsaved") this.save();
  }

  private get key() {
    return `atum.draft.${this.owner}.${this.ticket}.${this.kind}`;
  }

  private get address() {
    return { params: { path: { ticket: this.ticket, kind: this.kind } } };
  }

  private fetch(): Promise<Draft> {
    return data(client.GET("/api/v1/tickets/{ticket}/drafts/{kind}", this.address));
  }

  private put(body: string): Promise<Draft> {
    const change = { body, version: this.version };
    return data(client.PUT("/api/v1/tickets/{ticket}/drafts/{kind}", { ...this.address, body: change }));
  }

  private saveIn(ms: number) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), ms);
  }

  /** One after the other: each answer's version is what the next save must name. */
  private save() {
    if (this.sending) return this.saveIn(pauseMs);
    this.sending = this.send(this.snapshot.body).finally(() => {
      this.sending = null;
    });
  }

  private async send(body: string) {
    this.set({ state: "saving" });
    await this.put(body).then(
      (draft) => this.saved(draft, body),
      (error: unknown) => this.refused(error),
    );
  }

  private saved(draft: Draft, body: string) {
    this.version = draft.version;
    if (this.snapshot.body !== body) return;
    localStorage.removeItem(this.key);
    this.set({ state: body ? "saved" : "empty", savedAt: draft.saved_at ?? null });
  }

  private async refused(error: unknown) {
    const stale = error instanceof ProblemError && error.status === 409;
    const theirs = stale ? await this.fetch().catch(() => null) : null;
    if (!theirs) {
      this.set({ state: "failed" });
      return this.saveIn(retryMs);
    }
    this.version = theirs.version;
    if (theirs.body === this.snapshot.body) return this.saved(theirs, theirs.body);
    if (theirs.body === "") return this.saveIn(0);
    this.set({ state: "conflict", theirs: theirs.body });
  }

  private set(part: Partial<DraftSnapshot>) {
    this.snapshot = { ...this.snapshot, ...part };
    for (const listener of this.listeners) listener();
  }
}
