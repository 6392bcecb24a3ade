import { CheckpointError } from "../checkpoint-error.ts";
import { piecesOf, request } from "./request.ts";
import { defaultAttempts, Transient, transientAnswer, withRetries } from "./retries.ts";
import { checkSize, declaredSize, parseLength, type SizeLimit } from "./size-limit.ts";
import { type TimeLimit, timeLimit } from "./time-limit.ts";
import { shownAddress } from "./web-address.ts";

export interface DownloadBlobOptions {
  /** Prefix of error messages. */
  readonly where: string;
  /** The caller's headers, only sent to the address's origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Seconds without a byte that end an attempt. */
  readonly timeout: number;
  /** Whether the content at the address never changes, so that a broken download may resume. */
  readonly immutable: boolean;
  /** Maximum bytes, instead of the limit derived from the response. */
  readonly maxBytes?: number | undefined;
  readonly onProgress?: ((loaded: number, total: number | undefined) => void) | undefined;
  /** The error for a response that is not the file; undefined if the file does not exist. */
  readonly errorOf: (response: Response) => CheckpointError | undefined;
}

/** A file with its response headers. */
export interface DownloadedBlob {
  readonly blob: Blob;
  readonly headers: Headers;
}

const partBytes = 8 << 20;

/** The bytes received so far. Full parts are blobs, which a browser may keep on disk. */
interface Received {
  readonly parts: Blob[];
  loaded: number;
}

/**
 * Downloads a file as a blob; undefined if it does not exist. Retries if the connection breaks, is silent too long, or
 * the server asks to try later. Throws a CheckpointError if the request is rejected, the file is larger than declared,
 * or after five attempts.
 */
export async function downloadBlob(url: URL, options: DownloadBlobOptions): Promise<DownloadedBlob | undefined> {
  const received: Received = { parts: [], loaded: 0 };
  return withRetries(() => receive(url, received, options), {
    attempts: defaultAttempts,
    signal: options.signal,
    gaveUp: (cause, attempts) =>
      new CheckpointError(
        "FOLDER",
        `${options.where}: ${shownAddress(url)} ${cause.message} (attempt ${attempts}). Check the address and the network, and try again.`,
        { cause },
      ),
  });
}

async function receive(
  url: URL,
  received: Received,
  options: DownloadBlobOptions,
): Promise<DownloadedBlob | undefined> {
  const { headers, signal, timeout, immutable, maxBytes, onProgress, errorOf } = options;
  const resumed = immutable && received.loaded > 0;
  if (!resumed) restart(received);
  const limit = timeLimit(timeout, signal);
  try {
    const plain = { "accept-encoding": "identity", ...(resumed && { range: `bytes=${received.loaded}-` }) };
    const response = await request(url, { headers, plain, limit });
    const transient = transientAnswer(response);
    if (transient || !(response.status === 200 || (resumed && response.status === 206))) {
      void response.body?.cancel().catch(() => {});
      if (transient) throw transient;
      if (resumed && response.status === 416) {
        restart(received);
        throw new Transient("does not resume");
      }
      const problem = errorOf(response);
      if (problem) throw problem;
      return undefined;
    }
    if (response.status === 200) restart(received);
    else checkResumed(response, received);
    const declared = declaredSize(response, maxBytes);
    let limitOfSize: SizeLimit = { max: received.loaded + declared.max, by: declared.by };
    let isGuess = declared.isGuess;
    const exact = declared.exact === undefined ? undefined : received.loaded + declared.exact;
    checkSize(url, exact ?? 0, limitOfSize);
    const length = parseLength(response.headers.get("content-length"));
    const total = exact ?? (length === undefined ? undefined : received.loaded + length);
    let chunks: Uint8Array<ArrayBuffer>[] = [];
    let waiting = 0;
    const keep = (): void => {
      received.parts.push(new Blob(chunks));
      [chunks, waiting] = [[], 0];
    };
    try {
      for await (const piece of piecesOf(response, limit)) {
        if (isGuess && received.loaded + piece.length > limitOfSize.max) {
          isGuess = false;
          limitOfSize = (await sizeByRange(url, headers, limit)) ?? limitOfSize;
        }
        checkSize(url, received.loaded + piece.length, limitOfSize);
        chunks.push(piece);
        waiting += piece.length;
        received.loaded += piece.length;
        if (waiting >= partBytes) keep();
        onProgress?.(received.loaded, total);
      }
    } finally {
      keep();
    }
    if (exact !== undefined && received.loaded < exact)
      throw new Transient(`ended at ${received.loaded} of ${exact} bytes`);
    return { blob: new Blob(received.parts), headers: response.headers };
  } finally {
    limit.stop();
  }
}

/**
 * The size that a server states for one byte of the file, which it does not compress, as `vite preview` does whole
 * files; undefined if it does not answer ranges.
 */
async function sizeByRange(
  url: URL,
  headers: Readonly<Record<string, string>>,
  limit: TimeLimit,
): Promise<SizeLimit | undefined> {
  const plain = { "accept-encoding": "identity", range: "bytes=0-0" };
  const response = await request(url, { headers, plain, limit });
  void response.body?.cancel().catch(() => {});
  const max = response.status === 206 ? contentRange(response.headers.get("content-range"))?.total : undefined;
  return max === undefined ? undefined : { max, by: "its Content-Range" };
}

function restart(received: Received): void {
  received.parts.length = 0;
  received.loaded = 0;
}

/** Throws a Transient if the server resumes at another position; the next attempt then requests the whole file. */
function checkResumed({ headers }: Response, received: Received): void {
  const { loaded } = received;
  const start = contentRange(headers.get("content-range"))?.start;
  const packed = (headers.get("content-encoding") ?? "identity") !== "identity";
  if (!packed && (start === undefined || start === loaded)) return;
  restart(received);
  throw new Transient(`was asked to resume at byte ${loaded}, and did not`);
}

/** contentRange("bytes 10-19/100") → { start: 10, total: 100 } */
export function contentRange(header: string | null): { start: number; total: number | undefined } | undefined {
  const [, start, total] = /^bytes (\d{1,15})-\d{1,15}\/(\d{1,15}|\*)$/.exec(header ?? "") ?? [];
  if (start === undefined) return undefined;
  return { start: Number(start), total: total === "*" ? undefined : Number(total) };
}
