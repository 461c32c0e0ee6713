import { screen, waitFor, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { customer, json, problem, renderPage, serve } from "@/lib/test/page";
import { Dkim } from "./Dkim";
import { nile } from "./nile";

afterEach(() => vi.unstubAllGlobals());

const admin = { ...customer, role: "admin" as const };
const address = `/api/v1/mail-channels/${nile.id}/dkim`;

test("a key is made for the address's own domain unless one is given", async () => {
  let calls = 0;
  const seen = serve({
    [`PUT ${address}`]: () => {
      calls += 1;
      const refusal = { errors: [{ pointer: "#/selector", detail: "must be letters" }] };
      return calls === 1 ? problem(422, "validation", refusal) : json({});
    },
  });
  renderPage(<Dkim channel={nile} dirty={false} />, admin);
  await userEvent.click(await screen.findByRole("button", { name: "Sign outgoing mail" }));
  const dialog = within(await screen.findByRole("dialog"));
  expect(dialog.getByLabelText("Domain")).toHaveValue("nile.test");
  await userEvent.type(dialog.getByLabelText("Selector"), "desk");
  await userEvent.click(dialog.getByRole("button", { name: "Sign outgoing mail" }));
  expect(await dialog.findByText("must be letters")).toBeVisible();
  await userEvent.click(dialog.getByRole("button", { name: "Sign outgoing mail" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(seen[0]?.body).toEqual({ domain: "nile.test", selector: "desk" });
});

test("what has to be published stands there, with the name it goes under", async () => {
  const seen = serve({ [`DELETE ${address}`]: () => new Response(null, { status: 204 }) });
  const dkim = { domain: "nile.test", selector: "desk", public_record: "v=DKIM1; p=abc" };
  renderPage(<Dkim channel={{ ...nile, dkim }} dirty={false} />, admin);
  expect(await screen.findByText("v=DKIM1; p=abc")).toBeVisible();
  expect(screen.getByText(/desk\._domainkey\.nile\.test/)).toBeVisible();
  await userEvent.click(screen.getByRole("button", { name: "Sign no more" }));
  await waitFor(() => expect(seen.map(({ call }) => call)).toEqual([`DELETE ${address}`]));
});
