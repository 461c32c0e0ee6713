import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";

// What every browser has and jsdom does not: dialogs ask for the first, routes call the second.
window.CSS = { ...window.CSS, supports: () => false };
window.scrollTo = () => {};

afterEach(() => {
  cleanup();
  localStorage.clear();
});
