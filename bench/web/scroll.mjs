// A list of all tickets from its first row to its last, by wheel and by keyboard.
import { visit } from "./browser.mjs";
import { countFrames, judged } from "./frames.mjs";

const row = "li[data-number]";

export async function scrolled(browser, visitor, rows) {
  return {
    wheel: await run(browser, visitor, rows, wheel),
    page_down: await run(browser, visitor, rows, key("PageDown", 33)),
    next_row: await run(browser, visitor, rows, key("j", 33), 8),
  };
}

/** Until the last row is in sight, or for so many seconds. */
async function run(browser, visitor, rows, move, seconds = 120) {
  const { context, page } = await visit(browser, visitor);
  await page.goto("/desk/tickets");
  await page.locator(row).first().waitFor();
  await page.evaluate(() => document.fonts.ready);
  await page.locator(row).first().hover();
  await page.keyboard.press("j");
  await page.waitForTimeout(500);
  await page.evaluate(countFrames);
  const began = performance.now();
  let reached = 0;
  while (reached < rows && performance.now() - began < seconds * 1000) {
    await move(page);
    reached = await page.evaluate(lastInSight);
  }
  const counted = judged(await page.evaluate(() => window.frameCount()));
  await context.close();
  return { rows: reached, ...counted };
}

/** A quick hand: 60 notches a second, each of some rows. Asked for the place only every half second. */
async function wheel(page) {
  await every(1000 / 60, 30, () => page.mouse.wheel(0, 300));
}

/** A key that is held down, repeating as keyboards do. */
function key(name, times) {
  return async (page) => {
    await every(1000 / 33, times, () => page.keyboard.press(name));
  };
}

async function every(ms, times, act) {
  let next = performance.now();
  for (let turn = 0; turn < times; turn += 1) {
    await act();
    next += ms;
    await new Promise((after) => setTimeout(after, Math.max(0, next - performance.now())));
  }
}

/** The place in the list of the last row that is in sight. */
function lastInSight() {
  const bottom = document.getElementById("content").getBoundingClientRect().bottom;
  const inSight = [...document.querySelectorAll("li[data-number]")].filter(
    (one) => one.getBoundingClientRect().top < bottom,
  );
  return Number(inSight.at(-1)?.getAttribute("aria-posinset") ?? inSight.length);
}
