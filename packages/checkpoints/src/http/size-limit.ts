import { CheckpointError } from "../checkpoint-error.ts";
import { inPage } from "./in-page.ts";
import { shownAddress } from "./web-address.ts";

/** Bytes that an answer may have where it does not declare how many: far above any vocabulary, far below a disk. */
export const undeclaredBytes: number = 64 << 20;
/** Real text and weights, compressed, unpack to less than this many times their size. */
const mostUnpacked = 20;

/** How many bytes may come, and by what. */
export interface SizeLimit {
  readonly most: number;
  readonly by: string;
}

/** What an answer declares of its size. */
export interface DeclaredSize extends SizeLimit {
  /** Bytes in all, where the answer says so and is not compressed. */
  readonly exact: number | undefined;
}

/** Reads Content-Length and Content-Encoding; a browser may hide the second, and unpacks in any case. */
export function declaredSize({ headers }: Response, maximum?: number): DeclaredSize {
  const length = parseLength(headers.get("content-length"));
  const encoding = headers.get("content-encoding");
  const plain = encoding === null || encoding === "identity";
  const exact = plain && !inPage() ? length : undefined;
  if (maximum !== undefined) return { exact, most: maximum, by: "maxBytes" };
  if (exact !== undefined) return { exact, most: exact, by: "what it declares" };
  const most = Math.max(undeclaredBytes, mostUnpacked * (length ?? 0));
  return { exact, most, by: "a limit for what is compressed or declares no length" };
}

/** Throws a CheckpointError where more bytes came than may. */
export function checkSize(url: URL, loaded: number, { most, by }: SizeLimit): void {
  if (loaded <= most) return;
  throw new CheckpointError(
    "FOLDER",
    `fetch: ${shownAddress(url)} sends more than ${most} bytes, the most that it may by ${by}. Use another server, or one that says how long the file is (Content-Length).`,
  );
}

/** parseLength("12") → 12; undefined for what is no length */
export function parseLength(header: string | null): number | undefined {
  return header !== null && /^\d{1,15}$/.test(header) ? Number(header) : undefined;
}
