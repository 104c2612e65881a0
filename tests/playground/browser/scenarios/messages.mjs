/** What messages look like, and what people do with them. */

import assert from "node:assert/strict";

import { composer, last, run, says, actAs, isLoaded } from "../steps.mjs";

export const messages = {
  "pictures, embeds and layouts": {
    async play(page) {
      await run(page, "files");
      await says(page, "Some files");
      const covered = last(page).locator(".picture.covered");
      await covered.click();
      assert.equal(await last(page).locator(".picture.covered").count(), 0);
      await last(page).locator(".picture").first().click();
      assert.ok(await isLoaded(page.locator(".lightbox-picture")));
      await page.keyboard.press("Escape");
      await page.locator(".lightbox").waitFor({ state: "detached" });
      await run(page, "embed");
      await page.locator(".embed-title", { hasText: "Woodcut" }).waitFor();
      assert.equal(await last(page).locator(".embed-row").first().locator(".embed-field").count(), 3);
      await run(page, "card");
      await last(page).locator(".container .gallery").waitFor();
      assert.equal(await last(page).locator(".gallery img").count(), 3);
    },
  },

  "Markdown as Discord reads it": {
    async play(page) {
      const read = (text) =>
        page.evaluate(async (written) => {
          const { blocksOf } = await import("/page/js/markdown/blocks.js");
          const { spansOf } = await import("/page/js/markdown/spans.js");
          const spans = (list) => list.map((one) => one.kind + (one.spans ? `(${spans(one.spans)})` : "")).join(" ");
          return blocksOf(written)
            .map((block) => (block.kind === "text" ? spans(spansOf(block.text)) : block.kind))
            .join(" | ");
        }, text);
      const expected = {
        "**bold *and* more**": "strong(text em(text) text)",
        "***both***": "strong(em(text))",
        "snake_case_name and _em_": "text em(text)",
        "2 * 3 * 4": "text",
        "\\*not em\\*": "text text text",
        "`**code**` ||x||": "code text spoiler(text)",
        "<@1> <@&2> <#3> </a:4> <:fox:5> <t:6:R>": "user text role text channel text command text emoji text time",
        "[x](https://a.b) <https://a.b> https://a.b/c.": "link(text) text link text link text",
        "[x](javascript:alert(1))": "text",
        "# a\nb\n> c\n> > d\n- e\n-# f": "heading | text | quote | list | small",
        "a\n```py\n> b\n```\nc": "text | code | text",
      };
      for (const [text, tree] of Object.entries(expected)) assert.equal(await read(text), tree, text);
      const began = Date.now();
      for (const evil of ["*", "_", "**", "||", "`", "[", "> ", "<@", "*a _"])
        await read(evil.repeat(4000 / evil.length));
      assert.ok(Date.now() - began < 4000, "no text takes long");
    },
  },

  "text is never HTML": {
    async play(page) {
      await run(page, "prose");
      await says(page, "<script>alert(1)</script> <b>not bold</b>");
      assert.equal(await last(page).locator("script, b").count(), 0);
      assert.equal(await last(page).locator("strong").first().textContent(), "bold");
      assert.match(await last(page).locator("time[data-relative]").textContent(), /ago/);
      await page.keyboard.type("<img src=x onerror=alert(1)> [x](javascript:alert(1))");
      await page.keyboard.press("Enter");
      await says(page, "<img src=x onerror=alert(1)>");
      assert.equal(await last(page).locator("img, a").count(), 0);
    },
  },

  "reactions, replies, edits and deletions": {
    async play(page) {
      await composer(page).fill("Something to talk about");
      await page.keyboard.press("Enter");
      await says(page, "Something to talk about");
      await last(page).hover();
      await last(page).getByRole("button", { name: "Add reaction" }).click();
      await page.locator(".emoji-picker input").fill("fox");
      await page.keyboard.press("Enter");
      await last(page).locator(".reaction[aria-pressed=true]", { hasText: "🦊" }).click();
      await last(page).locator(".reactions").waitFor({ state: "detached" });
      await composer(page).click();
      await page.keyboard.press("ArrowUp");
      await page.locator(".edit-area").fill("Something else");
      await page.keyboard.press("Enter");
      await last(page).locator(".edited").waitFor();
      await last(page).hover();
      await last(page).getByRole("button", { name: "Reply" }).click();
      await page.keyboard.type("An answer");
      await page.keyboard.press("Enter");
      await last(page).locator(".quoted", { hasText: "Something else" }).waitFor();
      await last(page).click({ button: "right" });
      await page.getByRole("menuitem", { name: "Delete message" }).click();
      await page.locator(".message", { hasText: "An answer" }).waitFor({ state: "detached" });
    },
  },

  "a poll": {
    async play(page) {
      await run(page, "poll");
      await page.getByRole("radio", { name: "Woodcut" }).last().check();
      await page.getByRole("button", { name: "Vote", exact: true }).last().click();
      await page.locator(".poll-answer.mine", { hasText: "100% (1)" }).last().waitFor();
      await page.getByRole("button", { name: "Remove vote" }).last().click();
      await page.getByRole("button", { name: "Vote", exact: true }).last().waitFor();
    },
  },

  "many messages, the older ones on scrolling up": {
    async play(page) {
      await actAs(page, "Ada");
      await page.locator(".rail-item", { hasText: "SS" }).click();
      const channel = page.url().split("/").at(-1);
      await page.evaluate(
        async ([as, where]) => {
          for (let number = 0; number < 500; number += 1) {
            await fetch("/control/say", {
              method: "POST",
              headers: { "Content-Type": "application/json" },
              body: JSON.stringify({ as, channel: where, content: `message ${number}` }),
            });
          }
        },
        [page.url().split("/").at(-3), channel],
      );
      await page.reload();
      await says(page, "message 499");
      const count = () => page.locator(".message").count();
      assert.equal(await count(), 50);
      while ((await count()) < 500) {
        const before = await count();
        await page.locator(".message-scroller").evaluate((node) => (node.scrollTop = 0));
        await page.waitForFunction((had) => document.querySelectorAll(".message").length > had, before);
        assert.ok(
          await page.locator(".message-scroller").evaluate((node) => node.scrollTop > 0),
          "it stays where one read",
        );
      }
      await page.locator(".message-scroller").evaluate((node) => (node.scrollTop = node.scrollHeight));
      const took = await page.evaluate(async () => {
        const began = performance.now();
        const shown = new Promise((resolve) =>
          new MutationObserver((_, observer) => {
            observer.disconnect();
            resolve();
          }).observe(document.querySelector(".messages"), { childList: true }),
        );
        const area = document.querySelector(".composer-text");
        area.value = "one more";
        area.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true }));
        await shown;
        return performance.now() - began;
      });
      assert.ok(took < 1000, `a message among 500 took ${took} ms`);
    },
  },
};
