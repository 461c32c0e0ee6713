import "@/ui/global.css";
import { QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { initialLocale, loadCatalogue, loadRest } from "@/lib/i18n/catalogue";
import { I18nProvider } from "@/lib/i18n/I18nProvider";
import { applyTheme, chosenTheme } from "@/lib/theme";
import { loadFloating } from "@/ui/useFloating";
import { createQueries } from "./queries";
import { createAppRouter } from "./router";

applyTheme(chosenTheme());

const queries = createQueries();
const router = createAppRouter(queries);
const locale = initialLocale();
const root = document.getElementById("root");
if (!root) throw new Error("index.html has lost its root element");

const catalogue = await loadCatalogue(locale);
createRoot(root).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <I18nProvider initial={{ locale, catalogue }}>
        <RouterProvider router={router} />
      </I18nProvider>
    </QueryClientProvider>
  </StrictMode>,
);

// Menus, dialogs and the other pages' words come when the first page has what it needs; the dialog for an ended session
// must be here beforehand.
const rendered = router.subscribe("onRendered", () => {
  rendered();
  window.setTimeout(() => void Promise.all([loadFloating(), loadRest()]), 1500);
});
