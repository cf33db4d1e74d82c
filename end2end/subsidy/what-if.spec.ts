import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import * as form from "./application";

/** Numbers turned over a run: the sums follow at once, and what is saved comes out on the server to the crown as in the browser. */

const year = new Date().getFullYear() + 1;
const runs = `/dotace/${year}/1/vypocet`;

/** A sum of the what-if by its words. */
const sum = (page: Page, words: string) => form.plain(page.locator(".facts--sum dt", { hasText: words }).locator("+ dd").innerText());

/** Digits of an amount as a number. */
const digits = (text: string) => Number(text.replace(/\D/g, ""));

/** One row of the table of money of a run: services, to divide, coefficient, awarded, left. */
async function money(page: Page): Promise<string[]> {
  const row = page.getByRole("region", { name: "Rozdělení peněz" }).getByRole("row", { name: "všechny služby" });
  return Promise.all((await row.getByRole("cell").all()).map((cell) => form.plain(cell.innerText())));
}

test("numbers are turned, the sums follow, and the saved run has the same", async ({ page, as, open, scripts, accessible }) => {
  test.skip(!scripts, "the what-if is computed in the browser");
  await as("officer");
  await open(`${runs}/1`);
  const [services = "", allocated = "", , awarded = ""] = await money(page);
  await page.getByRole("link", { name: "Co kdyby" }).click();

  const turns = page.getByRole("region", { name: "Parametry" });
  const amount = turns.getByRole("textbox", { name: "K rozdělení (Kč)" });
  await expect(amount).toHaveValue(/\d/);
  expect(digits(await amount.inputValue())).toBe(digits(allocated));
  expect(await sum(page, "Přidělí se")).toBe(`${awarded} Kč`);
  expect(await sum(page, "Stejně")).toMatch(new RegExp(`^${services} služ`));
  await expect(turns).toContainText("beze změny");

  await test.step("a slider", async () => {
    const slider = turns.getByRole("slider", { name: "K rozdělení (Kč), posuvník" });
    await slider.focus();
    await page.keyboard.press("PageDown");
    await expect(turns).toContainText("změněno 1");
    const now = digits(await amount.inputValue());
    expect(now).toBeLessThan(digits(allocated));
    expect(digits(await sum(page, "Přidělí se"))).toBeLessThanOrEqual(now);
    expect(digits(await sum(page, "Ztratí"))).toBeGreaterThan(0);
    expect(digits(await sum(page, "Získá"))).toBe(0);
  });

  await test.step("a field, a wrong number first", async () => {
    const before = await sum(page, "Přidělí se");
    await amount.fill("devět");
    await expect(amount).toHaveAttribute("aria-invalid", "true");
    await expect(turns).toContainText("Napište číslo");
    expect(await sum(page, "Přidělí se")).toBe(before);
    await accessible("what-if, a wrong number");
    // Nothing is saved as long as it stands there.
    await page.getByLabel("Název běhu").fill("s chybou");
    await page.getByRole("button", { name: "Uložit jako běh" }).click();
    await expect(page.locator("main")).toContainText("Opravte označené pole, potom zkoušku uložte");
    await expect(amount).toBeFocused();
    await page.getByLabel("Název běhu").fill("");
    await amount.fill("400 000 000,00");
    await expect(amount).not.toHaveAttribute("aria-invalid", "true");
    await expect.poll(() => sum(page, "Přidělí se")).not.toBe(before);
    // Back to the number of the run: nothing is changed any more.
    await amount.fill(allocated);
    await expect(turns).toContainText("beze změny");
    await expect.poll(() => sum(page, "Přidělí se")).toBe(`${awarded} Kč`);
    await amount.fill("401 234 567");
  });

  await test.step("a parameter and a weight", async () => {
    await turns.getByRole("textbox", { name: "Nejvyšší část nákladů" }).fill("0,8");
    await turns.getByLabel(/^Další sazby a váhy/).selectOption("Váha druhu § 50");
    await turns.getByRole("textbox", { name: "Váha druhu § 50" }).fill("1,25");
    await expect(turns).toContainText("změněno 3");
    await accessible("what-if, three changes");
  });

  const own = {
    awarded: await sum(page, "Přidělí se"),
    left: await sum(page, "Zbyde"),
    k: (await sum(page, "Koeficient krácení k")).replace(/ bylo.*/, ""),
    gaining: digits(await sum(page, "Získá")),
    losing: digits(await sum(page, "Ztratí")),
  };
  expect(digits(own.awarded) + digits(own.left)).toBe(401_234_567);
  expect(own.gaining).toBeGreaterThan(0);
  expect(own.losing).toBeGreaterThan(0);
  const rows = await byService(page);
  expect(rows.length).toBeGreaterThan(4);

  await test.step("saved", async () => {
    const save = page.getByRole("region", { name: "Uložit jako běh" });
    await expect(save).toContainText("Uloží se nová verze schématu a běh.");
    await save.getByRole("button").click();
    // Without a name the browser does not send it.
    await expect(page).toHaveURL(/co-kdyby/);
    await save.getByLabel("Název běhu").fill("Zkouška s menší alokací");
    await save.getByRole("button").click();
    await expect(page).toHaveURL(/\/vypocet\/\d+\?hotovo=beh/);
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Zkouška s menší alokací");
  });

  const [savedServices, savedAllocated, k, savedAwarded, left] = await money(page);
  expect([savedServices, `${savedAllocated} Kč`, k]).toEqual([services, form.crowns(401_234_567), own.k]);
  expect([`${savedAwarded} Kč`, `${left} Kč`]).toEqual([own.awarded, own.left]);

  await test.step("each service that gained or lost most has the same award", async () => {
    const run = /\/vypocet\/(\d+)/.exec(page.url())?.[1] ?? "";
    await open(`/dotace/${year}/1/porovnat?a=1&b=${run}`);
    expect(await byService(page)).toEqual(expect.arrayContaining(rows));
    await open(runs);
    await expect(page.locator("main")).toContainText("Zkouška s menší alokací");
  });
});

test("a decided year can be tried, but nothing of it saved", async ({ page, as, open, scripts }) => {
  await as("officer");
  await open(`/dotace/${year - 1}/1/vypocet/co-kdyby?beh=1`);
  if (!scripts) {
    // What stands in noscript is no text for the matchers.
    expect(await page.locator("main noscript .banner").innerText()).toContain("potřebuje zapnutý JavaScript");
    return;
  }
  await page.getByRole("textbox", { name: "K rozdělení (Kč)" }).fill("1 000 000");
  await expect.poll(async () => digits(await sum(page, "Přidělí se"))).toBeLessThanOrEqual(1_000_000);
  await expect(page.getByRole("button", { name: "Uložit jako běh" })).toHaveCount(0);
  await expect(page.locator("main")).toContainText("dokud výsledky nejsou zveřejněné");
});

/** Name, before, after of the services in the table of differences. */
async function byService(page: Page): Promise<string[]> {
  const rows = page.getByRole("region", { name: "Rozdíly podle služeb" }).locator("tbody tr");
  const texts = await rows.evaluateAll((all) =>
    all.map((row) => [row.querySelector("th")?.textContent, ...[...row.querySelectorAll("td.num")].slice(0, 2).map((cell) => cell.textContent)]),
  );
  return texts.map((cells) => cells.map((cell) => (cell ?? "").replace(/[\u00a0\u202f]/g, " ").trim()).join(" | "));
}
