import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { sql } from "../support/kraj108";
import { people } from "../support/people";
import { expect, test } from "../support/test";

test("without an SMTP server a mail is a file, and whoever administers the system reads it", async ({ open, page, desk, accessible, server }) => {
  const address = "jana.novakova@example.cz";
  sql(`update person set email = '${address}' where name = '${people.officer.name}'`, server.database);
  await open("/prihlaseni/obnova");
  await page.getByRole("textbox", { name: /jméno/i }).fill(people.officer.login);
  await page.getByRole("button", { name: /odkaz/i }).click();
  await expect(page).toHaveURL(/odeslano/);

  const folder = join(server.folder, "mail");
  const files = () => readdirSync(server.folder).includes("mail") ? readdirSync(folder).filter((name) => name.endsWith(".eml")) : [];
  await expect.poll(() => files().length, { timeout: 20_000 }).toBe(1);
  const mail = readFileSync(join(folder, files()[0] ?? ""), "utf8");
  expect(mail).toContain(`To: ${address}`);
  expect(mail.replace(/=\r?\n/g, "")).toMatch(/\/prihlaseni\/obnova\/[\w-]{20,}/);
  // An address is told in the mail and on the page, never in the log.
  expect(server.log).not.toContain(address);

  const admin = await desk("ministry");
  await admin.goto("/provoz/posta");
  await expect(admin.getByText("Není nastavený server SMTP")).toBeVisible();
  await expect(admin.getByRole("row", { name: new RegExp(address) })).toBeVisible();
  await accessible("the mail", admin);
});
