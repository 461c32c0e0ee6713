import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { ProblemError } from "@/api/problem";
import { renderPage } from "@/lib/test/page";
import { ErrorState } from "./ErrorState";

const instance = "/requests/0199a7c2-4f6b-7c31-9d0e-0000000000ff";

function refused(status: number, key: string) {
  return new ProblemError({ type: `/problems/${key}`, title: key, status, instance });
}

test("what the server could not do is tried again, and named for who looks into it", async () => {
  const retry = vi.fn();
  renderPage(<ErrorState error={refused(503, "unavailable")} retry={retry} />);
  (await screen.findByRole("button", { name: "Try again" })).click();
  expect(retry).toHaveBeenCalledOnce();
  expect(screen.getByText(instance)).toBeVisible();
});

test("what is not there does not come by trying again", async () => {
  renderPage(<ErrorState error={refused(404, "not-found")} retry={vi.fn()} />);
  await screen.findByRole("alert");
  expect(screen.queryByRole("button")).toBeNull();
  expect(screen.queryByText(instance)).toBeNull();
});
