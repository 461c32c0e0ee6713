// What comes over the wire, compressed and with its headers, until a page shows what one came for.
import { visit } from "./browser.mjs";

/**
 * From an empty cache to the page with its letters: `shown` is what makes it useful. Counted is whatever was asked for
 * before that moment; what the page fetches afterwards, in case it will be wanted, is told apart.
 */
export async function firstView(browser, visitor, { path, shown }) {
  const { context, page } = await visit(browser, visitor);
  const wire = await context.newCDPSession(page);
  const files = new Map();
  await wire.send("Network.enable");
  wire.on("Network.responseReceived", ({ requestId, response, type }) => {
    files.set(requestId, { path: pathOf(response.url), type, bytes: 0, encoding: encodingOf(response) });
  });
  wire.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
    const file = files.get(requestId);
    if (file) file.bytes = encodedDataLength;
  });
  const asked = new Set();
  wire.on("Network.requestWillBeSent", ({ requestId }) => asked.add(requestId));
  const began = performance.now();
  await page.goto(path);
  await page.locator(shown).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  const ms = performance.now() - began;
  const first = new Set(asked);
  await settled(page, files);
  await context.close();
  const loaded = [...files].filter(([, { type }]) => type !== "EventSource");
  const needed = loaded.filter(([id]) => first.has(id)).map(([, file]) => file);
  const later = loaded.filter(([id]) => !first.has(id)).reduce((sum, [, { bytes }]) => sum + bytes, 0);
  return {
    path,
    ms: Math.round(ms),
    ...sums(needed),
    later,
    files: needed.sort((a, b) => b.bytes - a.bytes),
  };
}

/** No file is under way for a while: the live stream never ends and does not count. */
async function settled(page, files) {
  for (let before = -1; ; ) {
    const finished = [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    if (finished === before) return;
    before = finished;
    await page.waitForTimeout(400);
  }
}

function sums(files) {
  const of = (...types) =>
    files.filter(({ type }) => types.includes(type)).reduce((sum, { bytes }) => sum + bytes, 0);
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return {
    bytes,
    parts: {
      document: of("Document"),
      scripts: of("Script"),
      styles: of("Stylesheet"),
      fonts: of("Font"),
      data: of("Fetch", "XHR"),
      other: of("Image", "Manifest", "Other"),
    },
  };
}

const pathOf = (url) => new URL(url).pathname;
const encodingOf = ({ headers }) => headers["content-encoding"] ?? headers["Content-Encoding"] ?? "";
