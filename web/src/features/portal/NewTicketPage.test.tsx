import { cleanup, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { NewTicketPage } from "./NewTicketPage";

const create = "POST /api/v1/tickets";
const created = { id: "t", number: 1042, subject: "Printer" };

afterEach(() => vi.unstubAllGlobals());

async function write() {
  await userEvent.type(await screen.findByLabelText("What is it about?"), "Printer");
  await userEvent.type(screen.getByLabelText("Tell us more"), "It hums.");
  await userEvent.click(screen.getByRole("radio", { name: "I can hardly work" }));
}

const send = () => userEvent.click(screen.getByRole("button", { name: "Send" }));

test("what was typed is there again after a reload, and only for the same person", async () => {
  serve({});
  renderPage(<NewTicketPage />);
  await write();
  cleanup();

  renderPage(<NewTicketPage />);
  expect(await screen.findByLabelText("Tell us more")).toHaveValue("It hums.");
  expect(screen.getByRole("radio", { name: "I can hardly work" })).toBeChecked();
  cleanup();

  const other = { ...customer, person: { ...customer.person, id: "somebody-else" } };
  renderPage(<NewTicketPage />, other);
  expect(await screen.findByLabelText("Tell us more")).toHaveValue("");
});

test("sending twice after a lost answer names the same key, so one ticket is made", async () => {
  let calls = 0;
  const seen = serve({
    [create]: () => {
      calls += 1;
      return calls === 1 ? problem(503, "unavailable") : json(created, 201);
    },
  });
  const { router } = renderPage(<NewTicketPage />);
  await write();
  await send();
  expect(await screen.findByText(/cannot work just now/)).toBeVisible();
  await send();
  await waitFor(() => expect(router.state.location.pathname).toBe("/portal/tickets/1042"));

  const [first, second] = seen.map(({ headers }) => headers.get("Idempotency-Key"));
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(second).toBe(first);
  expect(seen[1]?.body).toEqual({
    subject: "Printer",
    description: "It hums.",
    priority: "high",
    file_ids: [],
  });
  expect(localStorage.getItem(`atum.new-ticket.${customer.person.id}`)).toBeNull();
});

test("an ended session asks for the password over the page and then sends what was written", async () => {
  let signedIn = false;
  const seen = serve({
    [create]: () => (signedIn ? json(created, 201) : problem(401, "unauthenticated")),
    "POST /api/v1/session": () => {
      signedIn = true;
      return json(customer);
    },
  });
  const { router } = renderPage(<NewTicketPage />);
  await write();
  await send();

  await userEvent.type(await screen.findByLabelText("Password"), "copper lantern");
  expect(screen.getByLabelText("Tell us more")).toHaveValue("It hums.");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));

  await waitFor(() => expect(router.state.location.pathname).toBe("/portal/tickets/1042"));
  expect(seen.filter(({ call }) => call === create)).toHaveLength(2);
});

test("the server's objection stands at its field", async () => {
  const errors = [{ pointer: "#/subject", detail: "at most 200 characters", code: "too_long" }];
  serve({ [create]: () => problem(422, "validation", { errors }) });
  renderPage(<NewTicketPage />);
  await write();
  await send();
  expect(await screen.findByLabelText("What is it about?")).toBeInvalid();
  expect(screen.getByText("is too long")).toBeVisible();
});
