import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import * as form from "./application";

/** What nobody should type, and what somebody always sends. */

const script = "</textarea><script>document.title='x'</script>";

/** The fields of a form with a button, hidden ones too, as a browser sends them. */
async function fields(page: Page, button: string | RegExp): Promise<Record<string, string>> {
  return page
    .locator("main form", { has: page.getByRole("button", { name: button }) })
    .first()
    .evaluate((element) => Object.fromEntries([...new FormData(element as HTMLFormElement)].map(([name, value]) => [name, String(value)])));
}

/** Sends a form as a request of its own, with other values. */
async function send(page: Page, values: Record<string, string>, changes: Record<string, string>): Promise<{ status: number; text: string }> {
  const address = new URL(page.url());
  // The cookie is for secure connections only, which a browser takes this machine for, but a bare request does not.
  const cookies = (await page.context().cookies()).map(({ name, value }) => `${name}=${value}`).join("; ");
  const response = await page.request.post(address.href, {
    form: { ...values, ...changes },
    headers: { origin: address.origin, cookie: cookies, accept: "text/html" },
    maxRedirects: 0,
  });
  return { status: response.status(), text: await response.text() };
}

test("amounts that are none are refused at their field, and what was typed stays", async ({ desk, scripts, allow, accessible }) => {
  allow(/422/);
  const page = await desk("submitter");
  const { services } = await form.draft(page, scripts);
  const place = `${services[0]}/rozpocet`;
  const field = page.getByRole("textbox", { name: "2.5 jiné spotřebované nákupy, předpokládané náklady", exact: true });
  for (const typed of ["-5", "1e400", "mnoho", "99999999999999999999", "1,5"]) {
    await form.open(page, place, scripts);
    await field.fill(typed);
    if (scripts) {
      await field.press("Tab");
    }
    await form.press(page, "Uložit a dál: Zdroje financování", scripts);
    await form.open(page, place, scripts);
    await expect(field, typed).toHaveAttribute("aria-invalid", "true");
    await expect(field, typed).toHaveValue(typed);
    const message = page.locator(`[id="${(await field.getAttribute("aria-describedby"))?.split(" ").at(-1) ?? ""}"]`);
    await expect(message, typed).not.toHaveText(/Neplatná hodnota|^$/);
  }
  await accessible("amounts that are none", page);
  await form.open(page, place, scripts);
  await field.fill("");
  await form.press(page, "Uložit a dál: Zdroje financování", scripts);
});

test("HTML stays text wherever it is shown again", async ({ desk, scripts }) => {
  const page = await desk("submitter");
  const { services } = await form.draft(page, scripts);
  const place = `${services[0]}/kapacita`;
  await form.open(page, place, scripts);
  await page.getByLabel("Název služby").fill(`Dům ${script} & spol.`);
  const note = page.getByLabel("Poznámka ke kapacitě").first();
  await note.fill(script);
  await form.press(page, "Uložit a dál: Rozpočet", scripts);
  await form.open(page, place, scripts);
  await expect(page.getByLabel("Název služby")).toHaveValue(`Dům ${script} & spol.`);
  await expect(note).toHaveValue(script);
  await expect(page).toHaveTitle(/Kraj108/);
  expect(await page.locator("main script").evaluateAll((all) => all.map((one) => one.textContent).filter((text) => text?.includes("document.title")))).toEqual([]);
  for (const path of [`${services[0]}/rozpocet`, "/dotace/zadosti", "/prehled"]) {
    await form.open(page, path, scripts);
    await expect(page, path).toHaveTitle(/Kraj108/);
    await expect(page.locator("main")).not.toContainText("&lt;");
  }
});

test("a megabyte, NUL and marks of direction do no harm", async ({ desk, scripts }) => {
  const page = await desk("submitter");
  const { services } = await form.draft(page, scripts);
  await form.open(page, `${services[1]}/kapacita`, scripts);
  const values = await fields(page, "Uložit a dál: Rozpočet");
  const name = Object.keys(values).find((key) => /\.nazev\]$/.test(key)) ?? "";
  expect(name).not.toBe("");
  for (const text of ["x".repeat(1_000_000), "Dům\u0000Klid", "\u0000"]) {
    // A key of its own each: the same one with another content is refused as such.
    const { status, text: answer } = await send(page, { ...values, kam: "dal" }, { [name]: text, klic: crypto.randomUUID() });
    expect([413, 422], `${status} for ${text.length} characters`).toContain(status);
    expect(answer).not.toContain("panicked");
  }
  // The draft is as it was.
  await page.reload();
  await expect(page.getByLabel("Název služby")).toHaveValue(values[name] ?? "");
  // What can be stored is kept as it was typed, with what is wrong beside it.
  const label = page.getByLabel("Název služby");
  expect((await send(page, values, { [name]: "Dům \u202eKlid", klic: crypto.randomUUID() })).status).toBe(303);
  await page.reload();
  await expect(label).toHaveAttribute("aria-invalid", "true");
  await expect(page.locator("main")).toContainText("řídicí znak");
  await label.fill(values[name] ?? "");
  await form.press(page, "Uložit a dál: Rozpočet", scripts);
  await page.goBack();
  await expect(label).not.toHaveAttribute("aria-invalid", "true");
});

test("the same form sent twice does its work once", async ({ desk, scripts }) => {
  const mpsv = await desk("mpsv");
  await form.open(mpsv, "/dotace", scripts);
  const year = Number(await mpsv.getByLabel("Nový dotační rok").inputValue());
  const section = mpsv.getByRole("region", { name: `Rok ${year - 1}`, exact: true });
  const values = await section.locator("form").last().evaluate((element) => Object.fromEntries([...new FormData(element as HTMLFormElement)].map(([key, value]) => [key, String(value)])));
  const all = await Promise.all([send(mpsv, values, { nazev: "Dvojí klik" }), send(mpsv, values, { nazev: "Dvojí klik" })]);
  for (const { status } of all) {
    expect([302, 303]).toContain(status);
  }
  await mpsv.reload();
  await expect(section.getByRole("link", { name: "Dvojí klik" })).toHaveCount(1);
});

test("nonsense in an address and in a form of another page is told in Czech", async ({ desk, allow, scripts }) => {
  allow(/40\d|422/);
  const kraj = await desk("officer");
  for (const path of ["/dotace/abc/1", "/dotace/2027/99", "/dotace/99999999999/1/hodnoceni", "/dotace/2027/1/hodnoceni/neni-uuid", "/registr/sluzba/%00", "/registr?ke=%F0%28%8C%28"]) {
    const response = await kraj.goto(path);
    expect(response?.status(), path).toBeLessThan(500);
    await expect(kraj.getByRole("heading", { level: 1 }), path).toBeVisible();
  }
  await form.open(kraj, "/dotace", scripts);
  const answer = await send(kraj, { _akce: "/prikaz/neni", klic: "x" }, {});
  expect(answer.status).toBeGreaterThanOrEqual(400);
  expect(answer.status).toBeLessThan(500);
  const mpsv = await desk("mpsv");
  await form.open(mpsv, "/dotace", scripts);
  await mpsv.getByLabel("Nový dotační rok").fill("loni");
  await form.press(mpsv, "Otevřít rok", scripts);
  await expect(mpsv.getByText(/čtyřmi číslicemi/).first()).toBeVisible();
  await expect(mpsv.getByLabel("Nový dotační rok")).toHaveValue("loni");
});
