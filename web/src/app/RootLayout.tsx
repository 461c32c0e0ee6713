import { Outlet } from "@tanstack/react-router";
import { ExpiredSession } from "@/lib/session/ExpiredSession";
import { Toasts } from "@/ui/Toast";

export function RootLayout() {
  return (
    <>
      <Outlet />
      <ExpiredSession />
      <Toasts />
    </>
  );
}
