import { tabTo } from "../support/keyboard";
import { people } from "../support/people";
import { expect, settle, test } from "../support/test";

test("sign in, open an assessment, fill and save it without a mouse", async ({ desk, page, scripts }) => {
  // The assessor is at work elsewhere, so the way in always leads over taking the session over.
  await desk("assessor");
  await page.goto("/prihlaseni");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Přejít na obsah" })).toBeFocused();
  await page.keyboard.press("Enter");
  await tabTo(page, { role: "textbox", name: "Uživatelské jméno" });
  await page.keyboard.type(people.assessor.login);
  await page.keyboard.press("Tab");
  await page.keyboard.type(people.assessor.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/prihlaseni\/prevzit/);
  await tabTo(page, { role: "button", name: "Pokračovat tady" });
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/prehled/);

  await tabTo(page, { role: "link", name: "Dotace" });
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/dotace$/);
  await tabTo(page, { role: "link", name: /^Program A, 1\. kolo/ });
  await page.keyboard.press("Enter");
  await tabTo(page, { role: "link", name: /^Hodnocení/ });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Hodnocení/);
  await settle(page, scripts);
  const first = page.getByRole("region", { name: "Služby v hodnocení" }).getByRole("rowheader").getByRole("link").first();
  const name = await first.innerText();
  await tabTo(page, { role: "link", name });
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  await settle(page, scripts);

  const support = page.getByRole("group", { name: "Podpořit" });
  for (const group of [page.getByRole("group", { name: /SPRSS/ }), support]) {
    const yes = group.getByRole("radio", { name: "ano", exact: true });
    for (let pressed = 0; pressed < 250 && !(await yes.evaluate((element) => element === document.activeElement)); pressed += 1) {
      await page.keyboard.press("Tab");
    }
    await expect(yes).toBeFocused();
    await page.keyboard.press("Space");
    await expect(yes).toBeChecked();
  }
  await tabTo(page, { role: "textbox", name: "Komentář k podpoře" });
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Služba je v síti kraje.");
  await tabTo(page, { role: "textbox", name: "Efektivita" });
  await page.keyboard.press("Control+a");
  await page.keyboard.type("Náklady odpovídají.");
  if (scripts) {
    const saved = page.waitForEvent("domcontentloaded");
    await page.keyboard.press("Control+s");
    await saved;
  } else {
    await tabTo(page, { role: "button", name: "Uložit rozpracované" });
    const saved = page.waitForEvent("domcontentloaded");
    await page.keyboard.press("Enter");
    await saved;
  }
  await settle(page, scripts);
  await expect(page.getByText(/Uloženo/).first()).toBeVisible();
  await expect(page.getByLabel("Komentář k podpoře")).toHaveValue("Služba je v síti kraje.");
  await expect(support.getByRole("radio", { name: "ano", exact: true })).toBeChecked();

  if (scripts) {
    // Alt and arrows go to the next service and back.
    await page.keyboard.press("Alt+ArrowRight");
    await expect(page.getByRole("heading", { level: 1 })).not.toHaveText(name);
    await settle(page, scripts);
    await page.keyboard.press("Alt+ArrowLeft");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  }
});
