/**
 * When a session ends under an open page, requests wait here while the overlay asks for the password,
 * then go again. Nothing typed is lost and nothing has to be pressed twice.
 */
type Listener = () => void;

let signedIn = false;
let waiting: { promise: Promise<boolean>; settle: (again: boolean) => void } | null = null;
const listeners = new Set<Listener>();

function tell() {
  for (const listener of listeners) listener();
}

export const expiry = {
  /** Only somebody who was signed in can have a session that expires. */
  setSignedIn(value: boolean) {
    signedIn = value;
  },
  isSignedIn: () => signedIn,
  isExpired: () => waiting !== null,
  subscribe(listener: Listener) {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Resolves to true once signed in again, to false when the person gave up. */
  wait(): Promise<boolean> {
    if (!waiting) {
      let settle: (again: boolean) => void = () => {};
      const promise = new Promise<boolean>((resolve) => {
        settle = resolve;
      });
      waiting = { promise, settle };
      tell();
    }
    return waiting.promise;
  },
  settle(again: boolean) {
    const settled = waiting;
    waiting = null;
    settled?.settle(again);
    tell();
  },
};
