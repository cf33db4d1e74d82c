import { expect, test } from "../support/test";
import { people } from "../support/people";

test("the ministry finds somebody of another organisation whom it can help", async ({ desk, look, accessible }) => {
  const admin = await desk("ministry");
  await admin.goto("/organizace");
  await accessible("organisations", admin);
  await admin.getByRole("link", { name: "Ústecký kraj", exact: true }).click();
  await accessible("an organisation", admin);
  await look("an organisation", admin);
  await admin.getByRole("link", { name: people.decision.name }).click();
  await accessible("an account of another organisation", admin);
  await look("an account of another organisation", admin);
  await expect(admin.getByRole("button", { name: "Nové jednorázové heslo" })).toBeVisible();
  await expect(admin.getByRole("button", { name: "Zablokovat účet" })).toHaveCount(0);
  await admin.getByRole("navigation", { name: "Drobečková navigace" }).getByRole("link", { name: "Ústecký kraj" }).click();
  await expect(admin).toHaveURL(/\/organizace\/[0-9a-f-]+$/);
});
