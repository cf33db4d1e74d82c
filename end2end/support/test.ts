import AxeBuilder from "@axe-core/playwright";
import { expect, test as base, type Browser, type Page, type TestInfo } from "@playwright/test";
import { kraj108, Server, sql, template } from "./kraj108";
import { signIn, type Person } from "./people";

/** Messages that a test expects, and only those, are allowed to appear in the console. */
type Allowed = (message: RegExp) => void;

interface Fixtures {
  /** Lets a console message or a failed request pass, e.g. the 422 of a form that was refused on purpose. */
  allow: Allowed;
  /** What went wrong in any page of this test so far. */
  faults: string[];
  /** Signs a person in on this page. */
  as: (person: Person) => Promise<void>;
  /** Sits a person down at a computer of their own, signed in: a page with cookies that nobody else has. The same person keeps the page. */
  desk: (person: Person) => Promise<Page>;
  /** Checks the page with axe. */
  accessible: (what?: string, page?: Page) => Promise<void>;
  /** Takes screenshots of the whole page at 1440 and 390 px, attached to the report. */
  look: (name: string, page?: Page) => Promise<void>;
  /** Opens an address and waits until its islands are awake. */
  open: (path: string) => Promise<void>;
  /** Whether the project runs with JavaScript. */
  scripts: boolean;
}

interface WorkerFixtures {
  /** The server of this worker with a database of its own. */
  server: Server;
}

export const test = base.extend<Fixtures, WorkerFixtures>({
  server: [
    async ({}, use, worker) => {
      const database = `kraj108_e2e_${process.pid}_${worker.workerIndex}`;
      sql(`create database ${database} template ${template}`);
      const server = await Server.start(database);
      await use(server);
      // Whatever the stories did, the audit chain, the sums and the states must still hold.
      const found = verify(database);
      await server.stop();
      sql(`drop database ${database} with (force)`);
      expect(found, "kraj108 verify").toBe("");
    },
    { scope: "worker", timeout: 120_000 },
  ],

  baseURL: async ({ server }, use) => use(server.address),

  scripts: async ({ javaScriptEnabled }, use) => use(javaScriptEnabled !== false),

  allow: async ({}, use) => {
    await use((message) => allowed.push(message));
    allowed.length = 0;
  },

  faults: [
    async ({ allow, server }, use, info) => {
      void allow;
      const faults: string[] = [];
      await use(faults);
      const left = faults.filter((fault) => !allowed.some((message) => message.test(fault)));
      if (left.length > 0 || info.status !== info.expectedStatus) {
        await info.attach("server log", { body: server.log, contentType: "text/plain" });
      }
      expect(left, "console errors, page errors and failed requests").toEqual([]);
    },
    { auto: true },
  ],

  page: async ({ page, faults }, use) => {
    watch(page, faults);
    await use(page);
  },

  as: async ({ page, scripts }, use) => use((person) => signIn(page, person, scripts)),

  desk: async ({ browser, faults, scripts }, use) => {
    const desks = new Map<Person, Page>();
    await use(async (person) => {
      const page = desks.get(person) ?? (await (await browser.newContext()).newPage());
      if (!desks.has(person)) {
        desks.set(person, page);
        watch(page, faults);
        await signIn(page, person, scripts);
      }
      return page;
    });
    for (const page of desks.values()) {
      await page.context().close();
    }
  },

  accessible: async ({ browser, page: own, scripts }, use, info) =>
    use((what, page = own) => accessible(browser, page, scripts, info, what)),

  look: async ({ page: own }, use, info) => use((name, page = own) => look(page, info, name)),

  open: async ({ page, scripts }, use) =>
    use(async (path) => {
      await page.goto(path);
      await settle(page, scripts);
    }),
});

export { expect } from "@playwright/test";

const allowed: RegExp[] = [];

/** Waits until the islands of the page answer. */
export async function settle(page: Page, scripts: boolean): Promise<void> {
  if (scripts && (await page.locator("leptos-island").count()) > 0) {
    await expect(page.locator("html")).toHaveAttribute("data-islands", "awake");
  }
}

function watch(page: Page, faults: string[]): void {
  page.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") {
      faults.push(`console ${message.type()}: ${message.text()} (${message.location().url})`);
    }
  });
  page.on("pageerror", (error) => faults.push(`page error: ${error.message}`));
  page.on("requestfailed", (request) => {
    // Leaving a page cancels what it still loads.
    const cause = request.failure()?.errorText ?? "";
    if (cause !== "net::ERR_ABORTED") {
      faults.push(`request failed: ${request.method()} ${request.url()} ${cause}`);
    }
  });
  page.on("response", (response) => {
    if (response.status() >= 400) {
      faults.push(`response ${response.status()}: ${response.request().method()} ${response.url()}`);
    }
  });
}

/** axe does not end in a page with scripts off, so its markup is looked at in a page where scripts may run, but the application's don't. */
async function accessible(browser: Browser, page: Page, scripts: boolean, info: TestInfo, what = "page"): Promise<void> {
  if (scripts) {
    await report(page, info, what);
    return;
  }
  const context = await browser.newContext({ javaScriptEnabled: true, locale: "cs-CZ", viewport: page.viewportSize() });
  try {
    const copy = await context.newPage();
    const body = await page.content();
    await copy.route("**/*.js", (route) => route.abort());
    await copy.route(page.url(), (route) => route.fulfill({ body, contentType: "text/html; charset=utf-8" }));
    await copy.goto(page.url());
    await report(copy, info, `${what} without scripts`);
  } finally {
    await context.close();
  }
}

async function report(page: Page, info: TestInfo, what: string): Promise<void> {
  const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];
  const { violations } = await new AxeBuilder({ page }).withTags(tags).analyze();
  if (violations.length > 0) {
    await info.attach(`axe: ${what}`, { body: JSON.stringify(violations, null, 2), contentType: "application/json" });
  }
  const short = violations.map(({ id, help, nodes }) => `${id}: ${help} – ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
  // A finding fails the test, but the story goes on to the next page.
  expect.soft(short, `axe: ${what}`).toEqual([]);
}

async function look(page: Page, info: TestInfo, name: string): Promise<void> {
  const before = page.viewportSize();
  for (const width of [1440, 390]) {
    await page.setViewportSize({ width, height: 900 });
    const path = info.outputPath(`${name}-${width}.png`);
    await page.screenshot({ path, fullPage: true, animations: "disabled" });
    await info.attach(`${name} at ${width} px`, { path, contentType: "image/png" });
  }
  if (before) {
    await page.setViewportSize(before);
  }
}

function verify(database: string): string {
  try {
    kraj108(database, "verify");
    return "";
  } catch (error) {
    const { stdout, stderr } = error as { stdout?: string; stderr?: string };
    return `${stdout ?? ""}${stderr ?? ""}` || String(error);
  }
}
