import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import * as form from "./application";

/** The form of the provider while it is filled: what only scripts can do, and that nothing of it is needed. */

const row = "1.1 pracovní smlouvy";
const costs = (name = row) => `${name}, předpokládané náklady`;
/** The autosave line; its words stand twice, once for who hears the page. */
const told = (page: Page, words: string | RegExp) => page.locator("main").getByText(words).first();
const saved = /^Uloženo ve?\s\d/;
const request = (name = row) => `${name}, požadavek na dotaci`;

test.describe("where scripts run", () => {
  test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "needs scripts");

  test("totals, shares and checks follow every key, the autosave line tells how it stands", async ({ desk, accessible }) => {
    const page = await desk("submitter");
    const { services } = await form.draft(page, true);
    await form.open(page, `${services[0]}/rozpocet`, true);
    const beside = page.getByRole("complementary", { name: "Součty a kontrola" });
    const field = page.getByRole("textbox", { name: costs(), exact: true });
    const asked = page.getByRole("textbox", { name: request(), exact: true });

    await field.fill("");
    await field.pressSequentially("1234567");
    await expect(beside.getByRole("definition").first()).toHaveText(/1.234.567.Kč/);
    await expect(told(page, /^(Neuložené změny|Ukládám…|Uloženo ve?\s.*)$/)).toBeVisible();
    await asked.fill("2000000");
    await asked.press("Tab");
    // The field shows what was understood; more than the costs is an error at its place and in the list.
    await expect(asked).toHaveValue(/^2.000.000$/);
    await expect(asked).toHaveAttribute("aria-invalid", "true");
    await expect(beside.getByRole("listitem").filter({ hasText: "1.1" }).first()).toBeVisible();
    await accessible("budget with an error", page);
    await asked.fill("1000000");
    await asked.press("Tab");
    await expect(asked).not.toHaveAttribute("aria-invalid", "true");
    await expect(page.getByRole("row", { name: /1\.1 pracovní smlouvy/ }).first()).toContainText("81 %");
    await expect(told(page, saved)).toBeVisible();

    // Nothing is asked when everything is saved, and everything is there again.
    await page.reload();
    await expect(page.getByRole("textbox", { name: costs(), exact: true })).toHaveValue(/^1.234.567$/);
  });

  test("leaving with unsaved work asks, Ctrl+S saves at once", async ({ desk }) => {
    const page = await desk("submitter");
    const { services, address } = await form.draft(page, true);
    await form.open(page, `${services[0]}/rozpocet`, true);
    const field = page.getByRole("textbox", { name: costs("2.3 kancelářské potřeby"), exact: true });
    // The save waits for the server, and so does the work.
    let release = () => {};
    const held = new Promise<void>((done) => (release = done));
    await page.route("**/prikaz/dotace/ulozit-zadost", async (route) => {
      await held;
      await route.continue();
    });
    await field.fill(String(10_000 + (Date.now() % 9_000)));
    const asked = page.waitForEvent("dialog");
    const left = page.goto(`${address}/ucet`).catch(() => undefined);
    const dialog = await asked;
    expect(dialog.type()).toBe("beforeunload");
    await dialog.dismiss();
    await left;
    await expect(page).toHaveURL(/rozpocet/);
    release();
    await page.unroute("**/prikaz/dotace/ulozit-zadost");
    await page.keyboard.press("Control+s");
    await expect(told(page, saved)).toBeVisible();
    page.once("dialog", (unexpected) => {
      void unexpected.accept();
      throw new Error("asked although everything was saved");
    });
    await form.open(page, `${address}/ucet`, true);
  });

  test("without a connection nothing is lost", async ({ desk, allow }) => {
    allow(/ulozit-zadost|Failed to load resource|ERR_/);
    const page = await desk("submitter");
    const { services } = await form.draft(page, true);
    await form.open(page, `${services[0]}/rozpocet`, true);
    const field = page.getByRole("textbox", { name: costs("2.4 pohonné hmoty"), exact: true });
    await page.route("**/prikaz/dotace/ulozit-zadost", (route) => route.abort("connectionfailed"));
    const amount = 20_000 + (Date.now() % 9_000);
    await field.fill(String(amount));
    await field.press("Tab");
    await expect(told(page, /Bez spojení, uloženo v zařízení/)).toBeVisible();
    await page.unroute("**/prikaz/dotace/ulozit-zadost");
    page.on("dialog", (dialog) => void dialog.accept());
    await form.open(page, `${services[0]}/rozpocet`, true);
    await expect(page.getByRole("textbox", { name: costs("2.4 pohonné hmoty"), exact: true })).toHaveValue(
      new RegExp(`^${String(amount).replace(/(\d{3})$/, ".$1")}$`),
    );
    await expect(told(page, saved)).toBeVisible();
  });

  test("a button is pressed at once, although the field that is left has something to say", async ({ desk }) => {
    const page = await desk("submitter");
    const { services } = await form.draft(page, true);
    await form.open(page, `${services[1]}/kraje`, true);
    await page.getByRole("checkbox", { name: "Ústecký kraj" }).check();
    await page.getByRole("radio", { name: /^Podle vlastních podílů/ }).check();
    await page.getByRole("textbox", { name: "Ústecký kraj, vlastní podíl" }).fill("98,5");
    const there = page.waitForURL((url) => !url.pathname.endsWith("/kraje"), { timeout: 5_000 });
    await page.locator("main").getByRole("button", { name: /^Uložit a dál/ }).click();
    await there;
  });
});

test("two people save the same application: the second sees what the first changed", async ({ desk, scripts, allow, accessible }) => {
  allow(/409|422/);
  const submitter = await desk("submitter");
  const { services } = await form.draft(submitter, scripts);
  const editor = await desk("editor");
  const place = `${services[0]}/rozpocet`;
  const energy = "2.6.1 energie";
  const rent = "2.6.3 nájemné";
  const on = (page: typeof editor, name: string) => page.getByRole("textbox", { name: costs(name), exact: true });
  await form.open(submitter, place, scripts);
  await on(submitter, energy).fill("50000");
  await on(submitter, rent).fill("60000");
  await form.press(submitter, "Uložit a dál: Zdroje financování", scripts);

  await form.open(editor, place, scripts);
  await expect(on(editor, energy)).toHaveValue(/^50.000$/);
  await form.open(submitter, place, scripts);
  await on(submitter, energy).fill("51000");
  await form.press(submitter, "Uložit a dál: Zdroje financování", scripts);

  if (scripts) {
    // A field that only the other one changed appears by itself with the next save.
    await on(editor, rent).fill("61000");
    await expect(on(editor, energy)).toHaveValue(/^51.000$/);
    await expect(told(editor, saved)).toBeVisible();
  } else {
    await on(editor, rent).fill("61000");
    await form.press(editor, "Uložit a dál: Zdroje financování", scripts);
    await form.open(editor, place, scripts);
    await expect(on(editor, energy)).toHaveValue(/^51.000$/);
  }
  await expect(on(editor, rent)).toHaveValue(/^61.?000$/);

  // The same field: nobody's text is lost, the second chooses.
  await form.open(editor, place, scripts);
  await form.open(submitter, place, scripts);
  await on(submitter, energy).fill("52000");
  await form.press(submitter, "Uložit a dál: Zdroje financování", scripts);
  await on(editor, energy).fill("53000");
  if (scripts) {
    await on(editor, energy).press("Tab");
    await expect(told(editor, "Neuloženo: vyberte, co má platit")).toBeVisible();
    await accessible("dispute", editor);
    await expect(editor.locator("main")).toContainText("Alena Benešová");
    await editor.locator("[data-spor][data-volba=jejich]").first().click();
    await expect(on(editor, energy)).toHaveValue(/^52.000$/);
    await expect(told(editor, saved)).toBeVisible();
  } else {
    await form.press(editor, "Uložit a dál: Zdroje financování", scripts);
    await expect(editor.getByRole("alert")).toContainText("Alena Benešová");
    await expect(editor.locator("main")).toContainText(/52.?000/);
    await expect(editor.locator("main")).toContainText(/53.?000/);
    await accessible("dispute", editor);
    await editor.getByRole("radio", { name: /^uložené/ }).first().check();
    await form.press(editor, "Uložit a dál: Zdroje financování", scripts);
    await form.open(editor, place, scripts);
    await expect(on(editor, energy)).toHaveValue(/^52.000$/);
  }
});

test("the button saves what was written, goes on and comes back", async ({ desk, scripts }) => {
  const page = await desk("editor");
  const { services, address } = await form.draft(page, scripts);
  await form.open(page, `${services[1]}/kapacita`, scripts);
  await form.fillCapacity(page, "7,25");
  await form.press(page, "Uložit a odejít", scripts);
  await form.open(page, `${services[1]}/kapacita`, scripts);
  await expect(page.getByRole("textbox", { name: /^Počet jednotek/ }).first()).toHaveValue("7,25");
  await form.open(page, `${address}/podani`, scripts);
  await expect(page.getByRole("heading", { name: "Kontrola celé žádosti" })).toBeVisible();
});
