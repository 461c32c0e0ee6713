import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import type { Plugin, Rollup } from "vite";

const packable = /\.(js|css|html|svg)$/;

/** Beside each file of some length its packed forms: made once, as small as can be, never while somebody waits. */
export function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    // Not earlier: until it is written, other plugins may still change a file.
    writeBundle({ dir = "dist" }, bundle) {
      for (const name of Object.keys(bundle)) {
        const file = join(dir, name);
        const source = readFileSync(file);
        if (!packable.test(name) || source.length < 512) continue;
        writeFileSync(`${file}.br`, brotli(source));
        writeFileSync(`${file}.gz`, gzipSync(source, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

function brotli(source: Buffer): Buffer {
  return brotliCompressSync(source, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
}

/** What may come over the wire before a page is of use, in bytes. */
const budget = 250_000;
/** What each answer says of itself besides its content, and what the API says on a first page; both as measured. */
const headersOfOne = 800;
const dataOfOne = 17_000;

/** The first views that have to be quick, by what their routes load and say; each in each language. */
const views = {
  "sign-in": { pages: ["src/features/session/SignInPage.tsx"], words: ["daily", "rest"] },
  portal: {
    pages: ["src/features/portal/PortalFrame.tsx", "src/features/portal/HomePage.tsx"],
    words: ["daily", "rest"],
  },
  desk: {
    pages: ["src/app/desk/DeskFrame.tsx", "src/features/tickets/TicketListPage.tsx"],
    words: ["daily"],
  },
};
const locales = ["en", "ar", "de"];
/** A list holds subjects in any of the three languages, whatever the page speaks. */
const fonts = /^assets\/(latin-(?!more)|arabic-\d)/;

/** Fails a build whose first views have grown too heavy. */
export function budgeted(): Plugin {
  return {
    name: "budgeted",
    apply: "build",
    writeBundle({ dir = "dist" }, bundle) {
      const lines: string[] = [];
      for (const [view, { pages, words }] of Object.entries(views)) {
        for (const locale of locales) {
          const catalogue = words.map((part) => `src/locales/${locale}/${part}.ts`);
          const files = needed(bundle, [...pages, ...catalogue]);
          const bytes = files.reduce((sum, name) => sum + headersOfOne + sizeOf(join(dir, name)), dataOfOne);
          lines.push(`${String(bytes).padStart(8)} bytes, ${files.length} files: ${view}, ${locale}`);
          if (bytes > budget) this.error(`a first view has more than ${budget} bytes:\n${lines.join("\n")}`);
        }
      }
      if (process.env.BUDGET) console.log(lines.join("\n"));
    },
  };
}

/** The document, the scripts that it and these modules load at once, their styles, and the fonts. */
function needed(bundle: Rollup.OutputBundle, modules: string[]): string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
  const found = new Set(["index.html"]);
  function take(chunk: Rollup.OutputChunk | undefined) {
    if (!chunk || found.has(chunk.fileName)) return;
    found.add(chunk.fileName);
    for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
    for (const name of chunk.imports) take(chunks.find(({ fileName }) => fileName === name));
  }
  take(chunks.find(({ isEntry }) => isEntry));
  for (const module of modules) {
    const chunk = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${module}`)));
    if (!chunk) throw new Error(`no file of the build holds ${module}`);
    take(chunk);
  }
  for (const name of Object.keys(bundle)) if (fonts.test(name)) found.add(name);
  return [...found];
}

function sizeOf(file: string): number {
  const source = readFileSync(file);
  return packable.test(file) ? Math.min(source.length, brotli(source).length) : source.length;
}
