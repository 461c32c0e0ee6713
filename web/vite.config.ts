import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";

// The API is served by `atum`; ATUM_URL names another address for development.
const target = process.env.ATUM_URL ?? "http://127.0.0.1:8000";
// The server compares Origin with Host: the proxy must not rewrite the latter.
const proxy = { "/api": { target, changeOrigin: false } };

/** Beside each file of some length its packed forms: made once, as small as can be, never while somebody waits. */
function packed(): Plugin {
  return {
    name: "packed",
    apply: "build",
    // Not earlier: until it is written, other plugins may still change a file.
    writeBundle({ dir = "dist" }, bundle) {
      for (const name of Object.keys(bundle)) {
        const file = join(dir, name);
        const source = readFileSync(file);
        if (!/\.(js|css|html|svg)$/.test(name) || source.length < 512) continue;
        const params = { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY };
        writeFileSync(`${file}.br`, brotliCompressSync(source, { params }));
        writeFileSync(`${file}.gz`, gzipSync(source, { level: constants.Z_BEST_COMPRESSION }));
      }
    },
  };
}

/*
 * Few files for a first view: each one costs its headers and a place in the queue. What is used nearly everywhere comes
 * together and stays in the browser's cache while the pages change; a page is a file of its own.
 */
const groups = [
  {
    name: "react",
    test: /node_modules\/(react|react-dom|scheduler|@tanstack|use-sync-external-store|openapi-fetch)\//,
  },
  { name: "floating", test: /node_modules\/(@ariakit|@floating-ui)\// },
  { name: "base", test: /src\/(ui|lib|api)\/|node_modules\/lucide-react\//, minShareCount: 2 },
];

export default defineConfig({
  plugins: [react(), packed()],
  resolve: { alias: { "@": fileURLToPath(new URL("./src", import.meta.url)) } },
  build: {
    // The Content-Security-Policy allows no data: fonts and no inline scripts.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: { groups } } },
  },
  server: { proxy },
  preview: { proxy },
  test: {
    environment: "jsdom",
    include: ["src/**/*.test.{ts,tsx}"],
    setupFiles: ["src/lib/test/setup.ts"],
    css: { modules: { classNameStrategy: "non-scoped" } },
    restoreMocks: true,
  },
});
