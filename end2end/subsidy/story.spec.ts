import type { Page } from "@playwright/test";
import { expect, test } from "../support/test";
import * as form from "./application";

/** The whole subsidy year, told by everybody who works in it: from the year that the MPSV opens to an award that the provider understands. */

/** One service of another applicant, who sent a table. */
interface Row {
  number: string;
  provider: string;
  request: number;
  /** Units of its two groups of forms, as cells of the table. */
  units: string;
}

const allocation = 9_000_000;

test("from the year to an explained award", async ({ desk, scripts, allow, accessible, server, browser }) => {
  test.setTimeout(300_000);
  void server;
  const open = (page: Page, path: string) => form.open(page, path, scripts);
  const press = (page: Page, name: string | RegExp, within?: Parameters<typeof form.press>[3]) => form.press(page, name, scripts, within);
  /** Each page is looked at once, where scripts are on: without them the markup is the same. */
  const look = async (page: Page, what: string) => (scripts ? accessible(what, page) : undefined);
  /** A form that was refused on purpose. */
  allow(/422/);

  let year = 0;
  let round = "";

  await test.step("the MPSV opens the year and its round", async () => {
    const mpsv = await desk("mpsv");
    await open(mpsv, "/dotace");
    year = Number(await mpsv.getByLabel("Nový dotační rok").inputValue());
    expect(year).toBeGreaterThan(2020);
    round = `/dotace/${year}/1`;
    await press(mpsv, "Otevřít rok");
    const section = mpsv.getByRole("region", { name: `Rok ${year}` });
    await expect(section).toBeVisible();
    await section.getByLabel("Název kola").fill("Program A, 1. kolo");
    await press(mpsv, "Založit kolo", section);
    await expect(section.getByRole("link", { name: "Program A, 1. kolo" })).toBeVisible();
    await look(mpsv, "years");
    await open(mpsv, round);
    await look(mpsv, "round of the MPSV");
  });

  await test.step("the region sets its window, a wrong one first, and publishes it", async () => {
    const kraj = await desk("officer");
    await open(kraj, `${round}/terminy`);
    await look(kraj, "terms not set");
    await kraj.getByLabel("Od, den").fill(day(0));
    await kraj.getByLabel("Od, čas").fill("0.00");
    await kraj.getByLabel("Do, den").fill(day(-3));
    await kraj.getByLabel("Do, čas").fill("23.59");
    await kraj.getByLabel("Účel dotace").fill(`Sociální služby v roce ${year}`);
    await kraj.getByLabel("Alokace kraje pro toto kolo").fill(String(allocation));
    const scheme = await kraj.getByLabel("Výpočetní schéma").locator("option", { hasText: "Základní schéma, verze 1" }).getAttribute("value");
    await kraj.getByLabel("Výpočetní schéma").selectOption(scheme);
    await press(kraj, "Uložit");
    await expect(kraj.getByRole("alert")).toBeVisible();
    await expect(kraj.getByLabel("Účel dotace")).toHaveValue(`Sociální služby v roce ${year}`);
    await look(kraj, "terms refused");

    await kraj.getByLabel("Do, den").fill(day(20));
    await press(kraj, "Uložit");
    await expect(kraj.getByRole("status").filter({ hasText: "Uloženo." })).toBeVisible();
    await press(kraj, "Zveřejnit termín");
    await expect(kraj.getByText("Termín je zveřejněný, žadatelé ho vidí.")).toBeVisible();
    await look(kraj, "terms published");
    await open(kraj, round);
    await expect(kraj.locator("main")).toContainText("přijímá žádosti");
    await look(kraj, "round of the region");
  });

  const provider = await desk("submitter");
  const first = form.money(1_000);
  const second = form.money(600);
  let application = "";
  let services: form.Service[] = [];

  await test.step("the provider founds the application and fills account and services", async () => {
    await open(provider, "/prehled");
    await expect(provider.locator("main")).toContainText(`Založit žádost o dotaci ${year}`);
    await look(provider, "home with an open round");
    await provider.getByRole("link", { name: "Žádosti o dotaci" }).first().click();
    await press(provider, `Založit žádost na rok ${year}`);
    application = new URL(provider.url()).pathname.replace(/\/spolecne$/, "");
    await expect(provider.getByText("Údaje se shodují s registrem.")).toBeVisible();
    await look(provider, "common data");

    await open(provider, `${application}/ucet`);
    await form.fillAccount(provider, "19-2000145398/0800");
    await press(provider, "Uložit a dál: Služby v žádosti");
    await open(provider, `${application}/ucet`);
    await expect(provider.getByLabel("Číslo účtu")).toHaveAttribute("aria-invalid", "true");
    await look(provider, "account with a wrong number");
    await provider.getByLabel("Číslo účtu").fill("19-2000145399/0800");
    await press(provider, "Uložit a dál: Služby v žádosti");
    await open(provider, `${application}/ucet`);
    await expect(provider.getByLabel("Číslo účtu")).not.toHaveAttribute("aria-invalid", "true");

    await open(provider, `${application}/sluzby`);
    services = await form.pick(provider);
    await form.addServices(provider, services, scripts);
    await look(provider, "services");
  });

  await test.step("capacity, budget, sources and kraje of each service", async () => {
    for (const [at, service] of services.entries()) {
      const money = at === 0 ? first : second;
      await form.parts(provider).getByRole("link", { name: service.number }).click();
      await expect(provider.getByRole("heading", { level: 1 })).toContainText("Kapacita a jednotky");
      await form.fillCapacity(provider, at === 0 ? "12" : "8,5");
      if (at === 0) {
        await look(provider, "capacity");
      }
      await press(provider, "Uložit a dál: Rozpočet");
      await form.fillBudget(provider, money);
      await press(provider, "Uložit a dál: Zdroje financování");
      await form.fillSources(provider, money, year);
      await press(provider, "Uložit a dál: Kraje a podíly");
      await provider.getByRole("checkbox", { name: "Ústecký kraj" }).check();
      if (at === 0) {
        // Shares of one's own must make a hundred.
        await provider.getByRole("radio", { name: /^Podle vlastních podílů/ }).check();
        await provider.getByRole("textbox", { name: "Ústecký kraj, vlastní podíl" }).fill("99,5");
        await provider.keyboard.press("Tab");
        await press(provider, /^Uložit a dál/);
        await open(provider, provider.url().includes("/kraje") ? new URL(provider.url()).pathname : await kraje(provider, service));
        await expect(provider.getByRole("complementary", { name: "Součty a kontrola" })).toContainText("100,00 %");
        await look(provider, "wrong shares");
        await provider.getByRole("textbox", { name: "Ústecký kraj, vlastní podíl" }).fill("");
        await provider.getByRole("radio", { name: /^Rovnoměrně/ }).check();
      }
      await press(provider, /^Uložit a dál/);

      await form.parts(provider).getByRole("link", { name: service.number }).click();
      await form.parts(provider).getByRole("link", { name: /^Rozpočet/ }).click();
      const sums = await form.plain(provider.getByRole("complementary", { name: "Součty a kontrola" }).innerText());
      expect(sums).toContain(form.crowns(form.costs(money)));
      expect(sums).toContain(form.crowns(form.request(money)));
      await look(provider, `budget ${at + 1}`);
      for (const part of [/^Zdroje financování/, /^Kraje a podíly/]) {
        await form.parts(provider).getByRole("link", { name: part }).click();
        await look(provider, String(part));
      }
      await expect(provider.getByRole("table", { name: /^Žádané kraje/ })).toContainText("100,00 %");
    }
  });

  await test.step("the editor checks, but only the submitter can lock", async () => {
    const editor = await desk("editor");
    await open(editor, `${application}/podani`);
    const lock = editor.getByRole("button", { name: "Uzamknout žádost" });
    await expect(lock).toHaveAttribute("aria-disabled", "true");
    await expect(editor.locator("main")).toContainText("právo Podat žádost");
    await look(editor, "check of the whole");
  });

  await test.step("lock, unlock, lock, declare, submit: a double click does it once", async () => {
    await open(provider, `${application}/podani`);
    await press(provider, "Uzamknout žádost");
    await expect(provider.getByText("Žádost je uzamčená. Zbývá ji podat.")).toBeVisible();
    await look(provider, "locked");
    await press(provider, "Odemknout a upravit");
    await press(provider, "Uzamknout žádost");
    await provider.getByRole("link", { name: "Podat žádost" }).click();
    await look(provider, "submit");
    await press(provider, "Podat žádost");
    await expect(provider.getByText(/Bez prohlášení nejde žádost podat/).first()).toBeVisible();
    await look(provider, "submit without declaration");
    await provider.getByRole("checkbox", { name: "Souhlasím s prohlášením" }).check();
    await provider.locator("main").getByRole("button", { name: "Podat žádost" }).dblclick();
    await expect(provider.getByRole("heading", { level: 1 })).toHaveText("Žádost je podaná");
    await expect(provider.locator("main")).toContainText("Číslo podání");
    await look(provider, "submitted");
    await open(provider, `${application}/podani`);
    await expect(provider.getByRole("region", { name: "Historie" }).getByRole("link", { name: "Podaná podoba" })).toHaveCount(1);
    await look(provider, "submission");
  });

  await test.step("taken back and submitted again", async () => {
    await provider.getByRole("link", { name: "Vzít žádost zpět" }).click();
    await look(provider, "take back");
    await press(provider, "Vzít žádost zpět");
    await expect(provider.getByText(/Žádost je vzatá zpět a zase rozepsaná/)).toBeVisible();
    const kraj = await desk("officer");
    await open(kraj, `${round}/zadosti`);
    await expect(kraj.locator("main")).toContainText("Zatím nepřišla žádná žádost");
    await look(kraj, "no applications");

    await open(provider, `${application}/podani`);
    await press(provider, "Uzamknout žádost");
    await provider.getByRole("link", { name: "Podat žádost" }).click();
    await provider.getByRole("checkbox", { name: "Souhlasím s prohlášením" }).check();
    await press(provider, "Podat žádost");
    await expect(provider.getByRole("heading", { level: 1 })).toHaveText("Žádost je podaná");
    await provider.getByRole("link", { name: "Podaná podoba k vytištění" }).click();
    await expect(provider.locator("main")).toContainText(services[0]?.number ?? "");
    await look(provider, "frozen copy");
    await open(provider, application);
    await look(provider, "overview of the application");
    await open(provider, "/dotace/zadosti");
    await look(provider, "applications of the provider");
  });

  const rows: Row[] = [];

  await test.step("the region loads further applications from a table: a dry run with an error, then right", async () => {
    const kraj = await desk("officer");
    rows.push(...(await others(kraj, year, scripts)));
    await open(kraj, `${round}/zadosti/import`);
    await look(kraj, "import");
    const line = ({ number, units, request }: Row) => `${number};${units};${2 * request};${request}`;
    const table = (all: Row[]) => ["identifikator;jednotky_pob;mesice_pob;jednotky_at;mesice_at;naklady;pozadavek", ...all.map(line)].join("\n");
    await kraj.getByLabel("Vložit tabulku").fill(table(rows.map((row, at) => (at === 0 ? { ...row, number: "9999999" } : row))));
    await press(kraj, "Zkontrolovat");
    await expect(kraj.getByRole("alert")).toContainText("nenačte nic");
    await expect(kraj.getByRole("region", { name: "Chyby souboru" }).getByRole("row")).toHaveCount(2);
    await expect(kraj.getByRole("region", { name: "Chyby souboru" }).getByRole("row").last()).toHaveText(/^2identifikator/);
    await expect(kraj.getByRole("button", { name: /^Načíst/ })).toHaveCount(0);
    await look(kraj, "import with an error");

    await kraj.getByRole("link", { name: "Vložit jiný soubor" }).click();
    const right = table(rows);
    await kraj.getByLabel("Soubor z tabulkového programu").setInputFiles({ name: "kolo.csv", mimeType: "text/csv", buffer: Buffer.from(`\ufeff${right}`) });
    await press(kraj, "Nahrát a zkontrolovat");
    await look(kraj, "import without an error");
    await press(kraj, /^Načíst \d/);
    await expect(kraj.getByText("Žádosti ze souboru jsou načtené.")).toBeVisible();
    const list = kraj.getByRole("region", { name: "Přijaté části žádostí" });
    await expect(list.getByRole("row", { name: /soubor kraje/ })).toHaveCount(new Set(rows.map(({ provider }) => provider)).size);
    await expect(list.getByRole("row", { name: /formulář/ })).toHaveCount(1);
    await look(kraj, "applications");

    // The same table again changes nothing.
    await open(kraj, `${round}/zadosti/import`);
    await kraj.getByLabel("Vložit tabulku").fill(right);
    await press(kraj, "Zkontrolovat");
    await expect(kraj.getByText("Všechno ze souboru už v kole je")).toBeVisible();
  });

  const failed = () => rows.at(-1)?.provider ?? "";

  await test.step("formal check: everybody passes but one", async () => {
    const kraj = await desk("officer");
    await open(kraj, `${round}/formalni`);
    await look(kraj, "formal checks");
    const links = kraj.getByRole("region", { name: "Žádosti ve formální kontrole" }).getByRole("rowheader").getByRole("link");
    const all = await links.evaluateAll((found) => found.map((link) => ({ href: link.getAttribute("href") ?? "", name: link.textContent ?? "" })));
    for (const [at, { href, name }] of all.entries()) {
      await open(kraj, href);
      for (const item of await kraj.getByRole("group").filter({ has: kraj.getByRole("radio") }).all()) {
        await item.getByRole("radio", { name: "ano", exact: true }).check();
      }
      if (name === failed()) {
        const item = kraj.getByRole("group", { name: "Žadatel doložil bezdlužnost" });
        await item.getByRole("radio", { name: "ne", exact: true }).check();
        await press(kraj, "Uložit kontrolu");
        await expect(kraj.getByRole("alert")).toBeVisible();
        await look(kraj, "formal check without a comment");
        await item.getByRole("textbox", { name: "Komentář" }).fill("Potvrzení finančního úřadu chybí.");
      }
      if (at === 0) {
        await look(kraj, "formal check");
      }
      await press(kraj, "Uložit kontrolu");
      await expect(kraj.getByRole("alert")).toHaveCount(0);
    }
    await open(kraj, `${round}/formalni?stav=failed`);
    await expect(kraj.getByRole("region", { name: "Žádosti ve formální kontrole" })).toContainText(failed());
  });

  const assessor = await desk("assessor");
  let assessed: string[] = [];

  await test.step("the assessor takes the services and assesses each", async () => {
    await open(assessor, `${round}/hodnoceni`);
    await look(assessor, "grid");
    const free = assessor.getByRole("button", { name: /^Přidělit mně/ });
    for (let left = await free.count(); left > 0; left -= 1) {
      await press(assessor, /^Přidělit mně/, assessor.getByRole("row").filter({ has: free }).first());
    }
    await open(assessor, `${round}/hodnoceni?hodnoti=ja`);
    const links = assessor.getByRole("region", { name: "Služby v hodnocení" }).getByRole("rowheader").getByRole("link");
    assessed = await links.evaluateAll((found) => found.map((link) => link.getAttribute("href") ?? ""));
    expect(assessed.length).toBe(4);
    for (const [at, href] of assessed.entries()) {
      await open(assessor, href);
      await assessor.getByRole("group", { name: /SPRSS/ }).getByRole("radio", { name: "ano", exact: true }).check();
      await assessor.getByRole("group", { name: "Podpořit" }).getByRole("radio", { name: "ano", exact: true }).check();
      await assessor.getByLabel("Komentář k podpoře").fill("Služba je v základní síti kraje.");
      await assessor.getByLabel("Efektivita").fill("Náklady na jednotku odpovídají kraji.");
      if (at === 0) {
        const verdict = assessor.getByRole("combobox", { name: /hodnocení položky$/ }).last();
        await verdict.selectOption("neuznatelná");
        await look(assessor, "assessment");
      }
      await press(assessor, "Uložit rozpracované");
      await expect(assessor.getByRole("alert")).toHaveCount(0);
    }
  });

  await test.step("first run, the assessor takes its values over and finishes", async () => {
    const kraj = await desk("officer");
    await open(kraj, `${round}/vypocet`);
    await look(kraj, "runs, none yet");
    await kraj.getByLabel("Název běhu").fill("Pro optimální návrhy");
    await press(kraj, "Spustit výpočet");
    await expect(kraj.getByRole("heading", { level: 1 })).toContainText("Pro optimální návrhy");
    await expect(kraj.getByRole("region", { name: "Výsledky běhu" })).not.toContainText(rows.at(-1)?.number ?? "-");
    await look(kraj, "run");

    for (const href of assessed) {
      await open(assessor, href);
      await press(assessor, /^Převzít/);
      await expect(assessor.getByRole("alert")).toHaveCount(0);
      await open(assessor, href);
      await press(assessor, "Dokončit a další");
      await expect(assessor.getByRole("alert")).toHaveCount(0);
    }
    await open(assessor, `${round}/hodnoceni?stav=dokonceno`);
    await look(assessor, "grid, finished");
  });

  /** The question whether to take the application back, opened before anybody decides. */
  const late = await provider.context().newPage();
  await open(late, `${application}/vzit-zpet`);

  await test.step("second run, compared with the first, becomes the proposal", async () => {
    const kraj = await desk("officer");
    await open(kraj, `${round}/vypocet`);
    await kraj.getByLabel("Název běhu").fill("Návrh odboru");
    await press(kraj, "Spustit výpočet");
    await open(kraj, `${round}/porovnat?a=1&b=2`);
    await expect(kraj.getByRole("heading", { level: 1 })).toHaveText("Porovnání běhů č. 1 a 2");
    await look(kraj, "comparison");
    await open(kraj, `${round}/navrhy`);
    const run = await kraj.getByLabel("Běh výpočtu").locator("option", { hasText: "Návrh odboru" }).getAttribute("value");
    await kraj.getByLabel("Běh výpočtu").selectOption(run);
    await press(kraj, "Udělat z běhu návrh");
    await expect(kraj.getByText("Běh se stal návrhem prvního kroku.")).toBeVisible();
    await look(kraj, "proposal");
  });

  const mine = services[0] ?? { number: "", name: "", forms: "" };
  let awarded = "";

  await test.step("the council changes an amount with a reason and closes five steps", async () => {
    const council = await desk("decision");
    await open(council, `${round}/navrhy`);
    const list = council.getByRole("region", { name: "Návrhy částek" });
    await list.getByRole("row", { name: mine.number }).getByRole("link", { name: /^Změnit částku/ }).click();
    const edit = council.getByRole("form", { name: /^Změna částky/ });
    await look(council, "change of an amount");
    const before = Number((await form.plain(edit.getByLabel("Nová částka").inputValue())).replace(/\D/g, ""));
    expect(before).toBeGreaterThan(0);
    // Too much, then not a multiple of the unit, then without a reason.
    for (const amount of [String(form.request(first) + 1_000), String(before - 1), String(before - 10_000)]) {
      await edit.getByLabel("Nová částka").fill(amount);
      await edit.getByLabel("Důvod změny").fill("");
      await press(council, "Uložit částku");
      await expect(edit.getByRole("alert")).toBeVisible();
    }
    await look(council, "change refused");
    await edit.getByLabel("Nová částka").fill(String(before - 10_000));
    await edit.getByLabel("Důvod změny").fill("Opravu střechy zaplatí obec.");
    await press(council, "Uložit částku");
    awarded = form.crowns(before - 10_000);
    await expect(list.getByRole("row", { name: mine.number })).toContainText("Opravu střechy zaplatí obec.");

    for (const [at, step] of ["odbor", "komise", "výbor", "rada", "zastupitelstvo"].entries()) {
      await expect(council.getByRole("heading", { name: `Uzavřít krok: ${step}` })).toBeVisible();
      if (at === 0) {
        await press(council, "Uzavřít krok");
        await expect(council.getByRole("alert")).toBeVisible();
      }
      await council.getByLabel("Číslo usnesení nebo jednací číslo").fill(`${at + 1}/${year}`);
      await press(council, "Uzavřít krok");
    }
    await expect(council.locator("main")).toContainText("Všechny kroky jsou uzavřené");
    await look(council, "decided");
  });

  await test.step("nobody outside sees the awards before they are published", async () => {
    allow(/404/);
    const response = await provider.goto(`${round}/vysledky/60`);
    expect(response?.status()).toBe(404);
    await open(provider, "/dotace/vysledky");
    await expect(provider.locator("main")).not.toContainText(`${year}, Program A`);
  });

  await test.step("the region publishes", async () => {
    const kraj = await desk("officer");
    await open(kraj, `${round}/zverejneni`);
    await look(kraj, "publication");
    await press(kraj, /^Zveřejnit \d+ výsled/);
    await expect(kraj.getByText("Výsledky jsou zveřejněné.")).toBeVisible();
    await look(kraj, "published");
    // The round is closed from now on.
    await open(kraj, assessed[0] ?? "");
    await expect(kraj.getByRole("button", { name: "Uložit rozpracované" })).toHaveCount(0);
  });

  await test.step("what is decided and published is not taken back, though the window is still open", async () => {
    await press(late, "Vzít žádost zpět");
    await expect(late.locator("main")).toContainText("Žádost už nejde vzít zpět");
    await late.close();
    const kraj = await desk("officer");
    await open(kraj, `${round}/hodnoceni`);
    await expect(kraj.locator("main")).toContainText(mine.number);
  });

  await test.step("the provider sees the award and why it is so much", async () => {
    await open(provider, "/prehled");
    const award = provider.getByRole("region", { name: "Tabulka: zveřejněné dotace" }).getByRole("row", { name: mine.name }).filter({ hasText: String(year) });
    expect(await form.plain(award.innerText())).toContain(awarded);
    await look(provider, "home with an award");
    await open(provider, "/dotace/vysledky");
    await expect(provider.locator("main")).toContainText(`${year}, Program A`);
    await look(provider, "own awards");
    await open(provider, "/prehled");
    await award.getByRole("link", { name: /^Proč tolik/ }).click();
    expect(await form.plain(provider.getByRole("heading", { level: 1 }).innerText())).toBe(`Proč ${awarded}?`);
    const words = await form.plain(provider.locator("main").innerText());
    expect(words).toContain("Opravu střechy zaplatí obec.");
    expect(words).toContain("Služba je v základní síti kraje.");
    await expect(provider.getByRole("region", { name: "Výpočet krok za krokem" })).toContainText("zastupitelstvo");
    await look(provider, "why");
  });

  await test.step("everybody sees the table of awards, without a script", async () => {
    const context = await browser.newContext();
    const anybody = await context.newPage();
    const response = await anybody.goto(`${round}/vysledky/60`);
    expect(response?.status()).toBe(200);
    expect(await anybody.locator("script").count()).toBe(0);
    expect(await form.plain(anybody.getByRole("region", { name: "Přiznané dotace" }).getByRole("row", { name: mine.number }).innerText())).toContain(awarded.replace(" Kč", ""));
    await expect(anybody.getByRole("region", { name: "Přiznané dotace" })).not.toContainText(rows.at(-1)?.number ?? "-");
    await look(anybody, "public results");
    const csv = await anybody.request.get(`${round}/vysledky/60/tabulka.csv`);
    expect(csv.status()).toBe(200);
    expect(await csv.text()).toContain(mine.number);
    const xlsx = await anybody.request.get(`${round}/vysledky/60/tabulka.xlsx`);
    expect(xlsx.status()).toBe(200);
    expect((await xlsx.body()).subarray(0, 2).toString()).toBe("PK");
    await context.close();
  });
});

/** The day so many days from now, as people write it. */
function day(from: number): string {
  const date = new Date(Date.now() + from * 86_400_000);
  const parts = new Intl.DateTimeFormat("cs-CZ", { timeZone: "Europe/Prague", day: "numeric", month: "numeric", year: "numeric" });
  return parts.format(date);
}

/** Services of other applicants of the year before, one each, from the page that the region has of it. */
async function others(kraj: Page, year: number, scripts: boolean): Promise<Row[]> {
  await form.open(kraj, `/dotace/${year - 1}/1/hodnoceni?razeni=poskytovatel`, scripts);
  const grid = kraj.getByRole("region", { name: "Služby v hodnocení" });
  const found = await grid.locator("tbody tr").evaluateAll((lines) =>
    lines.map((line) => [...line.querySelectorAll("td.nowrap, .w-prov")].map((cell) => cell.getAttribute("title") ?? cell.textContent ?? "")),
  );
  const rows = new Map<string, Row>();
  for (const [number = "", provider = "", , units = ""] of found) {
    if (/^\d{7}$/.test(number) && !rows.has(provider) && rows.size < 3) {
      const cells = [units.includes("lůž") ? "20;12" : ";", units.includes("úv") ? "14,5;12" : ";"].join(";");
      rows.set(provider, { number, provider, units: cells, request: 2_500_000 + rows.size * 100_000 });
    }
  }
  expect(rows.size).toBe(3);
  return [...rows.values()];
}

/** Address of the part "Kraje a podíly" of a service, from a page of the application. */
async function kraje(page: Page, service: form.Service): Promise<string> {
  const link = await form.parts(page).getByRole("link", { name: service.number }).getAttribute("href");
  return (link ?? "").replace(/\/kapacita$/, "/kraje");
}
