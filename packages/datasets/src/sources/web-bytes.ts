import { unusedProxy } from "@bertkit/checks";
import { DatasetError } from "../dataset-error.ts";
import type { RandomAccess } from "./random-access.ts";
import { nameOf } from "./source.ts";

/** Options of a request. */
export interface WebOptions {
  /** Only sent to the URL's own origin: a redirect to another origin does not get them. */
  readonly headers?: Readonly<Record<string, string>>;
}

const attempts = 4;
/** Seconds without data after which a request fails. */
const patience = 30;

/** The response with the requested data. @throws DatasetError on any other response, or none */
export async function fetchData(url: URL, { headers = {} }: WebOptions = {}, range?: string): Promise<Response> {
  const file = nameOf(url);
  for (let attempt = 1; ; attempt++) {
    let response: Response | undefined;
    let problem: string;
    try {
      // fetch decompresses a body, but ranges would be those of the compressed data.
      const asked = { ...headers, ...(range !== undefined && { range, "accept-encoding": "identity" }) };
      response = await answered(url, asked);
      if (response.status === (range === undefined ? 200 : 206)) return response;
      if (range !== undefined && response.status === 200) return response;
      problem = `responded with ${response.status} ${response.statusText.slice(0, 100)}`;
    } catch (error) {
      problem = `could not be fetched: ${messageOf(error)}${unusedProxy(url)}`;
    }
    await response?.body?.cancel().catch(() => {});
    const mayPass = response === undefined || [408, 429, 500, 502, 503, 504].includes(response.status);
    if (!mayPass || attempt === attempts)
      throw new DatasetError(
        "fetch",
        `${problem}${attempt > 1 ? `, ${attempt} times` : ""}. ${fixOf(response?.status)}`,
        { file },
      );
    const seconds = Number(response?.headers.get("retry-after") ?? Number.NaN);
    await wait(seconds >= 0 && seconds <= 60 ? 1000 * seconds : 250 * 2 ** (attempt - 1));
  }
}

/** A response's head; throws if none arrives. */
async function answered(url: URL, headers: Record<string, string>): Promise<Response> {
  const controller = new AbortController();
  const timer = setTimeout(() => controller.abort(silent()), 1000 * patience);
  try {
    return await fetch(url, { headers, signal: controller.signal });
  } finally {
    clearTimeout(timer);
  }
}

/** Awaits a promise; throws after too long without data. */
async function inTime<Value>(value: Promise<Value>): Promise<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(silent()), 1000 * patience);
  });
  try {
    return await Promise.race([value, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}

function silent(): Error {
  return new Error(`no data for ${patience} seconds`);
}

function fixOf(status: number | undefined): string {
  if (status === 401 || status === 403) return "Access is restricted: pass a token with access, or check the name.";
  if (status === 404) return "Check the URL.";
  return "Check the URL and whether the server is running, and try again.";
}

/** The bytes of a URL as they arrive. Throws if the connection breaks: nothing is read twice or lost. */
export async function* webBytes(url: URL, options?: WebOptions): AsyncGenerator<Uint8Array, void, undefined> {
  yield* bodyOf(await fetchData(url, options), nameOf(url));
}

/** The bytes of a response. */
export async function* bodyOf(
  response: Response,
  file: string | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (!response.ok)
    throw new DatasetError("fetch", `responded with ${response.status}, not with the data. ${fixOf(response.status)}`, {
      file,
    });
  if (response.bodyUsed)
    throw new DatasetError(
      "fetch",
      "the response's body was already read. Pass the reader a function that fetches it.",
      {
        file,
      },
    );
  const reader = response.body?.getReader();
  if (reader === undefined) return;
  let came = 0;
  let isAtEnd = false;
  try {
    for (;;) {
      const next = await inTime(reader.read()).catch((error: unknown) => {
        throw new DatasetError("fetch", `broke off after ${came} bytes: ${messageOf(error)}. Try again.`, { file });
      });
      if (next.done) break;
      came += next.value.length;
      yield next.value;
    }
    isAtEnd = true;
  } finally {
    if (!isAtEnd) await reader.cancel().catch(() => {});
  }
}

/** Random access to a URL by byte ranges, so that only what is needed is fetched. */
export async function webRandomAccess(url: URL, options?: WebOptions): Promise<RandomAccess> {
  const file = nameOf(url);
  const first = await fetchData(url, options, "bytes=0-0");
  if (first.status === 200) {
    const bytes = await readAll(first, file); // the server does not support ranges and sent the whole file
    return { size: bytes.length, read: async (start, end) => bytes.subarray(start, end) };
  }
  const size = totalOf(first, file);
  const etag = first.headers.get("etag");
  await first.body?.cancel().catch(() => {});
  return {
    size,
    read: async (start, end) => {
      if (end <= start) return new Uint8Array(0);
      const response = await fetchData(url, options, `bytes=${start}-${end - 1}`);
      const isSame =
        response.status === 206 && totalOf(response, file) === size && response.headers.get("etag") === etag;
      const bytes = isSame ? await readAll(response, file) : undefined;
      if (bytes?.length === end - start) return bytes;
      throw new DatasetError(
        "fetch",
        `did not return bytes ${start} to ${end} of ${size}: the file changed, or the response is incomplete. Read it from the start again.`,
        { file },
      );
    },
  };
}

function totalOf(response: Response, file: string | undefined): number {
  const total = /^bytes \d+-\d+\/(\d+)$/.exec(response.headers.get("content-range") ?? "")?.[1];
  if (total !== undefined) return Number(total);
  throw new DatasetError(
    "fetch",
    "responded to a range without the file's length. Download the file, and read it from disk.",
    { file },
  );
}

async function readAll(response: Response, file: string | undefined): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of bodyOf(response, file)) pieces.push(piece);
  return joined(pieces);
}

/** Joins chunks into one array. */
export function joined(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const bytes = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let place = 0;
  for (const piece of pieces) {
    bytes.set(piece, place);
    place += piece.length;
  }
  return bytes;
}

function messageOf(error: unknown): string {
  const { message, cause } = error as Error;
  return String((cause as Error | undefined)?.message || message).slice(0, 300);
}

function wait(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
