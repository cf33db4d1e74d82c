import { expect, test } from "../support/test";
import * as form from "./application";

/** The grids of the region where many services are changed at once. */

test("the region shares services out to an assessor", async ({ desk, scripts }) => {
  const kraj = await desk("officer");
  const year = new Date().getFullYear() + 1;
  await form.open(kraj, `/dotace/${year}/1/hodnoceni?hodnoti=nikdo`, scripts);
  const grid = kraj.getByRole("region", { name: "Služby v hodnocení" });
  const boxes = grid.locator("tbody").getByRole("checkbox");
  const before = await boxes.count();
  expect(before).toBeGreaterThan(3);
  const names = (await grid.getByRole("rowheader").allInnerTexts()).slice(0, 3);
  for (const at of [0, 1, 2]) {
    await boxes.nth(at).check();
  }
  await kraj.getByLabel("Komu přidělit").selectOption({ label: "Marie Svobodová" });
  await form.press(kraj, "Přidělit", scripts);
  await expect(kraj.getByText("Služby jsou přidělené.")).toBeVisible();
  const assessor = await desk("assessor");
  await form.open(assessor, `/dotace/${year}/1/hodnoceni?hodnoti=ja`, scripts);
  for (const name of names) {
    await expect(assessor.getByRole("region", { name: "Služby v hodnocení" }).getByRole("link", { name }).first()).toBeVisible();
  }
});

test("columns of the region are filled in the grid and pasted from a table", async ({ desk, scripts, allow, accessible }) => {
  allow(/422/);
  const kraj = await desk("officer");
  const year = new Date().getFullYear() + 1;
  const place = `/dotace/${year}/1/hodnoceni/sloupce`;
  await form.open(kraj, place, scripts);
  const cell = kraj.getByRole("textbox", { name: /: Obložnost lůžek$/ }).first();
  const number = /^\d+/.exec((await cell.getAttribute("aria-label")) ?? "")?.[0] ?? "";
  await cell.fill("hodně");
  await form.press(kraj, "Uložit stránku", scripts);
  await expect(cell).toHaveValue("hodně");
  await expect(cell).toHaveAttribute("aria-invalid", "true");
  await accessible("columns refused", kraj);
  await cell.fill("0,95");
  await form.press(kraj, "Uložit stránku", scripts);
  await form.open(kraj, place, scripts);
  await expect(cell).toHaveValue("0,95");
  await kraj.getByLabel("Tabulka se záhlavím").fill(`identifikator\tobloznost\n${number}\t0,9`);
  await form.press(kraj, "Vložit všechny řádky", scripts);
  await form.open(kraj, place, scripts);
  await expect(cell).toHaveValue("0,9");
  if (!scripts) {
    return;
  }
  // Cells of a spreadsheet fill the fields to the right and below; arrows walk the column; leaving asks, saving does not.
  const column = kraj.getByRole("textbox", { name: /: Obložnost lůžek$/ });
  await cell.evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", "0,81\r\n0,82\r\n");
    field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect(cell).toHaveValue("0,81");
  await expect(column.nth(1)).toHaveValue("0,82");
  await cell.focus();
  await kraj.keyboard.press("ArrowDown");
  await expect(column.nth(1)).toBeFocused();
  await kraj.keyboard.press("ArrowUp");
  await expect(cell).toBeFocused();
  const asked = kraj.waitForEvent("dialog");
  const stayed = kraj.getByRole("navigation", { name: "Hlavní" }).getByRole("link", { name: "Přehled" }).click({ noWaitAfter: true });
  await (await asked).dismiss();
  await stayed;
  await expect(cell).toHaveValue("0,81");
  await Promise.all([kraj.waitForEvent("domcontentloaded"), cell.press("Control+s")]);
  await form.open(kraj, place, scripts);
  await expect(cell).toHaveValue("0,81");
  await expect(column.nth(1)).toHaveValue("0,82");
});
