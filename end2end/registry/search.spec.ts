import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";

/** The public register: no account, no script. */

/** How many services the page says it found. */
async function found(page: Page): Promise<number> {
  const words = await page.getByRole("region", { name: "Výsledky" }).getByRole("heading", { name: /služ/, level: 2 }).first().innerText();
  return Number(words.replace(/\D/g, ""));
}

/** On a phone the filters open over the page; here they stand beside the results. */
const filters = (page: Page) => page.locator("#upresnit");

test("a text without diacritics finds what is written with them", async ({ page, open, accessible }) => {
  await open("/registr");
  const all = await found(page);
  await page.getByLabel("Co nebo koho hledáte").fill("denni stacionare");
  await page.getByRole("button", { name: "Hledat" }).click();
  await expect(page).toHaveURL(/q=denni/);
  const some = await found(page);
  expect(some).toBeGreaterThan(0);
  expect(some).toBeLessThan(all);
  await expect(page.getByRole("region", { name: "Výsledky" }).getByText("denní stacionáře").first()).toBeVisible();
  await accessible("search");

  // The same words with diacritics and in capitals find the same.
  await page.getByLabel("Co nebo koho hledáte").fill("DENNÍ stacionáře");
  await page.getByRole("button", { name: "Hledat" }).click();
  await expect(page).toHaveURL(/q=DENN/);
  expect(await found(page)).toBe(some);
});

test("nothing found says why and offers a way on", async ({ page, open, accessible }) => {
  await open("/registr?q=xqzwvk+jjjqqq");
  await expect(page.getByRole("heading", { name: "Takovou službu v registru nemáme" })).toBeVisible();
  await accessible("nothing found");
  await page.getByRole("link", { name: "Zobrazit všechny služby" }).click();
  expect(await found(page)).toBeGreaterThan(50);
});

test("the count beside a filter is what choosing it finds, and a chip drops it again", async ({ page, open, accessible }) => {
  await open("/registr");
  const all = await found(page);
  const option = filters(page).getByRole("group", { name: "Druh služby" }).getByRole("checkbox").first();
  const label = filters(page).getByRole("group", { name: "Druh služby" }).locator("label").first();
  const count = Number((await label.locator(".count").innerText()).replace(/\D/g, ""));
  const name = ((await label.innerText()).split("\n")[0] ?? "").replace(/\s*\d+$/, "").trim();
  await option.check();
  await filters(page).getByRole("button", { name: "Použít" }).click();
  await expect(page).toHaveURL(/druh=/);
  expect(await found(page)).toBe(count);

  const forms = filters(page).getByRole("group", { name: "Forma" }).locator("label").first();
  const narrower = Number((await forms.locator(".count").innerText()).replace(/\D/g, ""));
  await forms.getByRole("checkbox").check();
  await filters(page).getByRole("button", { name: "Použít" }).click();
  await expect(page).toHaveURL(/forma=/);
  expect(await found(page)).toBe(narrower);
  await accessible("two filters");

  await page.getByRole("link", { name: `Zrušit filtr ${name}` }).click();
  await expect(page).not.toHaveURL(/druh=/);
  await page.getByRole("link", { name: "Zrušit vše" }).click();
  expect(await found(page)).toBe(all);
});

test("the register as of a date, and a date that is none", async ({ page, open, accessible }) => {
  await open("/registr");
  const now = await found(page);
  await filters(page).getByLabel("Stav ke dni").fill("1. 1. 2015");
  await filters(page).getByRole("button", { name: "Použít" }).click();
  await expect(page.getByRole("link", { name: "Zrušit filtr stav ke dni 1. 1. 2015" })).toBeVisible();
  const then = await found(page);
  expect(then).toBeGreaterThan(0);
  expect(then).toBeLessThan(now);

  await filters(page).getByLabel("Stav ke dni").fill("loni v létě");
  await filters(page).getByRole("button", { name: "Použít" }).click();
  const field = filters(page).getByLabel("Stav ke dni");
  await expect(field).toHaveValue("loni v létě");
  await expect(field).toHaveAttribute("aria-invalid", "true");
  await accessible("a date that is none");
});

test("sorting and the pages of a list", async ({ page, open }) => {
  await open("/registr?razeni=nazev");
  const names = page.getByRole("region", { name: "Výsledky" }).getByRole("heading", { level: 3 });
  const first = await names.allInnerTexts();
  expect(first.length).toBe(50);
  const sorted = [...first].sort(new Intl.Collator("cs").compare);
  expect(sorted[0]).toBe(first[0]);
  await page.getByRole("link", { name: /^(Další|Strana 2|2)$/ }).first().click();
  await expect(page).toHaveURL(/strana=2/);
  const second = await names.allInnerTexts();
  expect(second).not.toEqual(first);
});

test("from a result to the service, its provider and back to its past", async ({ page, open, accessible }) => {
  await open("/registr?q=krizova+pomoc");
  const link = page.getByRole("region", { name: "Výsledky" }).getByRole("heading", { level: 3 }).getByRole("link").first();
  const name = await link.innerText();
  await link.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await expect(page.getByRole("heading", { name: "Formy a kapacity" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Zařízení" })).toBeVisible();
  await expect(page.getByRole("heading", { name: "Kontakt" })).toBeVisible();
  await accessible("service");

  const service = page.url();
  await page.getByLabel("Zobrazit stav ke dni").fill("1. 1. 1990");
  await page.getByRole("button", { name: "Zobrazit" }).click();
  await expect(page).toHaveURL(/1990/);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();

  await page.goto(service);
  const provider = page.getByRole("complementary", { name: "Kontakt a poskytovatel" }).getByRole("definition").getByRole("link").first();
  const who = await provider.innerText();
  await provider.click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(who);
  await expect(page.getByRole("region", { name: "Služby poskytovatele" }).getByRole("link", { name }).first()).toBeVisible();
  await accessible("provider");
});

test("the list to take away has the services of the page", async ({ page, open }) => {
  await open("/registr?q=krizova+pomoc");
  const count = await found(page);
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: "Vzít jako seznam (CSV)" }).click(),
  ]);
  expect(download.suggestedFilename()).toMatch(/^registr.*\.csv$/);
  const response = await page.request.get("/registr.csv?q=krizova+pomoc");
  const text = await response.text();
  expect(text.startsWith("\ufeffcislo_sluzby;")).toBe(true);
  expect(text.trim().split("\n").length - 1).toBe(count);
});

test("public pages ship no script at all", async ({ page, open }) => {
  await open("/registr?q=krizova+pomoc");
  const detail = await page.getByRole("region", { name: "Výsledky" }).getByRole("heading", { level: 3 }).getByRole("link").first().getAttribute("href");
  const provider = await page.request.get(detail ?? "").then(async (response) => /\/registr\/poskytovatel\/[^"]+/.exec(await response.text())?.[0]);
  for (const path of ["/registr", detail ?? "", provider ?? "", "/pristupnost", "/provoz", "/prihlaseni"]) {
    const asked: string[] = [];
    page.on("request", (request) => asked.push(request.resourceType()));
    const response = await page.goto(path);
    expect(response?.headers()["content-security-policy"], path).toContain("script-src 'none'");
    expect(await page.locator("script, link[rel=modulepreload]").count(), path).toBe(0);
    expect(asked, path).not.toContain("script");
    page.removeAllListeners("request");
  }
});

test("what is not there says so, and nothing private shows", async ({ page, allow, accessible }) => {
  allow(/40[134]/);
  const gone = await page.goto("/registr/sluzba/999999999");
  expect(gone?.status()).toBe(404);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Stránku jsme nenašli");
  await accessible("not found");
  for (const path of ["/prehled", "/dotace", "/ucty", "/registr/import", "/registr/kvalita", "/registr/nase", "/dotace/zadosti"]) {
    const response = await page.goto(path);
    expect(response?.status(), path).toBe(401);
    await expect(page.getByRole("link", { name: "Přihlásit se" }).first()).toBeVisible();
  }
  await accessible("sign in first");
});
