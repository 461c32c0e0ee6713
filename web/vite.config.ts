import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";
import { budgeted, packed } from "./build";

// The API is served by `atum`; ATUM_URL names another address for development.
const target = process.env.ATUM_URL ?? "http://127.0.0.1:8000";
// The server compares Origin with Host: the proxy must not rewrite the latter.
const proxy = { "/api": { target, changeOrigin: false } };

/*
 * Few files for a first view: each one costs its headers and a place in the queue. What is used nearly everywhere comes
 * together and stays in the browser's cache while the pages change; a page is a file of its own.
 */
// Shared, but by pages that nobody begins with: these come with them.
const rare = "floating|Check|CopyButton|DownloadLink|HtmlFrame|LeaveGuard|Steps|TimeZoneField";
const base = new RegExp(`src/(ui(?!/(${rare}))|lib(?!/(mail|tokens))|api)/|node_modules/lucide-react/`);
const groups = [
  {
    name: "react",
    test: /node_modules\/(react|react-dom|scheduler|@tanstack|use-sync-external-store|openapi-fetch)\//,
  },
  { name: "floating", test: /node_modules\/(@ariakit|@floating-ui)\// },
  { name: "base", test: base, minShareCount: 2 },
];

export default defineConfig({
  plugins: [react(), packed(), budgeted()],
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
