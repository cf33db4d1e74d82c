import { passGates, people } from "./support/people";
import { expect, test } from "./support/test";

test("a wrong password is refused without saying which part was wrong", async ({ page, open, allow, accessible }) => {
  allow(/422|401|403|400/);
  await open("/prihlaseni");
  await accessible("sign-in");
  await page.getByLabel("Uživatelské jméno").fill(people.officer.login);
  await page.getByLabel("Heslo", { exact: true }).fill("neni-to-ono");
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  const refusal = page.getByRole("alert");
  await expect(refusal).toBeVisible();
  const sentence = await refusal.innerText();
  await expect(page.getByLabel("Uživatelské jméno")).toHaveValue(people.officer.login);
  await expect(page.getByLabel("Heslo", { exact: true })).toHaveValue("");
  await accessible("sign-in refused");

  // Somebody who does not exist hears the same.
  await page.getByLabel("Uživatelské jméno").fill("nikdo-takovy");
  await page.getByLabel("Heslo", { exact: true }).fill("neni-to-ono");
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await expect(page.getByRole("alert")).toHaveText(sentence);
});

test("who was sent to sign in arrives where they wanted to go, and signs out again", async ({ page, allow }) => {
  allow(/401/);
  await page.goto("/dotace");
  await page.locator("main").getByRole("link", { name: "Přihlásit se" }).click();
  await page.getByLabel("Uživatelské jméno").fill(people.officer.login);
  await page.getByLabel("Heslo", { exact: true }).fill(people.officer.password);
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await passGates(page);
  await expect(page).toHaveURL(/\/dotace$/);
  await page.getByRole("button", { name: "Odhlásit se" }).click();
  await page.goto("/dotace");
  await expect(page.locator("main").getByRole("link", { name: "Přihlásit se" })).toBeVisible();
});

test("the way back never leads elsewhere", async ({ page, open }) => {
  await open("/prihlaseni?zpet=%2F%2Fexample.com%2F");
  await page.getByLabel("Uživatelské jméno").fill(people.officer.login);
  await page.getByLabel("Heslo", { exact: true }).fill(people.officer.password);
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await expect(page).toHaveURL(/localhost:\d+\/prehled$/);
});

test("a person sees only what the role may", async ({ desk, allow }) => {
  allow(/403|404/);
  const editor = await desk("editor");
  for (const path of ["/ucty", "/dotace/2027/1/hodnoceni", "/registr/import"]) {
    const response = await editor.goto(path);
    expect([403, 404], path).toContain(response?.status());
    await expect(editor.getByRole("heading", { level: 1 })).toHaveText(/Sem nemáte přístup|Stránku jsme nenašli/);
  }
  const decision = await desk("decision");
  expect((await decision.goto("/ucty"))?.status()).toBe(403);
});
