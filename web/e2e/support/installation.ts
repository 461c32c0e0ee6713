import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "../../..");
const binary = process.env.ATUM_BIN ?? join(root, "target/debug/atum");

export const password = "copper lantern at dawn";

/** One installation of the built binary: its data directory, its port, its clock. */
export class Installation {
  private process: ChildProcess | undefined;
  private output = "";

  private constructor(
    readonly dataDir: string,
    readonly port: number,
    private readonly clockFile: string,
  ) {}

  static async start(): Promise<Installation> {
    // Not below a home that the unprivileged account of the database could not enter.
    const directory = mkdtempSync(join(tmpdir(), "atum-e2e-"));
    execFileSync("chmod", ["755", directory]);
    const dataDir = join(directory, "data");
    mkdirSync(dataDir);
    const installation = new Installation(dataDir, await freePort(), join(directory, "clock"));
    installation.moveClock(0);
    await installation.up();
    return installation;
  }

  get url() {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts the binary and waits for its first answer. Gives the milliseconds that took. */
  async up(): Promise<number> {
    const began = Date.now();
    this.output = "";
    const arguments_ = ["up", "--data-dir", this.dataDir, "--listen", `127.0.0.1:${this.port}`];
    this.process = spawn(binary, arguments_, {
      env: { ...process.env, ATUM_CLOCK_FILE: this.clockFile, RUST_LOG: "warn" },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const keep = (chunk: Buffer) => {
      this.output += chunk.toString();
    };
    this.process.stdout?.on("data", keep);
    this.process.stderr?.on("data", keep);
    await this.answers();
    return Date.now() - began;
  }

  /** Waits until the server is ready. */
  async answers(): Promise<void> {
    for (let tries = 0; tries < 600; tries += 1) {
      if (this.process?.exitCode != null) throw new Error(`atum ended:\n${this.output}`);
      const ready = await fetch(`${this.url}/readyz`).then(
        (response) => response.ok,
        () => false,
      );
      if (ready) return;
      await new Promise((after) => setTimeout(after, 50));
    }
    throw new Error(`atum does not answer:\n${this.output}`);
  }

  /** Stops in good order and gives the exit code. */
  stop(): Promise<number | null> {
    return this.end("SIGINT");
  }

  /** As a crash or the kernel's memory killer ends it. */
  kill(): Promise<number | null> {
    return this.end("SIGKILL");
  }

  private end(signal: "SIGINT" | "SIGKILL"): Promise<number | null> {
    const { process: running } = this;
    if (!running || running.exitCode !== null) return Promise.resolve(running?.exitCode ?? null);
    return new Promise((ended) => {
      running.once("exit", (code) => ended(code));
      running.kill(signal);
    });
  }

  /** The process of the private cluster. */
  get postmaster(): number {
    const [pid] = readFileSync(join(this.dataDir, "postgresql/postmaster.pid"), "utf8").split("\n");
    return Number(pid);
  }

  /** Lets the binary's clock run ahead of the machine's by so many seconds. */
  moveClock(seconds: number) {
    writeFileSync(this.clockFile, String(Math.round(seconds)));
  }

  /** Makes it this time now. */
  setClock(time: string) {
    this.moveClock((Date.parse(time) - Date.now()) / 1000);
  }

  /** A command of the operator. */
  command(...words: string[]): string {
    return execFileSync(binary, [...words, "--data-dir", this.dataDir], {
      input: password,
      encoding: "utf8",
      env: { ...process.env, ATUM_CLOCK_FILE: this.clockFile },
    });
  }

  account(email: string, name: string, role: string, org = "nile") {
    this.command(
      "account",
      "create",
      email,
      "--org",
      org,
      "--name",
      name,
      "--role",
      role,
      "--password-stdin",
    );
  }

  async remove() {
    await this.stop();
    rmSync(dirname(this.dataDir), { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}
