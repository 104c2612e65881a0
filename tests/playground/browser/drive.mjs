/** Runs one scenario in Chromium: node drive.mjs SCENARIO. BROWSER, PLAYGROUND and PLAYWRIGHT name what it needs. */

import assert from "node:assert/strict";
import { createRequire } from "node:module";

import { bots } from "./scenarios/bots.mjs";
import { messages } from "./scenarios/messages.mjs";
import { surroundings } from "./scenarios/surroundings.mjs";
import { PHONE } from "./steps.mjs";

const { chromium } = createRequire(`${process.env.PLAYWRIGHT}/`)("playwright-core");
const scenarios = { ...bots, ...messages, ...surroundings };
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-background-networking",
  "--disable-dev-shm-usage",
  "--no-first-run",
];

async function main(name) {
  const browser = await chromium.launch({ executablePath: process.env.BROWSER, args: FLAGS });
  const { phone, light, play } = scenarios[name];
  const context = await browser.newContext({
    viewport: phone ? PHONE : { width: 1280, height: 800 },
    hasTouch: Boolean(phone),
    colorScheme: light ? "light" : "dark",
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  page.setDefaultTimeout(10_000);
  const wrong = [];
  page.on("pageerror", (error) => wrong.push(error.stack));
  page.on("console", (message) => message.type() === "error" && wrong.push(message.text()));
  try {
    await page.goto(process.env.PLAYGROUND);
    await page.locator(".message").last().waitFor();
    await play(page);
    assert.deepEqual(
      wrong.filter((text) => !/status of 40[0-9]/.test(text)),
      [],
      "the page wrote errors",
    );
  } catch (error) {
    if (process.env.SCREENSHOT) await page.screenshot({ path: process.env.SCREENSHOT });
    throw error;
  } finally {
    await browser.close();
  }
}

await main(process.argv[2]);
