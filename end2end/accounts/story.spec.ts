import { expect, test } from "../support/test";

test("from the first account to its end: one-time password, own password, take-over, blocking", async ({ desk, browser, page, open, allow, accessible, scripts }) => {
  allow(/401|403|409|422/);
  const admin = await desk("administrator");
  await admin.goto("/ucty");
  await admin.getByRole("link", { name: "Nový účet" }).click();
  await admin.getByLabel("Jméno a příjmení").fill("Karel Zelený");
  await admin.getByLabel("Přihlašovací jméno").fill("K.Zelený");
  await admin.getByLabel("Sada oprávnění").selectOption("kraj_assessor");
  await admin.getByRole("button", { name: "Založit účet" }).click();
  await expect(admin.getByText("malá písmena bez háčků a čárek").last()).toBeVisible();
  await expect(admin.getByLabel("Jméno a příjmení")).toHaveValue("Karel Zelený");
  await admin.getByLabel("Přihlašovací jméno").fill("k.zeleny");
  await admin.getByRole("button", { name: "Založit účet" }).click();
  const password = await admin.locator(".once").innerText();
  const account = new URL(admin.url()).pathname;
  await admin.reload();
  await expect(admin.locator(".once")).toHaveCount(0);

  await open("/prihlaseni");
  await page.getByLabel("Uživatelské jméno").fill("k.zeleny");
  await page.getByLabel("Heslo", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Nové heslo");
  await accessible("a new password at the first sign-in");
  await page.getByRole("textbox", { name: "Nové heslo", exact: true }).fill("Karel 2026 Karel");
  await page.getByLabel("Nové heslo ještě jednou").fill("Karel 2026 Karel");
  await page.getByRole("button", { name: "Uložit a pokračovat" }).click();
  await expect(page.getByText("Heslo obsahuje „zeleny“").or(page.getByText("Heslo obsahuje „Karel“")).or(page.getByText("Heslo jen opakuje"))).toBeVisible();
  await page.getByRole("textbox", { name: "Nové heslo", exact: true }).fill("modré kolo plave v čaji");
  await page.getByLabel("Nové heslo ještě jednou").fill("modré kolo plave v čaji");
  await page.getByRole("button", { name: "Uložit a pokračovat" }).click();
  await expect(page).toHaveURL(/\/prehled$/);
  await page.goto("/ucet");
  await accessible("the own account");
  await expect(page.getByText("toto přihlášení")).toBeVisible();

  // A second sign-in asks, and then the first one is over.
  const context = await browser.newContext({ javaScriptEnabled: scripts, baseURL: new URL(page.url()).origin });
  const second = await context.newPage();
  await second.goto("/prihlaseni");
  await second.getByLabel("Uživatelské jméno").fill("k.zeleny");
  await second.getByLabel("Heslo", { exact: true }).fill("modré kolo plave v čaji");
  await second.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await expect(second.getByRole("heading", { level: 1 })).toHaveText("Jste přihlášeni i jinde");
  await second.goto("/dotace");
  await expect(second.getByRole("heading", { level: 1 })).toHaveText("Jste přihlášeni i jinde");
  await second.getByRole("button", { name: "Pokračovat tady" }).click();
  await expect(second).toHaveURL(/\/prehled$/);
  await page.goto("/dotace");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Přihlaste se, prosím");

  await admin.goto(account);
  await admin.getByLabel("Důvod zablokování").fill("Odešel z úřadu.");
  await admin.getByRole("button", { name: "Zablokovat účet" }).click();
  await expect(admin.getByText("Zablokovaný od")).toBeVisible();
  await second.goto("/dotace");
  await expect(second.getByRole("heading", { level: 1 })).toHaveText("Přihlaste se, prosím");
  await context.close();
});
