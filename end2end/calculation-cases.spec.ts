import { expect, test } from "@playwright/test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root, target } from "./support/kraj108";

/**
 * Every case of the shared file of calculations in the browser: the same WebAssembly that the pages use, compared as the native test
 * `calculation_cases` compares it.
 */

test.skip(({ javaScriptEnabled }) => javaScriptEnabled === false, "WebAssembly needs scripts");

interface Case {
  name: string;
  scheme: string;
  services: string;
  allocation?: string;
  groups?: string;
  expected: Outcome;
}

/** Results, or faults alone. */
type Outcome = { errors?: Fault[] } & Record<string, unknown>;

interface Fault {
  code: string;
  step: string | null;
  identifikator: string | null;
}

/** Where `site --bench` puts the calculation alone. */
const folder = process.env.KRAJ108_CALCULATION ?? join(target, "site-bench");
/** Nothing answers there but the routes below. */
const origin = "http://calculation.invalid";

/** Faults are compared by code, step and service; their order, position and message are not. */
const faults = (outcome: Outcome) => (outcome.errors ?? []).map(({ code, step, identifikator }) => JSON.stringify([code, step, identifikator])).sort();

test("all cases agree in Chromium", async ({ page }) => {
  const cases = JSON.parse(readFileSync(join(root, "app/domain/tests/data/calculation_cases.json"), "utf8")) as Case[];
  await page.route(`${origin}/**`, (route) => route.fulfill({ body: "<!doctype html><title>cases</title>", contentType: "text/html" }));
  for (const [file, contentType] of [
    ["frontend_bench.js", "text/javascript"],
    ["frontend_bench_bg.wasm", "application/wasm"],
  ] as const) {
    await page.route(`${origin}/${file}`, (route) => route.fulfill({ path: join(folder, file), contentType }));
  }
  await page.goto(`${origin}/`);
  const texts = await page.evaluate(async (cases) => {
    // Not a literal: the module is the browser's, the compiler of the tests does not look for it.
    const address = "/frontend_bench.js";
    const module = await import(address);
    await module.default({ module_or_path: "/frontend_bench_bg.wasm" });
    return cases.map(({ scheme, services, allocation, groups }): string => module.calculate(scheme, services, allocation, groups));
  }, cases.map(({ scheme, services, allocation, groups }) => ({ scheme, services, allocation, groups })));

  let wrong = 0;
  for (const [at, { name, expected }] of cases.entries()) {
    const outcome = JSON.parse(texts[at] ?? "") as Outcome;
    const before = test.info().errors.length;
    if (expected.errors) {
      expect.soft(faults(outcome), name).toEqual(faults(expected));
    } else {
      expect.soft(outcome, name).toStrictEqual(expected);
    }
    wrong += test.info().errors.length > before ? 1 : 0;
  }
  console.log(`${texts.length} cases ran in Chromium, ${wrong} disagree`);
  expect(texts).toHaveLength(128);
});
