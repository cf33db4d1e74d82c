import { statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "./support/test";

/** Pictures for the README, made anew only when asked: KRAJ108_PICTURES=1 npx playwright test --project=js pictures */

test.skip(!process.env.KRAJ108_PICTURES, "only with KRAJ108_PICTURES=1");
test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "one picture is enough");

test("why so much, as the provider reads it", async ({ page, as, open }) => {
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
