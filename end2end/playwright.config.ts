import { defineConfig } from "@playwright/test";

/** What keeps Chromium quiet: no first-run pages, no background traffic that fails in a closed network. */
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

export default defineConfig({
  testDir: ".",
  testMatch: "**/*.spec.ts",
  outputDir: "test-results",
  globalSetup: "./support/template.ts",
  forbidOnly: Boolean(process.env.CI),
  fullyParallel: false,
  workers: 2,
  retries: 0,
  timeout: 60_000,
  expect: { timeout: 10_000 },
  reporter: [["list"], ["html", { outputFolder: "report", open: "never" }]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: process.env.KRAJ108_CHROMIUM ?? "/usr/bin/chromium", args },
    locale: "cs-CZ",
    timezoneId: "Europe/Prague",
    viewport: { width: 1440, height: 900 },
    actionTimeout: 15_000,
    navigationTimeout: 30_000,
    screenshot: "only-on-failure",
    // Recording costs half of the time: with KRAJ108_TRACE=1 only.
    trace: process.env.KRAJ108_TRACE ? "retain-on-failure" : "off",
  },
  projects: [
    { name: "js", use: { javaScriptEnabled: true } },
    { name: "no-js", use: { javaScriptEnabled: false } },
  ],
});
