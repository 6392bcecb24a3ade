import { CheckpointError } from "../checkpoint-error.ts";
import { inPage } from "./in-page.ts";
import { shownAddress } from "./web-address.ts";

/** Maximum bytes of a response that does not declare its size: far more than any vocabulary, far less than a disk. */
export const undeclaredBytes: number = 64 << 20;
/** Real text and weights decompress to less than this many times their size. */
const maxUnpacked = 20;

/** Maximum bytes, and the reason. */
export interface SizeLimit {
  readonly max: number;
  readonly by: string;
}

/** The declared size of a response. */
export interface DeclaredSize extends SizeLimit {
  /** Exact number of bytes, if declared and not compressed. */
  readonly exact: number | undefined;
  /** Whether neither the response nor the caller states a size. */
  readonly isGuess: boolean;
}

/** Reads Content-Length and Content-Encoding. A browser may hide the latter, and decompresses in any case. */
export function declaredSize({ headers }: Response, maximum?: number): DeclaredSize {
  const length = parseLength(headers.get("content-length"));
  const encoding = headers.get("content-encoding");
  const plain = encoding === null || encoding === "identity";
  const exact = plain && !inPage() ? length : undefined;
  if (maximum !== undefined) return { exact, max: maximum, by: "maxBytes", isGuess: false };
  if (exact !== undefined) return { exact, max: exact, by: "its Content-Length", isGuess: false };
  const max = Math.max(undeclaredBytes, maxUnpacked * (length ?? 0));
  return { exact, max, by: "the limit for compressed responses and those without a Content-Length", isGuess: true };
}

/** Throws a CheckpointError if more bytes were received than allowed. */
export function checkSize(url: URL, loaded: number, { max, by }: SizeLimit): void {
  if (loaded <= max) return;
  throw new CheckpointError(
    "FOLDER",
    `fetch: ${shownAddress(url)} sends more than ${max} bytes, the maximum by ${by}. Use another server, or one that sends Content-Length or answers ranges.`,
  );
}

/** parseLength("12") → 12; undefined if invalid */
export function parseLength(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
