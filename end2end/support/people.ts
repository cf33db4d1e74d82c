import { createHmac } from "node:crypto";
import { expect, type Page } from "@playwright/test";

/** One demo account per role; the sign-in page and the first lines of the server name them, too. */
export const people = {
  administrator: { login: "spravce", password: "spravce-kraj-108-ukazka", name: "Petr Dvořák" },
  ministry: { login: "spravce-mpsv", password: "spravce-mpsv-ukazka-108", name: "Ivana Králová" },
  mpsv: { login: "mpsv", password: "mpsv-ukazka-108", name: "Milan Říha" },
  officer: { login: "kraj", password: "kraj-ukazka-108", name: "Jana Nováková" },
  assessor: { login: "hodnotitel", password: "hodnotitel-ukazka", name: "Marie Svobodová" },
  decision: { login: "rada", password: "rada-ukazka-108", name: "Tomáš Černý" },
  editor: { login: "poskytovatel", password: "poskytovatel-108", name: "Eva Malá" },
  submitter: { login: "statutar", password: "statutar-ukazka-108", name: "Alena Benešová" },
} as const;

export type Person = keyof typeof people;

/** The secret of the administrator's second factor in the demo. */
const secret = Buffer.from("kraj108-ukazka-totp!");

/** The code that an application in the phone would show (RFC 6238), `later` steps of half a minute from now. */
function code(later: number): string {
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const digest = createHmac("sha1", secret).update(step).digest();
  const number = digest.readUInt32BE((digest.at(-1) ?? 0) & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, "0");
}

/** Goes through what the sign-in asks for after the password: the code, which works once, and the session elsewhere. */
export async function passGates(page: Page): Promise<void> {
  for (let later = 0; page.url().includes("/prihlaseni/kod"); later = 1) {
    await page.getByLabel("Kód z aplikace v telefonu").fill(code(later));
    await page.getByRole("button", { name: "Pokračovat" }).click();
    if (later === 1 && page.url().includes("/prihlaseni/kod")) {
      await page.waitForTimeout(30_000);
    }
  }
  if (page.url().includes("/prihlaseni/prevzit")) {
    await page.getByRole("button", { name: "Pokračovat tady" }).click();
  }
}

/** Signs in through the form, as a person does. */
export async function signIn(page: Page, person: Person, scripts: boolean): Promise<void> {
  const { login, password } = people[person];
  await page.goto("/prihlaseni");
  await page.getByLabel("Uživatelské jméno").fill(login);
  await page.getByLabel("Heslo", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Přihlásit se", exact: true }).click();
  await passGates(page);
  await expect(page).not.toHaveURL(/\/prihlaseni/);
  if (scripts && (await page.locator("leptos-island").count()) > 0) {
    await expect(page.locator("html")).toHaveAttribute("data-islands", "awake");
  }
}
