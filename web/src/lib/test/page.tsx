import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
  RouterProvider,
} from "@tanstack/react-router";
import { render } from "@testing-library/react";
import { type ReactNode, Suspense } from "react";
import { vi } from "vitest";
import { expiry } from "@/api/expiry";
import { I18nProvider } from "@/lib/i18n/I18nProvider";
import { ExpiredSession } from "@/lib/session/ExpiredSession";
import { type AnySession, type Session, sessionQuery } from "@/lib/session/session";
import en from "@/locales/en";

export const customer: Session = {
  person: {
    id: "0199a7c2-4f6b-7c31-9d0e-000000000001",
    name: "Amira Mansour",
    email: "amira@example.test",
    role: "customer",
    active: true,
    has_account: true,
    locale: "en",
    time_zone: "Africa/Cairo",
    created_at: "2026-11-01T09:00:00Z",
  },
  email: "amira@example.test",
  organization: { id: "0199a7c2-4f6b-7c31-9d0e-0000000000aa", slug: "nile", name: "Nile" },
  role: "customer",
  organizations: [
    { id: "0199a7c2-4f6b-7c31-9d0e-0000000000aa", slug: "nile", name: "Nile", role: "customer" },
  ],
  operator: false,
  second_factor_missing: false,
  impersonation: null,
  managed: false,
  live_since: 700,
};

type Answer = (request: Request) => Response | Promise<Response>;

export const json = (body: unknown, status = 200) => Response.json(body, { status });

export const problem = (status: number, key: string, more: object = {}) =>
  json({ type: `/problems/${key}`, title: key, status, ...more }, status);

/** The server of a test: "GET /api/v1/…" to what it answers. Whatever is not expected fails loudly. */
export function serve(answers: Record<string, Answer>) {
  const seen: { call: string; body: unknown; headers: Headers }[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    const call = `${request.method} ${new URL(request.url).pathname}`;
    const text = await request.clone().text();
    seen.push({ call, body: text ? JSON.parse(text) : undefined, headers: request.headers });
    const answer = answers[call];
    if (!answer) throw new Error(`the test's server knows no ${call}`);
    return answer(request);
  });
  return seen;
}

/** A page as it runs in the app: languages, queries, routes, the overlay of an ended session. */
export function renderPage(content: ReactNode, session: AnySession | null = customer) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false } } });
  queries.setQueryData(sessionQuery.queryKey, session);
  expiry.setSignedIn(session !== null);
  const root = createRootRoute();
  const page = createRoute({ getParentRoute: () => root, path: "$", component: () => content });
  const router = createRouter({
    routeTree: root.addChildren([page]),
    history: createMemoryHistory({ initialEntries: ["/here"] }),
  });
  render(
    <QueryClientProvider client={queries}>
      <I18nProvider initial={{ locale: "en", catalogue: en }}>
        <Suspense>
          <RouterProvider router={router as never} />
        </Suspense>
        <ExpiredSession />
      </I18nProvider>
    </QueryClientProvider>,
  );
  return { queries, router };
}
