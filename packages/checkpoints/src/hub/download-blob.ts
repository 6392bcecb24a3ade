import { CheckpointError } from "../checkpoint-error.ts";
import type { DownloadProgress } from "./hub-options.ts";

export interface DownloadBlobOptions {
  readonly name: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
  /** What an answer of 400 and above means; undefined: there is no such file. */
  readonly refused: (response: Response) => CheckpointError | undefined;
}

const attempts = 5;
const partBytes = 8 << 20;

/** What has come of a file; parts that are full are blobs, which a browser may put on disk. */
interface Received {
  readonly parts: Blob[];
  loaded: number;
  total: number | undefined;
}

/**
 * Fetches a file as a blob, going on where a connection broke off; undefined where there is none. Throws a
 * CheckpointError where it is refused, and after five broken connections.
 */
export async function downloadBlob(url: string, options: DownloadBlobOptions): Promise<Blob | undefined> {
  const received: Received = { parts: [], loaded: 0, total: undefined };
  for (let attempt = 1; ; attempt++) {
    try {
      return (await receive(url, received, options)) ? new Blob(received.parts) : undefined;
    } catch (cause) {
      options.signal?.throwIfAborted();
      if (CheckpointError.isInstance(cause)) throw cause;
      if (attempt === attempts)
        throw new CheckpointError("FOLDER", `hub: ${url} broke off ${attempts} times. Check the network, try again.`, {
          cause,
        });
      await new Promise((resolve) => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

/** Gives whether there is such a file. */
async function receive(url: string, received: Received, options: DownloadBlobOptions): Promise<boolean> {
  const { name, headers, signal, onProgress, refused } = options;
  const range: Record<string, string> = received.loaded > 0 ? { range: `bytes=${received.loaded}-` } : {};
  const response = await fetch(url, { headers: { ...headers, ...range }, ...(signal && { signal }) });
  if (!response.ok || response.body === null) {
    const problem = refused(response);
    if (problem) throw problem;
    return false;
  }
  if (response.status !== 206) {
    received.parts.length = 0;
    received.loaded = 0;
  }
  const length = response.headers.get("content-length");
  if (length !== null) received.total = received.loaded + Number(length);
  let chunks: Uint8Array<ArrayBuffer>[] = [];
  let waiting = 0;
  const keep = (): void => {
    received.parts.push(new Blob(chunks));
    [chunks, waiting] = [[], 0];
  };
  try {
    const reader = response.body.getReader();
    for (let step = await reader.read(); !step.done; step = await reader.read()) {
      chunks.push(step.value);
      waiting += step.value.length;
      received.loaded += step.value.length;
      if (waiting >= partBytes) keep();
      onProgress?.({ file: name, loaded: received.loaded, total: received.total });
    }
  } finally {
    keep();
  }
  // A compressed answer is longer than its length says, never shorter.
  if (received.total !== undefined && received.loaded < received.total)
    throw new Error(`ended at ${received.loaded} of ${received.total} bytes`);
  return true;
}
