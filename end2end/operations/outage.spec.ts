import { expect, test } from "../support/test";

/** The day after today and the one before it, as people write them. */
function day(ahead: number): string {
  const at = new Date(Date.now() + ahead * 86_400_000);
  return `${at.getDate()}. ${at.getMonth() + 1}. ${at.getFullYear()}`;
}

test("an outage is planned, told on every page, makes the application read only, and ends", async ({ desk, allow, page, open, accessible }) => {
  const operator = await desk("mpsv");
  await operator.goto("/provoz");
  await operator.getByRole("link", { name: "Odstávky", exact: true }).click();
  await operator.getByLabel("Začátek", { exact: true }).fill(day(-1));
  await operator.getByLabel("Čas začátku").fill("16.00");
  await operator.getByLabel("Konec", { exact: true }).fill(day(1));
  await operator.getByLabel("Čas konce").fill("20.00");
  await operator.getByLabel("Důvod").fill("Výměna úložiště.");
  await operator.getByRole("button", { name: "Naplánovat odstávku" }).click();
  await expect(operator.getByText("Uloženo.")).toBeVisible();
  await accessible("outages", operator);

  await open("/registr");
  await expect(page.getByText("Probíhá odstávka:")).toBeVisible();

  // Writing is refused with a sentence, and what was typed stays.
  allow(/503/);
  const officer = await desk("officer");
  await officer.goto("/ucet");
  await officer.getByLabel("Adresa pro obnovu hesla").fill("jana@example.cz");
  await officer.locator("#soucasne-email").fill("nezáleží na něm");
  await officer.getByRole("button", { name: "Uložit e-mail" }).click();
  await expect(officer.getByText("ukládat teď nejde")).toBeVisible();
  await expect(officer.getByLabel("Adresa pro obnovu hesla")).toHaveValue("jana@example.cz");

  await operator.getByRole("button", { name: /^Ukončit teď/ }).click();
  await expect(operator.getByText("Odstávka je ukončená")).toBeVisible();
  await open("/registr");
  await expect(page.getByText("Probíhá odstávka")).toHaveCount(0);
});

test("the question mark of a page opens its chapter", async ({ as, page, open }) => {
  await as("officer");
  await open("/dotace/schemata");
  await page.getByRole("link", { name: "Nápověda k této stránce" }).click();
  await expect(page).toHaveURL(/\/napoveda\/kraj#schemata$/);
  await expect(page.getByRole("heading", { name: "Schémata výpočtu" })).toBeInViewport();
});
