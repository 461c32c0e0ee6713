import type { Schemas } from "./client";
import { expiry } from "./expiry";
import { type Problem, ProblemError, UnreachableError } from "./problem";

export type StoredFile = Schemas["File"];

interface Watch {
  /** 0 to 1, as far as the bytes have left this browser. */
  onProgress: (share: number) => void;
  signal: AbortSignal;
}

function problemIn(request: XMLHttpRequest): ProblemError {
  const fallback: Problem = {
    type: `/problems/http-${request.status}`,
    title: request.statusText,
    status: request.status,
  };
  try {
    const body: unknown = JSON.parse(request.responseText);
    const known = body !== null && typeof body === "object" && "type" in body && "status" in body;
    return new ProblemError(known ? (body as Problem) : fallback);
  } catch {
    return new ProblemError(fallback);
  }
}

/** XMLHttpRequest, because fetch cannot tell how far an upload is. */
function send(file: File, { onProgress, signal }: Watch): Promise<StoredFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const abort = () => request.abort();
    request.open("POST", `/api/v1/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded, total }) => onProgress(total > 0 ? loaded / total : 0);
    request.onload = () => {
      if (request.status === 201) resolve(JSON.parse(request.responseText) as StoredFile);
      else reject(problemIn(request));
    };
    request.onerror = () => reject(new UnreachableError("the upload was cut off"));
    request.onabort = () => reject(new DOMException("the upload was stopped", "AbortError"));
    request.onloadend = () => signal.removeEventListener("abort", abort);
    signal.addEventListener("abort", abort);
    request.send(file);
  });
}

/** Streams one file to the server. When the session has ended it waits for the sign-in and goes again. */
export async function uploadFile(file: File, watch: Watch): Promise<StoredFile> {
  try {
    return await send(file, watch);
  } catch (error) {
    const ended = error instanceof ProblemError && error.status === 401 && expiry.isSignedIn();
    if (ended && (await expiry.wait())) return send(file, watch);
    throw error;
  }
}
