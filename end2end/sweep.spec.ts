import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import type { Person } from "./support/people";
import { expect, settle, test } from "./support/test";
import * as form from "./subsidy/application";

/**
 * Every page of every role: axe in light and dark and on a phone, nothing to scroll sideways on a phone, nothing in the console.
 * Without scripts the markup is the same, so that once is enough.
 */

test.describe.configure({ mode: "parallel" });
test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "the same markup as with scripts");

const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"];

/** Looks at one page in every way. */
async function visit(page: Page, path: string): Promise<void> {
  await test.step(path, async () => {
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: "light" });
    const response = await page.goto(path);
    expect.soft(response?.status(), path).toBe(200);
    await settle(page, true);
    await expect.soft(page.locator("h1"), `${path}: one heading`).toHaveCount(1);
    await expect.soft(page, path).toHaveTitle(/\S · Kraj108$/);
    await check(page, `${path} at 1440, light`, new AxeBuilder({ page }).withTags(tags));
    // Only colours differ in the dark.
    await page.emulateMedia({ colorScheme: "dark" });
    await check(page, `${path} at 1440, dark`, new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]));
    await page.emulateMedia({ colorScheme: "light" });
    await page.setViewportSize({ width: 390, height: 844 });
    // On a phone the menu folds and tables scroll; nothing else of the markup differs.
    const folded = ["scrollable-region-focusable", "aria-hidden-focus", "target-size", "button-name", "link-name", "label", "region"];
    await check(page, `${path} at 390`, new AxeBuilder({ page }).withRules(folded));
    for (const width of [390, 320]) {
      await page.setViewportSize({ width, height: 844 });
      expect.soft(await sideways(page), `${path} at ${width}: sticks out`).toEqual([]);
    }
  });
}

async function check(page: Page, what: string, axe: AxeBuilder): Promise<void> {
  void page;
  const { violations } = await axe.analyze();
  const short = violations.map(({ id, help, nodes }) => `${id}: ${help} – ${nodes.slice(0, 4).map((node) => node.target.join(" ")).join(", ")} (${nodes.length})`);
  expect.soft(short, `axe: ${what}`).toEqual([]);
}

/** What makes the page wider than the window: the elements that end right of it, outermost first. */
async function sideways(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const wide = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= wide) {
      return [];
    }
    const out = [...document.querySelectorAll("body *")].filter((element) => element.getBoundingClientRect().right > wide + 1);
    const outer = out.filter((element) => !out.includes(element.parentElement as Element));
    const names = outer.slice(0, 4).map((element) => `${element.tagName.toLowerCase()}.${element.className.toString().replaceAll(" ", ".")}`);
    return [`${document.documentElement.scrollWidth} px`, ...names];
  });
}

/** The first address on a page that fits. */
async function found(page: Page, path: string, pattern: RegExp): Promise<string> {
  await page.goto(path);
  const all = await page.locator("main a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  const address = all.find((href) => pattern.test(href));
  expect(address, `${pattern} on ${path}`).toBeDefined();
  return address ?? "";
}

/** The year that the demo decided, and the one under way. */
const now = new Date().getFullYear() + 1;
const [decided, open] = [`/dotace/${now - 1}/1`, `/dotace/${now}/1`];
const uuid = "[0-9a-f-]{36}";

/** Pages of the open round that every person of a region sees. */
async function round(page: Page): Promise<string[]> {
  const pages = ["", "/terminy", "/zadosti", "/formalni", "/hodnoceni", "/hodnoceni/sloupce", "/vypocet", "/vypocet/1", "/navrhy", "/zverejneni"];
  const detail = await found(page, `${open}/hodnoceni`, new RegExp(`/hodnoceni/${uuid}`));
  const check = await found(page, `${open}/formalni`, new RegExp(`/formalni/${uuid}`));
  return [...pages.map((rest) => `${open}${rest}`), detail, check];
}

/** Pages of the round that is decided. */
async function decidedRound(page: Page): Promise<string[]> {
  const why = await found(page, `${decided}/navrhy`, new RegExp(`/vysledek/${uuid}/proc-tolik`));
  const old = await found(page, `${decided}/hodnoceni`, new RegExp(`/hodnoceni/${uuid}`));
  return [...["", "/terminy", "/navrhy", "/zverejneni", "/porovnat?a=1&b=2", "/vypocet/2"].map((rest) => `${decided}${rest}`), why, old];
}

/** Pages of the schemes: every part of a version under work, which differs from another one, and two parts of a frozen version. */
async function schemes(page: Page): Promise<string[]> {
  await page.goto("/dotace/schemata");
  const version = (state: string) => page.getByRole("row").filter({ hasText: state }).first().getByRole("link").getAttribute("href");
  const frozen = (await version("zmrazená")) ?? "";
  await form.open(page, (await version("rozepsaná")) ?? "", true);
  await form.press(page, "Nová verze", true);
  const { pathname } = new URL(page.url());
  const parts = ["vstupy", "parametry", "tabulky", "kroky", "rozdeleni", "zkouska", "toml"].map((part) => `${pathname}?cast=${part}`);
  return ["/dotace/schemata", ...parts, `${pathname}/rozdily`, `${frozen}?cast=kroky`, `${frozen}?cast=tabulky`];
}

/** Who looks at which pages; the officer has so many that they are three tests. */
const visits: [title: string, person: Person | undefined, pages: (page: Page) => Promise<string[]>][] = [
  [
    "anybody",
    undefined,
    async (page) => {
      const service = await found(page, "/registr", /\/registr\/sluzba\//);
      const provider = await found(page, service, /\/registr\/poskytovatel\//);
      const filters = "/registr?q=denni&ke=1.+1.+2020&ukoncene=1";
      return ["/registr", filters, "/registr?q=qqxxzz", "/registr?kde=Teplice", service, provider, "/prihlaseni", "/prihlaseni/obnova", "/pristupnost", "/provoz", "/aktuality", "/napoveda", "/napoveda/kraj", `${decided}/vysledky/60`];
    },
  ],
  [
    "administrator",
    "administrator",
    async (page) => {
      const account = await found(page, "/ucty", new RegExp(`/ucty/${uuid}`));
      return ["/prehled", "/ucty", "/ucty?q=qqxxzz", "/ucty/novy", "/ucty/import", "/ucty/opravneni", account, "/ucet", "/ucet/druhy-faktor", "/registr", "/provoz", "/ucty/stopa"];
    },
  ],
  ["the ministry's administrator", "ministry", async () => ["/prehled", "/organizace", "/prihlasovani", "/prihlasovani/novy", "/provoz/posta", "/ucty", "/ucty/stopa"]],
  ["mpsv", "mpsv", async () => ["/prehled", "/dotace", open, decided, "/registr/kvalita", "/registr/import", "/provoz/odstavky", "/provoz/nastaveni", "/aktuality", "/aktuality/nova"]],
  [
    "officer, the open round",
    "officer",
    async (page) => {
      const service = await found(page, "/registr?kraj=60", /\/registr\/sluzba\//);
      return ["/prehled", "/dotace", ...(await round(page)), `${open}/zadosti/import`, service, `${service}/oprava`];
    },
  ],
  ["officer, schemes", "officer", async (page) => [...(await schemes(page)), `${open}/vypocet/co-kdyby`]],
  ["officer, the decided round", "officer", async (page) => [...(await decidedRound(page)), "/registr/kvalita"]],
  ["assessor", "assessor", async (page) => ["/prehled", "/dotace", ...(await round(page)), `${open}/hodnoceni?hodnoti=ja&stav=rozpracovano`]],
  [
    "decision",
    "decision",
    async (page) => {
      const change = await found(page, `${decided}/navrhy`, /proc-tolik/);
      return ["/prehled", "/dotace", `${open}/navrhy`, `${decided}/navrhy`, `${decided}/zverejneni`, change, `${open}/vypocet`];
    },
  ],
  ["editor", "editor", async (page) => [...(await application(page)), "/registr/nase"]],
  [
    "submitter",
    "submitter",
    async (page) => {
      const why = await found(page, "/dotace/vysledky", /proc-tolik/);
      return ["/prehled", "/dotace/zadosti", "/dotace/vysledky", why, "/ucty/podani"];
    },
  ],
];

/** Pages of a draft with two services. */
async function application(page: Page): Promise<string[]> {
  const { address, services } = await form.draft(page, true);
  const parts = ["kapacita", "rozpocet", "zdroje", "kraje"];
  const all = services.flatMap((service) => parts.map((part) => `${service}/${part}`));
  return ["/prehled", "/dotace/zadosti", address, ...["spolecne", "ucet", "sluzby", "podani"].map((part) => `${address}/${part}`), ...all.slice(0, 5)];
}

for (const [title, person, pages] of visits) {
  test(`pages of ${title}`, async ({ page, as }) => {
    test.setTimeout(420_000);
    if (person) {
      await as(person);
    }
    for (const path of await pages(page)) {
      await visit(page, path);
    }
  });
}
