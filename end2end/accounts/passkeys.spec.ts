import { expect, test } from "../support/test";
import { sql } from "../support/kraj108";
import { people } from "../support/people";

const { login, password } = people.decision;

// Other stories sign the same person in and know nothing of keys.
test.afterEach(({ server }) => {
  sql("delete from passkey", server.database);
});

test("a passkey: added with the password, asked for at the sign-in, removed", async ({ page, as, open, look, accessible, allow, scripts }) => {
  test.skip(!scripts, "browsers give keys to scripts only");
  allow(/422/);
  // A device that answers as one with a finger on it does.
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("WebAuthn.enable");
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true } as const;
  const { authenticatorId } = await devtools.send("WebAuthn.addVirtualAuthenticator", { options });

  await as("decision");
  await open("/ucet/druhy-faktor");
  await accessible("the second factor");
  await look("second factor");
  await page.getByLabel("Název klíče").fill("služební notebook");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Přidat přístupový klíč" }) });
  await form.getByLabel("Současné heslo").fill("jiné heslo");
  await form.getByRole("button").click();
  await expect(page.getByText("Současné heslo nesouhlasí")).toBeVisible();
  await expect(page.getByLabel("Název klíče")).toHaveValue("služební notebook");
  await form.getByLabel("Současné heslo").fill(password);
  await form.getByRole("button").click();
  await expect(page.getByText("Přístupový klíč je přidaný.")).toBeVisible();
  await expect(page.getByText("služební notebook", { exact: true })).toBeVisible();

  const again = async () => {
    await page.goto("/ucet");
    await page.getByRole("main").getByRole("button", { name: "Odhlásit se" }).click();
    await page.goto("/prihlaseni");
    await page.getByLabel("Uživatelské jméno").fill(login);
    await page.getByLabel("Heslo", { exact: true }).fill(password);
    await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText("Druhý krok přihlášení");
  };
  await again();
  await accessible("the second step with a key");
  await page.getByRole("button", { name: "Použít přístupový klíč" }).click();
  await expect(page).toHaveURL(/\/prehled$/);

  // Whoever does not put the finger on it is told, and can try again.
  await again();
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: false });
  await page.getByRole("button", { name: "Použít přístupový klíč" }).click();
  await expect(page.getByRole("status")).toHaveText(/Klíč jsme nedostali/);
  await accessible("a key that was not given");
  await look("passkey not given");
  await devtools.send("WebAuthn.setUserVerified", { authenticatorId, isUserVerified: true });
  await page.getByRole("button", { name: "Ukázat klíč" }).click();
  await expect(page).toHaveURL(/\/prehled$/);

  await open("/ucet/druhy-faktor");
  await page.locator("summary").filter({ hasText: "Zrušit klíč" }).click();
  const remove = page.locator("form").filter({ has: page.getByRole("button", { name: "Zrušit klíč" }) });
  await remove.getByLabel("Současné heslo").fill(password);
  await remove.getByRole("button", { name: "Zrušit klíč" }).click();
  await expect(page.getByText("Přístupový klíč je zrušený.")).toBeVisible();
});

test("without scripts the page of the key says what to use instead", async ({ page, as, scripts }) => {
  test.skip(scripts, "with scripts the key is asked for");
  await as("decision");
  await page.goto("/ucet/druhy-faktor");
  await page.getByLabel("Název klíče").fill("notebook");
  const form = page.locator("form").filter({ has: page.getByRole("button", { name: "Přidat přístupový klíč" }) });
  await form.getByLabel("Současné heslo").fill(password);
  await form.getByRole("button").click();
  await expect(page.getByText("Bez něj použijte kód z aplikace v telefonu.")).toBeVisible();
  await page.getByRole("link", { name: "Zpět", exact: true }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText("Druhý faktor");
});
