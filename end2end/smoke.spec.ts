import { expect, test } from "./support/test";

test("the start page has a heading and no script of its own", async ({ page, open, accessible }) => {
  await open("/");
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await accessible("start page");
});
