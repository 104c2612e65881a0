/** The page around the messages: who acts, colours, sizes, keys, connections. */

import assert from "node:assert/strict";

import { PHONE, composer, last, named, says, actAs, goTo, brightness } from "../steps.mjs";

export const surroundings = {
  "switching members": {
    async play(page) {
      assert.ok(await page.locator(".channel-item", { hasText: "mod-log" }).isVisible());
      await actAs(page, "Саша");
      await page.locator(".channel-item", { hasText: "mod-log" }).waitFor({ state: "detached" });
      await composer(page).click();
      await page.keyboard.type("/нар");
      await page.locator(".suggestions .choice", { hasText: "/нарисовать запрос" }).waitFor();
      await page.locator(".suggestions .choice", { hasText: "Рисует картину." }).waitFor();
    },
  },

  "dark and light": {
    async play(page) {
      assert.ok((await brightness(page)) < 80);
      await page.getByRole("button", { name: "Change to light colours" }).click();
      assert.ok((await brightness(page)) > 200);
      await page.reload();
      await page.locator(".message").last().waitFor();
      assert.ok((await brightness(page)) > 200, "the choice is remembered");
    },
  },

  "light where the system is": {
    light: true,
    async play(page) {
      assert.ok((await brightness(page)) > 200);
    },
  },

  "a phone": {
    phone: true,
    async play(page) {
      for (const width of [PHONE.width, 360]) {
        await page.setViewportSize({ width, height: 780 });
        assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), width);
      }
      await page.getByRole("button", { name: "Servers and channels" }).click();
      await goTo(page, "art");
      await page.waitForFunction(() => document.getElementById("playground").dataset.open === "");
      await composer(page).tap();
      await page.keyboard.type("/emb");
      await page.locator(".suggestions .choice", { hasText: "/embed" }).tap();
      await page.locator(".send-button").tap();
      await page.locator(".embed").waitFor();
      const box = await page.locator(".embed").last().boundingBox();
      assert.ok(box.x >= 0 && box.x + box.width <= 360);
      await page.getByRole("button", { name: "Members" }).click();
      await page.locator(".member", { hasText: "Ada" }).waitFor();
      await page.keyboard.press("Escape");
      await page.locator(".member", { hasText: "Ada" }).waitFor({ state: "hidden" });
    },
  },

  "the keyboard alone": {
    async play(page) {
      const focused = (selector) => page.waitForFunction((wanted) => document.activeElement.matches(wanted), selector);
      await page.locator(".rail-item[aria-current]").focus();
      await page.keyboard.press("Tab");
      await focused(".channel-item[aria-current]");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await page.locator(".chat-head h2", { hasText: "art" }).waitFor();
      await focused(".channel-item[aria-current]");
      for (
        let presses = 0;
        presses < 12 && !(await composer(page).evaluate((node) => node === document.activeElement));
        presses += 1
      ) {
        await page.keyboard.press("Tab");
      }
      await focused(".composer-text");
      await page.keyboard.type("/buttons");
      await page.locator(".suggestions .choice.active", { hasText: "/buttons" }).waitFor();
      await page.keyboard.press("Tab");
      await focused(".pill-tail");
      await page.keyboard.press("Enter");
      await says(page, "Press one.");
      await focused(".composer-text");
      while (!(await page.evaluate(() => document.activeElement.matches(".message"))))
        await page.keyboard.press("Shift+Tab");
      await page.keyboard.press("Enter");
      await focused(".component-button");
      await page.keyboard.press("Enter");
      await named(page, "Count 1").last().waitFor();
      await page.waitForFunction(() => document.activeElement.textContent.startsWith("Count 1"));
      await page.keyboard.press("Escape");
      await focused(".message");
      await page.keyboard.press("ArrowUp");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ContextMenu");
      await focused(".menu-item");
      await page.keyboard.press("Escape");
      await focused(".message");
    },
  },

  "an address to point a bot at, where none is connected": {
    async play(page) {
      await page.route("**/control/world*", async (route) => {
        const answer = await route.fetch();
        const world = await answer.json();
        await route.fulfill({
          response: answer,
          json: { ...world, bots: world.bots.map((bot) => ({ ...bot, connected: false })) },
        });
      });
      await page.reload();
      await page.locator(".advice", { hasText: `${new URL(page.url()).origin}/api/v10` }).waitFor();
    },
  },

  "a connection that is cut": {
    async play(page) {
      let stream = null;
      await page.routeWebSocket(/control\/stream/, (socket) => {
        stream = socket;
        socket.connectToServer();
      });
      await page.reload();
      await says(page, "Welcome");
      await page.waitForFunction(() => !document.querySelector(".bot-states").textContent.includes("trying again"));
      const [, as, , channel] = new URL(page.url()).hash.split("/");
      await stream.close();
      await page.locator(".bot-state", { hasText: "trying again" }).waitFor();
      const origin = new URL(page.url()).origin;
      await page.request.post(`${origin}/control/say`, { data: { as, channel, content: "said meanwhile" } });
      await says(page, "said meanwhile");
      await page.locator(".bot-state", { hasText: "trying again" }).waitFor({ state: "detached" });
      await page.request.post(`${origin}/control/say`, { data: { as, channel, content: "said afterwards" } });
      await says(page, "said afterwards");
    },
  },
};
