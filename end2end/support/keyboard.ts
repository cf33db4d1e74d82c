import { expect, type Page } from "@playwright/test";

/** Presses Tab until something has the focus, and checks that the focus can be seen on the way. */
export async function tabTo(page: Page, what: { name: string | RegExp; role: "link" | "textbox" | "button" | "radio" | "checkbox" | "region" }, most = 250): Promise<void> {
  const target = page.getByRole(what.role, { name: what.name, ...(typeof what.name === "string" ? { exact: true } : {}) }).first();
  for (let pressed = 0; pressed < most; pressed += 1) {
    await page.keyboard.press("Tab");
    if (await target.evaluate((element) => element === document.activeElement)) {
      const seen = await target.evaluate((element) => {
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
        return (outlineStyle !== "none" && parseFloat(outlineWidth) > 0) || boxShadow !== "none";
      });
      expect(seen, `focus on ${what.name}`).toBe(true);
      return;
    }
  }
  throw new Error(`${what.role} ${what.name} is not reached by ${most} tabs`);
}
