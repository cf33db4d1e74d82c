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
