import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import type { Schemas } from "@/api/client";
import { customer, json, renderPage, serve } from "@/lib/test/page";
import { Rating } from "./Rating";

const solved: Schemas["Ticket"] = {
  id: "t",
  number: 1042,
  subject: "Printer",
  status: "resolved",
  priority: "normal",
  requester: customer.person,
  version: 7,
  created_at: "2026-11-20T09:00:00Z",
  updated_at: "2026-11-20T14:00:00Z",
  actions: ["rate", "reply"],
  links: [],
  participants: [],
  sla: [],
};

const address = "PUT /api/v1/tickets/1042/rating";

afterEach(() => vi.unstubAllGlobals());

test("a solved ticket can be rated with stars and a comment", async () => {
  const rating = { score: 4, comment: "Quick", rated_at: "2026-11-20T15:00:00Z" };
  const seen = serve({ [address]: () => json({ ...solved, rating }) });
  renderPage(<Rating ticket={solved} />);

  expect(screen.queryByRole("button", { name: "Send rating" })).not.toBeInTheDocument();
  await userEvent.click(await screen.findByRole("radio", { name: "4: Good" }));
  await userEvent.type(screen.getByLabelText(/What should we know/), "  Quick ");
  await userEvent.click(screen.getByRole("button", { name: "Send rating" }));

  await waitFor(() => expect(seen).toHaveLength(1));
  expect(seen[0]?.body).toEqual({ score: 4, comment: "Quick" });
});

test("without a comment none is sent", async () => {
  const seen = serve({ [address]: () => json(solved) });
  renderPage(<Rating ticket={solved} />);
  await userEvent.click(await screen.findByRole("radio", { name: "5: Very good" }));
  await userEvent.click(screen.getByRole("button", { name: "Send rating" }));
  await waitFor(() => expect(seen[0]?.body).toEqual({ score: 5, comment: null }));
});

test("what was given is shown and is changed only while that is allowed", async () => {
  const rating = { score: 2, comment: "Slow", rated_at: "2026-11-20T15:00:00Z" };
  renderPage(<Rating ticket={{ ...solved, rating, actions: [] }} />);
  expect(await screen.findByText("Your rating: 2 of 5, Poor")).toBeVisible();
  expect(screen.queryByRole("button", { name: "Change" })).not.toBeInTheDocument();
});

test("nobody is asked before it is solved", async () => {
  renderPage(<Rating ticket={{ ...solved, status: "in_progress", actions: ["reply"] }} />);
  await Promise.resolve();
  expect(screen.queryByText("How did we do?")).not.toBeInTheDocument();
});
