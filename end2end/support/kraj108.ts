import { execFileSync, spawn, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";

/** The repository. */
export const root = resolve(__dirname, "../..");
/** What cargo and the site build write to. */
export const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");

/** The program under test. */
export const binary = process.env.KRAJ108_BIN ?? join(target, "debug/kraj108");

/** The database that every worker gets a copy of. */
export const template = "kraj108_template";

/** The address of a database of the test cluster, as the role that serves. */
export function databaseUrl(database: string): string {
  const url = new URL(process.env.DATABASE_URL ?? execFileSync(join(root, "server/store/dev-cluster"), ["url"], { encoding: "utf8" }).trim());
  url.username = "kraj_app";
  url.pathname = `/${database}`;
  return url.href;
}

/** Runs SQL as the owner of the databases, outside of a transaction, and returns what it selects. */
export function sql(statement: string, database = "kraj108"): string {
  const url = new URL(databaseUrl(database));
  url.username = "kraj_owner";
  return execFileSync("psql", ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1", "-d", url.href, "-c", statement], { encoding: "utf8" }).trim();
}

/** Holds a table against everybody else for a while; the promise tells when it is let go. */
export function hold(table: string, seconds: number, database: string): Promise<void> {
  const url = new URL(databaseUrl(database));
  url.username = "kraj_owner";
  const statement = `begin; lock table ${table} in access exclusive mode; select pg_sleep(${seconds}); rollback`;
  const holder = spawn("psql", ["-X", "-q", "-d", url.href, "-c", statement], { stdio: "ignore" });
  return new Promise((done, fail) => holder.once("exit", (code) => (code === 0 ? done() : fail(new Error(`psql ended with ${code}`)))));
}

/** What the program finds in its environment: this database, cheap password hashes, the browser part built for tests. */
export function environment(database: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DATABASE_URL: databaseUrl(database),
    KRAJ108_HASH_MEMORY: process.env.KRAJ108_HASH_MEMORY ?? "1024",
    KRAJ108_SITE: process.env.KRAJ108_SITE ?? join(target, "site-dev"),
  };
}

/** Runs a command of the program to its end and returns what it printed; throws when it fails. */
export function kraj108(database: string, ...args: string[]): string {
  return execFileSync(binary, [...args, "--database", database], { encoding: "utf8", cwd: root, env: environment(database) });
}

/** A server of its own on a free port. */
export class Server {
  private constructor(
    /** Where it answers, without a slash at the end. */
    readonly address: string,
    readonly database: string,
    private readonly process: ChildProcess,
    /** Its folder: what it writes besides the database is there. */
    readonly folder: string,
    private readonly output: () => string,
  ) {}

  /** Starts it and waits until it answers. `args` are further arguments of `serve`. */
  static async start(database: string, ...args: string[]): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "kraj108-e2e-"));
    const addressFile = join(folder, "address");
    const child = spawn(binary, ["serve", "--port", "0", "--address-file", addressFile, "--database", database, ...args], {
      cwd: root,
      env: { ...environment(database), KRAJ108_VAR: folder },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout.on("data", (text) => (output += text));
    child.stderr.on("data", (text) => (output += text));
    // Filling an empty database takes longer than a start.
    for (let waited = 0; waited < 300_000; waited += 50) {
      if (existsSync(addressFile)) {
        const address = readFileSync(addressFile, "utf8").trim().replace(/\/$/, "");
        if (address) {
          return new Server(address, database, child, folder, () => output);
        }
      }
      if (child.exitCode !== null) {
        break;
      }
      await pause(50);
    }
    child.kill("SIGKILL");
    rmSync(folder, { recursive: true, force: true });
    throw new Error(`The server did not start:\n${output}`);
  }

  /** What it printed so far. */
  get log(): string {
    return this.output();
  }

  /** Stops it as a person would with Ctrl-C. */
  async stop(): Promise<void> {
    if (this.process.exitCode === null) {
      const ended = new Promise((done) => this.process.once("exit", done));
      this.process.kill("SIGINT");
      await Promise.race([ended, pause(10_000)]);
      this.process.kill("SIGKILL");
    }
    rmSync(this.folder, { recursive: true, force: true });
  }
}
