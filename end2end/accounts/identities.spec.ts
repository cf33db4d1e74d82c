import { expect, test } from "../support/test";
import { sql } from "../support/kraj108";
import { people } from "../support/people";
import { Provider } from "../support/provider";

test.afterEach(({ server }) => {
  sql("delete from identity; update identity_provider set active = false", server.database);
});

test("an identity provider: made known by the ministry, tied by a person, signs in", async ({ page, as, open, desk, look, accessible, allow, scripts }) => {
  allow(/403|422/);
  const provider = await Provider.start("marie@caais");
  const admin = await desk("ministry");
  await admin.goto("/organizace");
  await admin.getByRole("link", { name: "Přihlašování jinými systémy" }).click();
  await accessible("identity providers, none", admin);
  await admin.getByRole("link", { name: "Přidat systém" }).first().click();
  await accessible("a new identity provider", admin);
  await admin.getByLabel("Název, jak ho lidé znají").fill(`CAAIS ${scripts ? "s" : "bez"}`);
  await admin.getByLabel("Adresa poskytovatele identity").fill("http://prihlaseni.kraj.cz");
  await admin.getByLabel("Naše označení u něj").fill("kraj108");
  await admin.getByRole("button", { name: "Uložit" }).click();
  await expect(admin.getByText("Napište adresu, která začíná https")).toBeVisible();
  await admin.getByLabel("Adresa poskytovatele identity").fill(provider.issuer);
  await admin.getByRole("button", { name: "Uložit" }).click();
  await expect(admin).toHaveURL(/\/prihlasovani\?hotovo=ulozeno$/);
  await accessible("identity providers", admin);

  // On the way back a form is sent: by a script, or by its button.
  const around = async () => {
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Zkušební přihlášení");
    await page.getByRole("link", { name: "Jsem to já" }).click();
    if (!scripts) {
      await accessible("back from the provider");
      await page.getByRole("button", { name: "Dokončit přihlášení" }).click();
    }
  };
  const signIn = async () => {
    await page.goto("/prihlaseni?zpet=/dotace");
    await accessible("the sign-in with other ways");
    await look("sign-in with other ways");
    await page.getByRole("button", { name: /^Přihlásit se pomocí systému CAAIS/ }).click();
    await around();
  };
  await signIn();
  await expect(page.getByText("zatím není spojená s účtem")).toBeVisible();

  await as("assessor");
  await open("/ucet");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: /^Spojit: CAAIS/ }) });
  await form.getByLabel("Současné heslo").fill(people.assessor.password);
  await form.getByRole("button").click();
  await around();
  await expect(page.getByText("Účet je spojený.")).toBeVisible();
  await accessible("the own account with an identity");
  await look("own account with an identity");
  await page.getByRole("main").getByRole("button", { name: "Odhlásit se" }).click();

  await signIn();
  await expect(page).toHaveURL(/\/dotace$/);
  await expect(page.getByText(people.assessor.name).first()).toBeVisible();
  provider.stop();
});
