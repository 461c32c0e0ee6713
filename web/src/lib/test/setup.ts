import "@testing-library/jest-dom/vitest";
import { cleanup } from "@testing-library/react";
import { afterEach } from "vitest";
import { loadFloating } from "@/ui/useFloating";

// What every browser has and jsdom does not: dialogs ask for the first, routes call the second, frames follow the size of what is in them.
window.CSS = { ...window.CSS, supports: () => false };
window.scrollTo = () => {};
// Nothing is laid out here, so that nothing changes its size.
window.ResizeObserver = class {
  observe() {}
  unobserve() {}
  disconnect() {}
};

afterEach(() => {
  cleanup();
  localStorage.clear();
});

// In the page they come a moment later; a test does not wait for moments.
await loadFloating();
