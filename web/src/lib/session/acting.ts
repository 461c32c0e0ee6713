import { client, data } from "@/api/client";
import { homeOf } from "@/lib/paths";

/** Other windows of this browser hold the same session: what they show is somebody else's now. */
const windows = "BroadcastChannel" in globalThis ? new BroadcastChannel("atum.session") : null;

export function onActingElsewhere(listener: () => void): () => void {
  windows?.addEventListener("message", listener);
  return () => windows?.removeEventListener("message", listener);
}

/** A full load follows: nothing that was fetched as one person may be shown to the other. */
function load(address: string) {
  windows?.postMessage("changed");
  window.location.assign(address);
}

export async function actAs(id: string, role: string, reason: string) {
  await data(
    client.POST("/api/v1/people/{id}/impersonation", { params: { path: { id } }, body: { reason } }),
  );
  load(homeOf(role));
}

export async function actAsOneself() {
  const session = await data(client.DELETE("/api/v1/session/impersonation"));
  load(homeOf(session.role));
}
