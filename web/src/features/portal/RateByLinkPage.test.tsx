import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, problem, renderPage, serve } from "@/lib/test/page";
import { RateByLink } from "./RateByLinkPage";

const asked = { organization: "Nile", ticket_number: 7, subject: "Printer", open: true, rating: null };
const address = "/api/v1/ratings/acme.7.mac";

afterEach(() => vi.unstubAllGlobals());

test("who has no account rates by the link", async () => {
  const rating = { score: 4, comment: null, rated_at: "2026-11-20T15:00:00Z" };
  const seen = serve({
    [`GET ${address}`]: () => json(asked),
    [`PUT ${address}`]: () => json({ ...asked, rating }),
  });
  renderPage(<RateByLink token="acme.7.mac" />);
  expect(await screen.findByText("Ticket #7 of Nile")).toBeVisible();
  expect(screen.getByRole("button", { name: "Send rating" })).toBeDisabled();
  await userEvent.click(screen.getByRole("radio", { name: "4: Good" }));
  await userEvent.click(screen.getByRole("button", { name: "Send rating" }));
  await waitFor(() =>
    expect(seen.find(({ call }) => call.startsWith("PUT"))?.body).toEqual({ score: 4, comment: null }),
  );
  expect(await screen.findByRole("heading", { name: "Your rating: 4 of 5, Good" })).toBeVisible();
});

test("a link that is not whole says so", async () => {
  serve({ [`GET ${address}`]: () => problem(404, "not-found") });
  renderPage(<RateByLink token="acme.7.mac" />);
  expect(await screen.findByRole("heading", { name: "This link rates nothing" })).toBeVisible();
});
