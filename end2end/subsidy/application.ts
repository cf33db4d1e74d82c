import { expect, type Page } from "@playwright/test";
import { settle } from "../support/test";

/** A service of the provider's register that can be applied for. */
export interface Service {
  /** Number in the register. */
  number: string;
  name: string;
  /** Forms as the page lists them. */
  forms: string;
}

/** What a service costs and asks, and what else pays it. Whole crowns. */
export interface Money {
  /** Row of the budget and its words, costs, request. */
  budget: [row: string, costs: number, request: number][];
  /** Plan of the year by source. */
  sources: [source: string, plan: number][];
  /** Other public money. */
  public: number;
}

/** Czech notation as the pages print it, with ordinary spaces. */
export function crowns(amount: number): string {
  return `${String(amount).replace(/\B(?=(\d{3})+$)/g, " ")} Kč`;
}

/** The text of a page with ordinary spaces. */
export async function plain(text: Promise<string>): Promise<string> {
  return (await text).replace(/[\u00a0\u202f]/g, " ").trim();
}

/** Presses a button that posts a form and waits for the page that follows. */
export async function press(page: Page, name: string | RegExp, scripts: boolean, within = page.locator("main")): Promise<void> {
  const button = within.getByRole("button", { name, exact: typeof name === "string" });
  await Promise.all([page.waitForEvent("domcontentloaded"), button.click()]);
  await settle(page, scripts);
}

/** Opens an address and waits until its islands answer. */
export async function open(page: Page, path: string, scripts: boolean): Promise<void> {
  await page.goto(path);
  await settle(page, scripts);
}

/** The services that can still be added, apart from those with a remark: they end, or lack something. */
export async function addable(page: Page): Promise<Service[]> {
  const rows = page.getByRole("region", { name: "Služby z registru" }).getByRole("row");
  const services: Service[] = [];
  for (const row of (await rows.all()).slice(1)) {
    const [number, , forms, remark] = (await row.getByRole("cell").allInnerTexts()).map((text) => text.trim());
    if (number && /^\d{7}$/.test(number) && forms && !remark) {
      services.push({ number, name: (await row.getByRole("rowheader").innerText()).trim(), forms });
    }
  }
  return services;
}

/** Adds services on the part "Služby v žádosti". */
export async function addServices(page: Page, services: Service[], scripts: boolean): Promise<void> {
  for (const { number } of services) {
    await page.getByRole("region", { name: "Služby z registru" }).getByRole("row", { name: number }).getByRole("checkbox").check();
  }
  await press(page, "Přidat vybrané služby", scripts);
  for (const { number } of services) {
    await expect(page.getByRole("region", { name: "V žádosti", exact: true })).toContainText(number);
  }
}

/** The parts of the application, as the list beside the form links them. */
export const parts = (page: Page) => page.getByRole("navigation", { name: "Části žádosti" });

/** Fills capacity and units of the service on the page. */
export async function fillCapacity(page: Page, units: string): Promise<void> {
  const form = page.locator("main form");
  for (const field of await form.getByRole("textbox", { name: /skutečnost|předpoklad|, plán/ }).all()) {
    await field.fill("24");
  }
  for (const field of await form.getByRole("textbox", { name: /^Počet jednotek/ }).all()) {
    await field.fill(units);
  }
  for (const field of await form.getByRole("textbox", { name: /^Měsíců provozu/ }).all()) {
    await field.fill("12");
  }
}

/** Fills rows of the budget on the page. */
export async function fillBudget(page: Page, { budget }: Money): Promise<void> {
  for (const [row, costs, request] of budget) {
    await page.getByRole("textbox", { name: `${row}, předpokládané náklady`, exact: true }).fill(String(costs));
    await page.getByRole("textbox", { name: `${row}, požadavek na dotaci`, exact: true }).fill(String(request));
  }
}

/** Fills sources of the planned year on the page. */
export async function fillSources(page: Page, money: Money, year: number): Promise<void> {
  for (const [source, plan] of money.sources) {
    await page.getByRole("textbox", { name: `${source}, Plán ${year}`, exact: true }).fill(String(plan));
  }
  await page.getByLabel(`Částka v roce ${year} (nepovinné)`).fill(String(money.public));
}

/** Fills account and persons on the page. */
export async function fillAccount(page: Page, account: string): Promise<void> {
  await page.getByLabel("Číslo účtu").fill(account);
  const names = page.getByLabel("Jméno a příjmení s tituly");
  await names.first().fill("Mgr. Alena Benešová");
  await names.last().fill("Eva Malá");
  await page.getByLabel("Telefon (nepovinné)").last().fill("+420 199 000 111");
}

/** Sum of the second or third column of a budget. */
export const costs = ({ budget }: Money): number => budget.reduce((sum, [, costs]) => sum + costs, 0);
export const request = ({ budget }: Money): number => budget.reduce((sum, [, , request]) => sum + request, 0);

/** Money of a service of some size, with sources that cover the costs. */
export function money(size: number): Money {
  const budget: Money["budget"] = [
    ["1.1 pracovní smlouvy", 6_000 * size, 4_000 * size],
    ["2.2 potraviny", 900 * size, 300 * size],
    ["2.6.1 energie", 1_100 * size, 700 * size],
    ["2.6.6 opravy a udržování", 500 * size, 250 * size],
  ];
  const rest = 8_500 * size - 5_250 * size;
  return {
    budget,
    sources: [
      ["dotace obcí", 250 * size],
      ["úhrady uživatelů: pobyt a strava", rest - 250 * size],
    ],
    public: 250 * size,
  };
}

/** The draft of the provider in the round of a year that the demo has open: the one that is there, or a new one with two services. */
export async function draft(page: Page, scripts: boolean): Promise<{ address: string; year: number; services: string[] }> {
  await open(page, "/dotace/zadosti", scripts);
  const found = page.getByRole("button", { name: /^Založit žádost na rok/ }).first();
  let address: string;
  if ((await found.count()) > 0) {
    await press(page, /^Založit žádost na rok/, scripts, page.locator("main section").filter({ has: found }).first());
    address = new URL(page.url()).pathname.replace(/\/spolecne$/, "");
    await open(page, `${address}/sluzby`, scripts);
    await addServices(page, await pick(page), scripts);
  } else {
    const link = await page.locator("main a[href*='/dotace/zadosti/']").first().getAttribute("href");
    address = /\/dotace\/zadosti\/[0-9a-f-]{36}/.exec(link ?? "")?.[0] ?? "";
    await open(page, `${address}/sluzby`, scripts);
  }
  const links = await parts(page).getByRole("link").evaluateAll((all) => all.map((link) => link.getAttribute("href") ?? ""));
  const services = [...new Set(links.flatMap((link) => /^.*\/sluzba\/[0-9a-f-]{36}/.exec(link) ?? []))];
  const year = Number(/\d{4}/.exec(await page.getByRole("navigation", { name: "Drobečková navigace" }).innerText())?.[0]);
  return { address, year, services };
}

/** One service with beds and one without, as far as the provider has them. */
export async function pick(page: Page): Promise<Service[]> {
  const all = await addable(page);
  const mixed = all.find(({ forms }) => forms.includes("pobytová") && forms.includes("ambulantní")) ?? all.find(({ forms }) => forms.includes("pobytová"));
  const other = all.find(({ forms }) => !forms.includes("pobytová"));
  const picked = [mixed, other].filter((service): service is Service => service !== undefined);
  expect(picked.length, "services to apply for").toBe(2);
  return picked;
}
