import { CheckpointError } from "../checkpoint-error.ts";
import { inPage } from "./in-page.ts";
import { Transient } from "./retries.ts";
import type { TimeLimit } from "./time-limit.ts";
import { shortened, shownAddress } from "./web-address.ts";

export interface RequestOptions {
  readonly method?: "GET" | "HEAD";
  /** The caller's own, such as an authorization: they go to the address's origin (scheme, host, port) and no further. */
  readonly headers: Readonly<Record<string, string>>;
  /** Headers that every server may see, such as a range. */
  readonly plain?: Readonly<Record<string, string>>;
  /** Whether what comes is held to a checksum that came by https itself: it may then come by http. */
  readonly verified?: boolean;
  readonly limit: TimeLimit;
  /** A redirect that is the answer itself and not followed. */
  readonly isAnswer?: (redirect: Response) => boolean;
}

const mostMoves = 10;
const redirects: readonly number[] = [301, 302, 303, 307, 308];

/**
 * One request, redirects followed; what is received after this is the caller's to watch with the same limit. Throws a
 * Transient where there is no answer, and a CheckpointError for a redirect that leads nowhere or from https to http.
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
    if (moves === mostMoves) throw misled(url, `redirects more than ${mostMoves} times`);
    const next = target(url, location, at);
    if (!verified && at.protocol === "https:" && next.protocol === "http:") throw downgraded(url);
    if (next.origin !== at.origin) headers = {};
    at = next;
  }
}

/** Reads an answer piece by piece. Throws a Transient where it breaks off or falls silent. */
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

/** Why a request failed, as its innermost error says it. */
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
    throw new Transient(`could not be reached${elsewhere}: ${reasonOf(cause)}`, { cause });
  }
}

/**
 * Browsers do not show where a redirect leads. They take an authorization off where it leaves the origin (Fetch
 * standard, HTTP-redirect fetch), and no other header of ours: with such a one, a redirect is an error.
 */
async function followedByBrowser(
  url: URL,
  options: RequestInit,
  headers: Readonly<Record<string, string>>,
): Promise<Response> {
  const others = Object.keys(headers).filter((name) => name.toLowerCase() !== "authorization");
  const response = await fetched(url, url, { ...options, redirect: others.length > 0 ? "manual" : "follow" });
  if (response.type === "opaqueredirect")
    throw misled(url, `redirects, and a browser would send ${others.join(", ")} along. Give the address it leads to`);
  if (url.protocol === "https:" && response.url.startsWith("http:")) throw downgraded(url);
  return response;
}

function target(url: URL, location: string, at: URL): URL {
  let next: URL;
  try {
    next = new URL(location, at);
  } catch {
    throw misled(url, "redirects to what is no address");
  }
  if (!/^https?:$/.test(next.protocol)) throw misled(url, `redirects to ${shortened(next.protocol)}, not the web`);
  next.username = next.password = "";
  return next;
}

function downgraded(url: URL): CheckpointError {
  return misled(url, "redirects from https to http, which anyone on the way may change");
}

function misled(url: URL, problem: string): CheckpointError {
  return new CheckpointError("FOLDER", `fetch: ${shownAddress(url)} ${problem}.`);
}
