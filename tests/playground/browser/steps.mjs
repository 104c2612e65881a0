/** Steps that scenarios are made of. */

export const PHONE = { width: 390, height: 844 };
const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAgAAAAICAIAAABLbSncAAAAEklEQVR4nGNgYPiPA5GHMQAAvVQIeBm0xHUAAAAASUVORK5CYII=",
  "base64",
);
export const PICTURE = { name: "sketch.png", mimeType: "image/png", buffer: PNG };

export const composer = (page) => page.locator(".composer-text");
export const last = (page) => page.locator(".message:not(.waiting)").last();
export const named = (page, name) => page.getByRole("button", { name, exact: true });

/** Types a command as far as its options. */
export async function begin(page, name) {
  await composer(page).click();
  await page.keyboard.type(`/${name}`);
  await page.locator(".suggestions .choice.active", { hasText: `/${name}` }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("group", { name: `/${name}` }).waitFor();
}

export async function run(page, name) {
  await begin(page, name);
  await page.keyboard.press("Enter");
}

export async function says(page, text) {
  await page.locator(".message", { hasText: text }).last().waitFor();
}

export async function actAs(page, name) {
  await page.locator("#acting-as").click();
  await page.locator(".chooser-search").fill(name);
  await page.keyboard.press("Enter");
  await page.locator(".identity-text strong", { hasText: name }).waitFor();
}

export async function goTo(page, channel) {
  await page.locator(".channel-item", { hasText: channel }).first().click();
  await page.locator(".chat-head h2", { hasText: channel }).waitFor();
}

/** Drops a file on a part of the page. */
export async function drop(page, selector, { name, mimeType, buffer }) {
  const transfer = await page.evaluateHandle(
    ([called, type, bytes]) => {
      const made = new DataTransfer();
      made.items.add(new File([new Uint8Array(bytes)], called, { type }));
      return made;
    },
    [name, mimeType, [...buffer]],
  );
  for (const type of ["dragenter", "dragover", "drop"]) {
    await page.dispatchEvent(selector, type, { dataTransfer: transfer });
  }
}

/** The brightness of what lies behind the messages, 0 to 255. */
export const brightness = (page) =>
  page.locator(".chat").evaluate((node) => Number(getComputedStyle(node).backgroundColor.match(/\d+/)[0]));

export const isLoaded = (image) =>
  image.evaluate(async (node) => {
    node.loading = "eager";
    await node.decode();
    return node.naturalWidth > 0;
  });
