import { unusedProxy } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { inPage } from "./in-page.ts";
import { Transient } from "./retries.ts";
import type { TimeLimit } from "./time-limit.ts";
import { shortened, shownAddress } from "./web-address.ts";

export interface RequestOptions {
  readonly method?: "GET" | "HEAD";
  /** The caller's headers, such as an authorization. Only sent to the address's origin (scheme, host, port). */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers for every server, such as a range. */
  readonly plain?: Readonly<Record<string, string>>;
  /** Whether the content is verified by a checksum from https: it may then come over http. */
  readonly verified?: boolean;
  readonly limit: TimeLimit;
  /** Whether a redirect is the final response, not to be followed. */
  readonly isAnswer?: (redirect: Response) => boolean;
}

const maxMoves = 10;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/**
 * Makes a request and follows redirects. The caller reads the body under the same time limit. Throws a Transient if
 * there is no response, and a CheckpointError on an invalid redirect or one from https to http.
 */
export async function request(url: URL, options: RequestOptions): Promise<Response> {
  const { method = "GET", plain = {}, verified = false, limit, isAnswer } = options;
  let { headers } = options;
  let at = url;
  for (let moves = 0; ; moves++) {
    limit.wait();
    const all = { method, headers: { ...plain, ...headers }, signal: limit.signal };
    const response = await (inPage() ? followedByBrowser(url, all, headers) : fetched(url, at, all));
    limit.pause();
    const location = response.headers.get("location");
    if (!redirects.includes(response.status) || location === null || isAnswer?.(response)) return response;
    void response.body?.cancel().catch(() => {});
    if (moves === maxMoves) throw misled(url, `redirects more than ${maxMoves} times`);
    const next = target(url, location, at);
    if (!verified && at.protocol === "https:" && next.protocol === "http:") throw downgraded(url);
    if (next.origin !== at.origin) headers = {};
    at = next;
  }
}

/** Reads a response body in pieces. Throws a Transient if it breaks off or is silent too long. */
export async function* piecesOf(response: Response, limit: TimeLimit): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (response.body === null) return;
  const reader = response.body.getReader();
  let done = false;
  try {
    for (;;) {
      limit.wait();
      const step = await reader.read().catch((cause: unknown) => {
        throw new Transient(`broke off: ${reasonOf(cause)}`, { cause });
      });
      limit.pause();
      done = step.done;
      if (step.done) return;
      yield step.value;
    }
  } finally {
    if (!done) await reader.cancel().catch(() => {});
  }
}

/** The message of the innermost cause. */
export function reasonOf(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (!(inner instanceof Error)) return shortened(String(inner));
  const { code } = inner as { code?: unknown };
  return shortened(inner.message || (typeof code === "string" ? code : inner.name));
}

async function fetched(url: URL, at: URL, options: RequestInit): Promise<Response> {
  try {
    return await fetch(at, { redirect: "manual", ...options });
  } catch (cause) {
    const elsewhere = at.origin === url.origin ? "" : ` through its redirect to ${at.origin}`;
    throw new Transient(`could not be reached${elsewhere}: ${reasonOf(cause)}${unusedProxy(at)}`, { cause });
  }
}

/**
 * Browsers hide the target of a redirect. On a redirect to another origin they remove the authorization (Fetch
 * standard, HTTP-redirect fetch) but no other header, so with any other header of the caller a redirect is an error.
 */
async function followedByBrowser(
  url: URL,
  options: RequestInit,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const others = Object.keys(headers).filter((name) => name.toLowerCase() !== "authorization");
  const response = await fetched(url, url, { ...options, redirect: others.length > 0 ? "manual" : "follow" });
  if (response.type === "opaqueredirect")
    throw misled(
      url,
      `redirects, and a browser would send ${others.join(", ")} to the new address too. Use that address`,
    );
  if (url.protocol === "https:" && response.url.startsWith("http:")) throw downgraded(url);
  return response;
}

function target(url: URL, location: string, at: URL): URL {
  let next: URL;
  try {
    next = new URL(location, at);
  } catch {
    throw misled(url, "redirects to an invalid address");
  }
  if (!/^https?:$/.test(next.protocol)) throw misled(url, `redirects to ${shortened(next.protocol)}, not the web`);
  next.username = next.password = "";
  return next;
}

function downgraded(url: URL): CheckpointError {
  return misled(url, "redirects from https to http, which can be tampered with");
}

function misled(url: URL, problem: string): CheckpointError {
  return new CheckpointError("FOLDER", `fetch: ${shownAddress(url)} ${problem}.`);
}
