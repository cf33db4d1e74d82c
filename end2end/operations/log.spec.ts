import { hold, sql } from "../support/kraj108";
import { expect, test } from "../support/test";
import { people } from "../support/people";

interface Line {
  target: string;
  fields: { route?: string; status?: number; actor?: string };
  span?: { id: string };
}

test("a request is one line of the log: number, route and account, nothing that was typed", async ({ as, open, server }) => {
  await as("officer");
  const before = server.log.length;
  await open("/registr?q=Tajn%C3%BD+%C4%8Clov%C4%9Bk");
  const written = () => server.log.slice(before);
  const lines = () =>
    written()
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}"))
      .map((line) => JSON.parse(line) as Line)
      .filter((line) => line.target === "kraj108::request" && line.fields.route === "/registr");
  await expect.poll(() => lines().length).toBe(1);
  const [line] = lines();
  expect(line?.fields.status).toBe(200);
  expect(line?.fields.actor).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/);
  expect(line?.span?.id).toMatch(/^[0-9a-f]{32}$/);
  for (const typed of ["Tajn", "%C4%8Clov", people.officer.name]) {
    expect(written(), typed).not.toContain(typed);
  }
});

test("a slow statement is told with its text and time, without values", async ({ open, server }) => {
  const before = server.log.length;
  const held = hold("service_version", 5, server.database);
  const locks = `select count(*) from pg_locks where relation = 'service_version'::regclass and mode = 'AccessExclusiveLock' and granted
    and database = (select oid from pg_database where datname = current_database())`;
  await expect.poll(() => sql(locks, server.database), { intervals: [50] }).toBe("1");
  await open("/registr?q=pomaly%20dotaz");
  await held;
  /** Whole lines of slow statements of requests; the background may have been slow, too. */
  const slow = () =>
    server.log
      .slice(before)
      .split("\n")
      .filter((line) => line.startsWith("{") && line.endsWith("}") && line.includes("slow statement"))
      .filter((line) => line.includes("elapsed_secs") && /"span":\{"id":"[0-9a-f]{32}"/.test(line));
  await expect.poll(() => slow().length).toBeGreaterThan(0);
  expect(server.log.slice(before)).not.toContain("pomaly");
});
