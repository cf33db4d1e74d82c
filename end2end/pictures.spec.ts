import { mkdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import { people, type Person } from "./support/people";
import { expect, settle, test } from "./support/test";

/** Pictures and the PDF of the handbook, made anew only when asked: ./test --pictures */

test.skip(!process.env.KRAJ108_PICTURES, "only with ./test --pictures");
test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "one picture is enough");

const root = join(__dirname, "../public/root");
const handbook = join(__dirname, "../app/src/operations/handbook");

interface Picture {
  name: string;
  person: Person | null;
  path: string;
  /** Links that are followed: names, or patterns between slashes. */
  then?: string[];
}

function pattern(text: string): string | RegExp {
  return text.startsWith("/") ? new RegExp(text.slice(1, -1)) : text;
}

async function follow(page: Page, text: string, scripts: boolean): Promise<void> {
  const name = pattern(text);
  const link = page.locator("main").getByRole("link", typeof name === "string" ? { name, exact: true } : { name }).first();
  await link.click();
  await settle(page, scripts);
}

const pictures = JSON.parse(readFileSync(join(handbook, "pictures.json"), "utf8")) as Picture[];

for (const picture of pictures) {
  test(`picture ${picture.name}`, async ({ page, allow, as, scripts }) => {
    // A code of the second factor works once: who was just there waits for the next one.
    allow(/422/);
    if (picture.person) {
      expect(Object.keys(people)).toContain(picture.person);
      await as(picture.person);
    }
    await page.setViewportSize({ width: 1200, height: 760 });
    await page.goto(picture.path);
    await settle(page, scripts);
    for (const text of picture.then ?? []) {
      await follow(page, text, scripts);
    }
    await page.evaluate(() => document.fonts.ready);
    mkdirSync(join(root, "obrazky"), { recursive: true });
    const path = join(root, "obrazky", `${picture.name}.png`);
    await page.screenshot({ path, animations: "disabled", caret: "hide" });
    expect(statSync(path).size).toBeLessThan(250_000);
  });
}

test("why so much, for the README", async ({ page, as, open }) => {
  await as("submitter");
  await open("/dotace/vysledky");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.locator("main a[href*='proc-tolik']").first().click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText(/^Proč\s[\s\d]+Kč\?$/);
  await page.evaluate(() => document.fonts.ready);
  // The window only: what is below says nothing more in a README.
  const path = join(__dirname, "pictures/proc-tolik.png");
  await page.screenshot({ path, animations: "disabled", caret: "hide" });
  expect(statSync(path).size).toBeLessThan(200_000);
});

test("the handbook as PDF", async ({ page, open }) => {
  // The pictures of this run, which no built site has yet.
  await page.route("**/obrazky/*.png", (route) => route.fulfill({ path: join(root, new URL(route.request().url()).pathname) }));
  await open("/napoveda");
  const parts = await page.locator("main h2 a").evaluateAll((links) => links.map((link) => link.getAttribute("href") ?? ""));
  expect(parts.length).toBeGreaterThanOrEqual(10);
  let chapters = "";
  for (const path of parts) {
    await open(path);
    const title = await page.getByRole("heading", { level: 1 }).innerText();
    const text = await page.locator(".handbook").evaluate((element) => element.innerHTML);
    chapters += `<section><h1>${title}</h1>${text.replaceAll(' loading="lazy"', "")}</section>`;
  }
  // The page of the last part becomes the whole book, so that style sheet, fonts and pictures are those of the application.
  await page.evaluate((html) => {
    document.body.innerHTML = `<main class="book prose handbook">${html}</main>`;
  }, chapters);
  await page.evaluate(async () => {
    await Promise.all([...document.images].map((image) => image.decode()));
    await document.fonts.ready;
  });
  await page.emulateMedia({ media: "print" });
  const path = join(root, "prirucka.pdf");
  await page.pdf({ path, format: "A4", margin: { top: "18mm", bottom: "18mm", left: "16mm", right: "16mm" }, tagged: true, outline: true });
  expect(statSync(path).size).toBeLessThan(8_000_000);
});
