import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { useHotkeys } from "./keyboard";

function Page({ onKey, onPalette }: { onKey: () => void; onPalette: () => void }) {
  useHotkeys({ r: onKey, "mod+k": onPalette });
  return (
    <>
      <input aria-label="text" />
      <div role="dialog">
        <button type="button">inside</button>
      </div>
    </>
  );
}

function show() {
  const onKey = vi.fn();
  const onPalette = vi.fn();
  render(<Page onKey={onKey} onPalette={onPalette} />);
  return { onKey, onPalette };
}

test("a letter acts on the page", async () => {
  const { onKey } = show();
  await userEvent.keyboard("r");
  expect(onKey).toHaveBeenCalledTimes(1);
});

test("a letter belongs to the field that has the focus", async () => {
  const { onKey } = show();
  await userEvent.type(screen.getByLabelText("text"), "rr");
  expect(onKey).not.toHaveBeenCalled();
});

test("a letter belongs to the dialog that lies on top", async () => {
  const { onKey } = show();
  screen.getByRole("button", { name: "inside" }).focus();
  await userEvent.keyboard("r");
  expect(onKey).not.toHaveBeenCalled();
});

test("Ctrl-R stays with the browser, Ctrl-K works everywhere", async () => {
  const { onKey, onPalette } = show();
  await userEvent.click(screen.getByLabelText("text"));
  await userEvent.keyboard("{Control>}r{/Control}");
  await userEvent.keyboard("{Control>}k{/Control}");
  expect(onKey).not.toHaveBeenCalled();
  expect(onPalette).toHaveBeenCalledTimes(1);
});
