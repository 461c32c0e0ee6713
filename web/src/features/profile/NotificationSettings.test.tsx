import { screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { json, renderPage, serve } from "@/lib/test/page";
import { NotificationSettings } from "./NotificationSettings";

afterEach(() => vi.unstubAllGlobals());

const address = "/api/v1/profile/notification-settings";
const saved = {
  events: [
    { kind: "ticket_assigned", in_app: true, mail: "at_once" },
    { kind: "customer_replied", in_app: true, mail: "off" },
  ],
  digest_at: "08:00",
  quiet_hours: null,
  time_zone: "Africa/Cairo",
};

test("each event has its two ways; digest and quiet hours ask for a time", async () => {
  const seen = serve({
    [`GET ${address}`]: () => json(saved),
    [`PUT ${address}`]: async (request) => json(await request.json()),
  });
  renderPage(<NotificationSettings />);
  const assigned = await screen.findByRole("checkbox", { name: "Here: a ticket is assigned to me" });
  expect(assigned).toBeChecked();
  await userEvent.click(assigned);
  expect(screen.queryByLabelText("Digest at")).toBeNull();
  await userEvent.selectOptions(screen.getByLabelText("By mail: a customer answers"), "digest");
  expect(screen.getByLabelText("Digest at")).toHaveValue("08:00");
  await userEvent.click(screen.getByRole("checkbox", { name: "Quiet hours" }));
  expect(screen.getByLabelText("From")).toHaveValue("20:00");
  await userEvent.click(screen.getByRole("button", { name: "Save" }));
  await waitFor(() => expect(seen.some(({ call }) => call.startsWith("PUT"))).toBe(true));
  expect(seen.find(({ call }) => call.startsWith("PUT"))?.body).toEqual({
    ...saved,
    events: [
      { kind: "ticket_assigned", in_app: false, mail: "at_once" },
      { kind: "customer_replied", in_app: true, mail: "digest" },
    ],
    quiet_hours: { from: "20:00", to: "07:00" },
  });
});
