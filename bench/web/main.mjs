// What the web app costs whoever looks at it: the bytes of a first view, the frames of a long list, the opening of a
// ticket. `node bench/web/main.mjs --help` says how.
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { launch, signIn } from "./browser.mjs";
import { firstView } from "./firstView.mjs";
import { opened } from "./open.mjs";
import { report } from "./report.mjs";
import { scrolled } from "./scroll.mjs";

const usage = `node bench/web/main.mjs --url http://127.0.0.1:8000 [options]

  Measures an Atum Desk that runs and holds tickets (atum seed --tickets 10000).

  --url URL          where it runs
  --staff EMAIL      who looks at the desk            (omar@nile-supplies.example)
  --customer EMAIL   who looks at the portal          (karim@delta-printing.example)
  --password WORDS   of both                          (the demo's)
  --rows N           how far the list is scrolled     (10000)
  --times N          how many tickets are opened each way  (30)
  --only PART        first_view, scroll or open
  --json FILE        write the figures there`;

const { values: options } = parseArgs({
  options: {
    url: { type: "string" },
    staff: { type: "string", default: "omar@nile-supplies.example" },
    customer: { type: "string", default: "karim@delta-printing.example" },
    password: { type: "string", default: "copper lantern at dawn" },
    rows: { type: "string", default: "10000" },
    times: { type: "string", default: "30" },
    only: { type: "string" },
    json: { type: "string" },
    help: { type: "boolean" },
  },
});

if (options.help || !options.url) {
  console.log(usage);
  process.exit(options.help ? 0 : 2);
}

const browser = await launch();
const figures = { url: options.url, chromium: browser.version(), at: new Date().toISOString() };
try {
  const { url, password } = options;
  const staff = { url, state: await signIn(browser, { url, email: options.staff, password }) };
  const customer = { url, state: await signIn(browser, { url, email: options.customer, password }) };
  const wanted = (part) => !options.only || options.only === part;
  if (wanted("first_view")) {
    figures.first_view = {
      sign_in: await firstView(browser, { url }, { path: "/sign-in", shown: "input[type=email]" }),
      portal: await firstView(browser, customer, {
        path: "/portal",
        shown: "main a[href*='/portal/tickets/']",
      }),
      desk: await firstView(browser, staff, { path: "/desk/tickets", shown: "li[data-number]" }),
    };
  }
  if (wanted("scroll")) figures.scroll = await scrolled(browser, staff, Number(options.rows));
  if (wanted("open")) figures.open = await opened(browser, staff, Number(options.times));
} finally {
  await browser.close();
}
console.log(report(figures));
if (options.json) writeFileSync(options.json, `${JSON.stringify(figures, null, 2)}\n`);
