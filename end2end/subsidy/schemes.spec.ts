import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import * as form from "./application";

/** The scheme of the region: a broken formula is shown at its place, a new version beside the old one says what is different. */

const right = "MAX(0; N - V) - Z";
/** One name that nobody knows, at the seventeenth character. */
const wrong = "MAX(0; N - V) - Zdroje";

/** Cells as a spreadsheet copies them. */
const pasted = ["40\tat\t1 234 567,50", "49\tpob\t580000", "50\tpob\t612 000"];

test("a formula is broken and mended, a new version gets other rates and says what differs", async ({ page, as, open, scripts, allow, accessible }) => {
  test.setTimeout(180_000);
  const press = (name: string | RegExp, within?: Parameters<typeof form.press>[3]) => form.press(page, name, scripts, within);
  /** The buttons above the items of a part. */
  const save = () => press("Uložit", page.locator("form:has(input[name=cast]) .row").filter({ has: page.getByRole("button", { name: "Uložit", exact: true }) }).first());
  const look = async (what: string) => (scripts ? accessible(what) : undefined);
  const part = async (name: RegExp) => form.open(page, new URL((await tabs(page).getByRole("link", { name }).getAttribute("href")) ?? "", page.url()).href, scripts);

  await as("officer");
  await open("/dotace/schemata");
  await press("Založit: Cena za jednotku");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Cena za jednotku 1");

  await test.step("a name of its own", async () => {
    await part(/^Rozdělení/);
    await page.getByLabel("Název", { exact: true }).fill(`Zkouška editoru ${scripts ? "se skripty" : "bez skriptů"}`);
    await save();
    await expect(page.getByRole("heading", { level: 1 })).toContainText("Zkouška editoru");
  });

  const step = page.getByRole("article", { name: /^Krok 5: zaklad/ });
  const formula = step.getByRole("textbox", { name: "Vzorec kroku 5" });
  const faults = page.getByRole("complementary", { name: "Co lze použít" });

  await test.step("a formula is broken", async () => {
    await part(/^Kroky/);
    await expect(faults).toContainText("Schéma nemá chyby.");
    await expect(formula).toHaveValue(right);
    await formula.fill(wrong);
    if (scripts) {
      // While it is typed, before anything is sent.
      await expect(step.locator("mark")).toHaveText("Zdroje");
      await expect(step).toContainText("Znak 17: ");
      await expect(formula).toHaveAttribute("aria-invalid", "true");
    }
    await save();
    // A scheme under work may be wrong: it is kept, and says where.
    await expect(formula).toHaveValue(wrong);
    await expect(formula).toHaveAttribute("aria-invalid", "true");
    await expect(step.locator("mark")).toHaveText("Zdroje");
    await expect(step).toContainText("Znak 17: ");
    await expect(page.locator("main")).toContainText("1 chyba");
    const way = faults.getByRole("link", { name: /^Krok 5 zaklad, znak 17/ });
    await expect(way).toContainText("Zdroje");
    expect(await way.getAttribute("href")).toBe("?cast=kroky#kroky-4");
    await expect(step).toHaveAttribute("id", "kroky-4");
    // Nobody can choose it for a round so.
    await expect(page.getByRole("button", { name: "Použít v kole" })).toHaveCount(0);
    await look("scheme with a fault");
  });

  await test.step("and mended", async () => {
    await formula.fill(right);
    await save();
    await expect(faults).toContainText("Schéma nemá chyby.");
    await expect(formula).not.toHaveAttribute("aria-invalid", "true");
    await expect(step.locator("mark")).toHaveCount(0);
    await expect(page.getByRole("button", { name: "Použít v kole" })).toBeVisible();
    await look("scheme mended");
  });

  await test.step("a new version with another formula", async () => {
    await press("Nová verze");
    await expect(page.getByRole("heading", { level: 1 })).toContainText(/ 2$/);
    await expect(page.getByRole("complementary", { name: "Verze a použití" })).toContainText("2 rozepsaná");
    await formula.fill("MAX(0; N - V - Z)");
    await save();
    await expect(faults).toContainText("Schéma nemá chyby.");
  });

  await test.step("a table of rates is pasted, a wrong one first", async () => {
    allow(/422/);
    await part(/^Tabulky sazeb/);
    const table = page.getByRole("region", { name: "Tabulka cena" });
    const rows = table.getByLabel("Řádky");
    await rows.fill([...pasted, "51\tpob\tmnoho"].join("\n"));
    await save();
    await expect(rows).toHaveAttribute("aria-invalid", "true");
    await expect(table).toContainText("Řádek 4: „mnoho“ není číslo.");
    await expect(rows).toHaveValue(/mnoho/);
    await look("rates refused");
    await rows.fill([...pasted, "51;pob;7"].join("\n"));
    await save();
    await expect(rows).not.toHaveAttribute("aria-invalid", "true");
    await expect(table).toContainText("4 řádky");
    await expect(rows).toHaveValue("40\tat\t1234567,5\n49\tpob\t580000\n50\tpob\t612000\n51\tpob\t7");
    await look("rates");
  });

  await test.step("the differences", async () => {
    await page.getByRole("link", { name: "Rozdíly proti 1" }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Rozdíly verzí 1 a 2");
    const found = page.getByRole("region", { name: "Rozdíly verzí" });
    const line = async (name: string) => {
      const row = found.getByRole("row").filter({ has: page.locator(`th code:text-is("${name}")`) });
      return Promise.all((await row.getByRole("cell").all()).map((cell) => form.plain(cell.innerText())));
    };
    const [where, change, before, after] = await line("zaklad");
    expect([where, change]).toEqual(["Kroky", "změněné"]);
    expect(before).toContain(right);
    expect(after).toContain("MAX(0; N - V - Z)");
    expect((await line("cena(40; at)")).at(-1)).toBe("1234567,5");
    expect((await line("cena(51; pob)")).at(-1)).toBe("7");
    expect((await line("cena(48; pob)")).slice(1)).toEqual(["smazané", expect.any(String), "–"]);
    await look("differences");
    await open("/dotace/schemata");
    await expect(page.getByRole("region", { name: "Schémata a jejich verze" }).getByRole("row", { name: /Zkouška editoru/ })).toHaveCount(2);
  });
});

/** The parts of a scheme. */
const tabs = (page: Page) => page.getByRole("navigation", { name: "Části schématu" });
