import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "../support/kraj108";
import { people } from "../support/people";
import { expect, test } from "../support/test";

test("without an SMTP server a mail is a file, and whoever administers the system reads it", async ({ open, page, desk, accessible, server }) => {
  const address = `${crypto.randomUUID()}@example.cz`;
  sql(`update person set email = '${address}' where name = '${people.officer.name}'`, server.database);
  await open("/prihlaseni/obnova");
  await page.getByLabel("Uživatelské jméno nebo e-mail").fill(people.officer.login);
  await page.getByRole("button", { name: "Poslat odkaz" }).click();
  await expect(page).toHaveURL(/odeslano/);

  const folder = join(server.folder, "mail");
  /** The mails to this address, without the breaks of long lines. */
  const mails = () =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.endsWith(".eml"))
      .map((name) => readFileSync(join(folder, name), "utf8"))
      .filter((mail) => mail.includes(`To: ${address}`))
      .map((mail) => mail.replace(/=\r?\n/g, ""));
  await expect.poll(() => mails().filter((mail) => /\/prihlaseni\/obnova\/[\w-]{20,}/.test(mail)).length, { timeout: 20_000 }).toBe(1);
  // An address is told in the mail and on the page, never in the log.
  expect(server.log).not.toContain(address);

  const admin = await desk("ministry");
  await admin.goto("/provoz/posta");
  await expect(admin.getByText("Není nastavený server SMTP")).toBeVisible();
  await expect(admin.getByRole("row", { name: new RegExp(address) })).toBeVisible();
  await accessible("the mail", admin);
  sql(`update person set email = null where name = '${people.officer.name}'`, server.database);
});
