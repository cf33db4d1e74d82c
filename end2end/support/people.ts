import { expect, type Page } from "@playwright/test";

/** One demo account per role; the sign-in page and the first lines of the server name them, too. */
export const people = {
  administrator: { login: "spravce", password: "spravce-kraj-108-ukazka", name: "Petr Dvořák" },
  mpsv: { login: "mpsv", password: "mpsv-ukazka-108", name: "Milan Říha" },
  officer: { login: "kraj", password: "kraj-ukazka-108", name: "Jana Nováková" },
  assessor: { login: "hodnotitel", password: "hodnotitel-ukazka", name: "Marie Svobodová" },
  decision: { login: "rada", password: "rada-ukazka-108", name: "Tomáš Černý" },
  editor: { login: "poskytovatel", password: "poskytovatel-108", name: "Eva Malá" },
  submitter: { login: "statutar", password: "statutar-ukazka-108", name: "Alena Benešová" },
} as const;

export type Person = keyof typeof people;

/** Signs in through the form, as a person does. */
export async function signIn(page: Page, person: Person, scripts: boolean): Promise<void> {
  const { login, password } = people[person];
  await page.goto("/prihlaseni");
  await page.getByLabel("Uživatelské jméno").fill(login);
  await page.getByLabel("Heslo", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Přihlásit se" }).click();
  await expect(page).not.toHaveURL(/\/prihlaseni/);
  if (scripts && (await page.locator("leptos-island").count()) > 0) {
    await expect(page.locator("html")).toHaveAttribute("data-islands", "awake");
  }
}
