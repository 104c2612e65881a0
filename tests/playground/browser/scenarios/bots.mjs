/** What bots are used for: commands, buttons, forms, menus. */

import assert from "node:assert/strict";

import { PICTURE, drop, composer, last, named, begin, run, says, actAs, goTo, isLoaded } from "../steps.mjs";

export const bots = {
  "a command with autocompletion": {
    async play(page) {
      await begin(page, "paint");
      await page.keyboard.type("a quiet fox");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.type("sty");
      await page.keyboard.press("Enter");
      await page.keyboard.type("wood");
      await page.locator(".suggestions .choice", { hasText: "Woodland" }).waitFor();
      assert.equal(await page.locator(".suggestions .choice").count(), 2);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Enter");
      await page.locator(".thinking", { hasText: "Bot is thinking" }).waitFor();
      await says(page, "a quiet fox in woodland, square, 1");
      assert.ok(await isLoaded(last(page).locator("img")));
    },
  },

  "every kind of option, filled in with the keyboard and a dropped file": {
    async play(page) {
      await begin(page, "every");
      await page.keyboard.type("0.5");
      await page.keyboard.press("ArrowRight");
      for (const typed of ["tr", "ada", "gen", "art", "moder"]) {
        await page.keyboard.type(typed);
        await page.locator(".suggestions .choice.active").waitFor();
        await page.keyboard.press("Enter");
      }
      assert.equal(await page.locator(".pill.chosen").count(), 5);
      await drop(page, ".chat", PICTURE);
      await page.locator(".pill.chosen", { hasText: "sketch.png" }).waitFor();
      await page.keyboard.press("Enter");
      await says(page, "0.5 | True | ada | general | Artist | Moderator | sketch.png");
    },
  },

  "what is wrong is said at the option": {
    async play(page) {
      await begin(page, "paint");
      await page.keyboard.type("a");
      await page.keyboard.press("Enter");
      assert.match(await page.locator(".pill.wrong .pill-error").textContent(), /at least 3/i);
      await page.keyboard.type(" hare");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.type("number");
      await page.keyboard.press("Enter");
      await page.keyboard.type("9");
      await page.keyboard.press("Enter");
      assert.match(await page.locator(".pill.wrong .pill-error").textContent(), /4 or less/);
    },
  },

  "a button": {
    async play(page) {
      await run(page, "buttons");
      await says(page, "Press one.");
      await last(page).getByRole("button", { name: "Count 0" }).click();
      await last(page).getByRole("button", { name: "Count 1" }).click();
      await last(page).getByRole("button", { name: "Count 2" }).waitFor();
    },
  },

  "a select of several": {
    async play(page) {
      await goTo(page, "art");
      await run(page, "buttons");
      await says(page, "Press one.");
      await page.getByRole("button", { name: "Choose styles" }).click();
      await page.keyboard.press("Enter");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.keyboard.press("Escape");
      await says(page, "Chosen: woodcut, watercolour");
    },
  },

  "a form with a file": {
    async play(page) {
      await goTo(page, "after-dark");
      await run(page, "buttons");
      await named(page, "Form").click();
      const form = page.getByRole("dialog", { name: "A wish" });
      await form.getByRole("button", { name: "Submit" }).click();
      assert.equal(await form.locator(".field-error", { hasText: "This is required." }).count(), 1);
      await form.getByLabel("Title").fill("A hare");
      assert.equal(await form.locator(".counter").first().textContent(), "6 / 20");
      await form.getByRole("button", { name: /Kind/ }).click();
      await page.keyboard.press("Escape");
      await page.locator(".chooser").waitFor({ state: "detached" });
      assert.ok(await form.isVisible(), "Escape closes the list and leaves the form");
      await form.getByRole("button", { name: /Kind/ }).click();
      await page.locator(".choice", { hasText: "Small" }).click();
      await form.locator("input[type=file]").setInputFiles(PICTURE);
      await form.getByRole("button", { name: "Submit" }).click();
      await says(page, "A hare (Small), sketch.png");
      await page.locator("dialog").waitFor({ state: "detached" });
    },
  },

  "an upload with a message and with a command": {
    async play(page) {
      await page.locator("#message-files").setInputFiles(PICTURE);
      await composer(page).fill("My **sketch**");
      await page.keyboard.press("Enter");
      await says(page, "My sketch");
      assert.ok(await isLoaded(last(page).locator("img")));
      await begin(page, "paint");
      await page.keyboard.type("a drawn fox");
      await page.keyboard.press("ArrowRight");
      await page.keyboard.type("like");
      await page.keyboard.press("Enter");
      await page.locator("input[type=file][data-option=like]").setInputFiles(PICTURE);
      await page.locator(".pill.chosen", { hasText: "sketch.png" }).waitFor();
      await page.keyboard.press("Enter");
      await says(page, "a drawn fox in no style, square, 1, like sketch.png");
    },
  },

  "an answer for one person only": {
    async play(page) {
      await run(page, "buttons");
      await last(page).getByRole("button", { name: "Secret" }).click();
      await says(page, "Between us.");
      await page.locator(".only-you").last().waitFor();
      const address = page.url();
      await actAs(page, "Ada");
      await says(page, "Press one.");
      assert.equal(await page.locator(".message", { hasText: "Between us." }).count(), 0);
      await page.goto(address);
      await page.reload();
      await says(page, "Between us.");
      await named(page, "Dismiss message").last().click();
      await page.locator(".message", { hasText: "Between us." }).waitFor({ state: "detached" });
    },
  },

  "a bot that does not answer": {
    async play(page) {
      await page.getByRole("button", { name: /^Requests/ }).click();
      await run(page, "silence");
      await page.locator(".waiting", { hasText: "Sending command" }).waitFor();
      await named(page, "+3 s").click();
      await page.locator(".waiting .failure", { hasText: "The application did not respond" }).waitFor();
      await page.locator(".waiting").getByRole("button", { name: "Dismiss message" }).click();
      await page.locator(".waiting").waitFor({ state: "detached" });
    },
  },

  "menus of applications": {
    async play(page) {
      await page.locator(".member", { hasText: "Ada" }).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Apps" }).click();
      await page.getByRole("menuitem", { name: "Greet" }).click();
      await says(page, "Greetings, Ada!");
      await page.locator(".message", { hasText: "Welcome to the playground!" }).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Apps" }).click();
      await page.getByRole("menuitem", { name: "Quote" }).click();
      await says(page, "Quoted mira");
    },
  },

  "faults, and the log of requests": {
    async play(page) {
      await page.getByRole("button", { name: /^Requests/ }).click();
      await page.locator("summary", { hasText: "Faults" }).click();
      await page.getByLabel("Kind of fault").selectOption("refuse_upload");
      await named(page, "Inject").click();
      await page.locator(".faults li", { hasText: "refuse_upload" }).waitFor();
      await goTo(page, "art");
      await run(page, "card");
      await page.locator(".request.refused .refusal", { hasText: "40005" }).first().waitFor();
      await page.locator(".request.refused summary").first().click();
      await page.locator(".request-more", { hasText: "/callback" }).first().waitFor();
      await page.locator(".faults li").first().waitFor({ state: "detached" });
    },
  },
};
