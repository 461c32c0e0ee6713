import { Outlet } from "@tanstack/react-router";
import { ActingBar } from "@/lib/session/ActingBar";
import { ExpiredSession } from "@/lib/session/ExpiredSession";
import { Toasts } from "@/ui/Toast";
import { Tooltips } from "@/ui/Tooltip";

export function RootLayout() {
  return (
    <>
      <ActingBar />
      <Outlet />
      <ExpiredSession />
      <Toasts />
      <Tooltips />
    </>
  );
}
