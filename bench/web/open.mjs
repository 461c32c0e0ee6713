// From the click or the key to the paint of the ticket: its title and the newest message are there.
import { visit } from "./browser.mjs";
import { percentiles } from "./percentiles.mjs";

const row = "li[data-number]";
/** A hand needs this long between reaching a row and pressing. */
const aim = 100;

export async function opened(browser, visitor, times) {
  const { context, page } = await visit(browser, visitor);
  await page.addInitScript(watchOpening);
  await page.goto("/desk/tickets");
  await page.locator(row).first().waitFor();
  const found = {
    click: await measured(page, times, 0, click(aim)),
    click_at_once: await measured(page, times, times, click(0)),
    enter: await measured(page, times, 2 * times, enter(aim)),
    enter_at_once: await measured(page, times, 3 * times, enter(0)),
  };
  await context.close();
  return found;
}

async function measured(page, times, skip, act) {
  const times_ms = [];
  for (let turn = 0; turn < times; turn += 1) {
    await page.evaluate(() => window.expectOpening());
    await act(page, skip + turn);
    times_ms.push(await page.evaluate(() => window.opening));
    await page.goBack();
    await page.locator(row).first().waitFor();
  }
  return percentiles(times_ms);
}

/** Each ticket once: what was opened before is known already. */
const nth = (page, index) =>
  page.locator(`${row}[aria-posinset="${index + 1}"], ${row}:nth-child(${index + 1})`).first();

function click(pause) {
  return async (page, index) => {
    const target = nth(page, index);
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    await page.mouse.move(box.x + 200, box.y + box.height / 2);
    await page.waitForTimeout(pause);
    await page.mouse.down();
    await page.mouse.up();
  };
}

function enter(pause) {
  return async (page, index) => {
    await page.mouse.move(2, 2);
    if (index > 0)
      await nth(page, index - 1)
        .locator("a")
        .first()
        .focus();
    await page.waitForTimeout(300);
    await page.keyboard.press("j");
    await page.waitForTimeout(pause);
    await page.keyboard.press("Enter");
  };
}

/** Installed in the page: the time of the event itself, and of the frame after the one with the content. */
function watchOpening() {
  let began = 0;
  const begin = (event) => {
    began = event.timeStamp;
  };
  addEventListener("pointerup", begin, true);
  addEventListener("keydown", begin, true);

  window.expectOpening = () => {
    const before = document.querySelector("h1")?.textContent;
    window.opening = new Promise((done) => {
      const look = () => {
        const title = document.querySelector("main h1")?.textContent;
        const message = document.querySelector("main ol article")?.textContent;
        if (!title || title === before || !message || !location.pathname.match(/tickets\/\d+/)) return;
        watcher.disconnect();
        requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now() - began)));
      };
      const watcher = new MutationObserver(look);
      watcher.observe(document.body, { childList: true, subtree: true, characterData: true });
    });
  };
}
