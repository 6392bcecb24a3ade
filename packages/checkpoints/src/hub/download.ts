import { open, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { writeAll } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { isAbsence } from "../folders/file-error.ts";
import { makeFolder } from "../folders/make-folder.ts";
import { contentRange } from "../http/download-blob.ts";
import { piecesOf, request } from "../http/request.ts";
import { defaultAttempts, Transient, transientAnswer, withRetries } from "../http/retries.ts";
import { checkSize, declaredSize, type SizeLimit } from "../http/size-limit.ts";
import { timeLimit } from "../http/time-limit.ts";
import { shortened, shownAddress } from "../http/web-address.ts";
import type { HubFile } from "./hub-file.ts";
import type { DownloadProgress } from "./hub-options.ts";
import { blobProblem, isChecksum } from "./verify-blob.ts";

export interface DownloadOptions {
  readonly name: string;
  /** Authorization and other headers, only sent to the hub's origin. */
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal | undefined;
  /** Seconds without a byte that end an attempt. */
  readonly timeout: number;
  readonly onProgress: ((progress: DownloadProgress) => void) | undefined;
}

/**
 * Downloads a file to `target` by way of `target`.node-incomplete, from which an interrupted download resumes. The
 * content is checked against the described size and checksum, and synced to disk before it is renamed.
 */
export async function download(file: HubFile, target: string, options: DownloadOptions): Promise<void> {
  const incomplete = `${target}.node-incomplete`;
  await makeFolder(dirname(target));
  const left = await sizeOf(incomplete);
  if (file.size !== undefined && left > file.size) await rm(incomplete, { force: true });
  let problem = await fetchAndCheck(file, incomplete, options);
  // The bytes from an earlier process may be damaged: try once more from the start.
  if (problem !== undefined && left > 0) problem = await fetchAndCheck(file, incomplete, options);
  if (problem !== undefined)
    throw new CheckpointError(
      "FOLDER",
      `hub: ${shownAddress(file.url)} is damaged: ${problem}, expected ${file.etag}. It was discarded; run it again, or use another mirror.`,
    );
  await syncFile(incomplete);
  await rename(incomplete, target);
  await syncDirectory(dirname(target));
}

/** Downloads and verifies. Returns the problem of a damaged download, which is discarded. */
async function fetchAndCheck(file: HubFile, path: string, options: DownloadOptions): Promise<string | undefined> {
  await withRetries(() => append(file, path, options), {
    attempts: defaultAttempts,
    signal: options.signal,
    gaveUp: (cause, attempts) =>
      new CheckpointError(
        "FOLDER",
        `hub: ${shownAddress(file.url)} broke off ${attempts === 1 ? "once" : `${attempts} times`}. The bytes received are kept: run it again to resume. The last attempt ${cause.message}.`,
        { cause },
      ),
  });
  const problem = await blobProblem(path, file, options.signal);
  if (problem !== undefined) await rm(path, { force: true });
  return problem;
}

async function append(
  file: HubFile,
  path: string,
  { name, headers, signal, timeout, onProgress }: DownloadOptions,
): Promise<void> {
  const had = await sizeOf(path);
  if (file.size !== undefined && had >= file.size) {
    await (await open(path, "a")).close(); // an empty file needs no request
    return;
  }
  const limit = timeLimit(timeout, signal);
  try {
    const plain = { "accept-encoding": "identity", range: `bytes=${had}-` };
    const response = await request(file.url, { headers, plain, verified: isChecksum(file.etag), limit });
    const { start, sizeLimit } = await accept(file, path, had, response).catch(async (error: unknown) => {
      await response.body?.cancel().catch(() => {});
      throw error;
    });
    const handle = await open(path, start === 0 ? "w" : "r+");
    try {
      let loaded = start;
      for await (const piece of piecesOf(response, limit)) {
        if (loaded + piece.length > sizeLimit.max) await rm(path, { force: true });
        checkSize(file.url, loaded + piece.length, sizeLimit);
        await writeAll(piece, handle, loaded);
        loaded += piece.length;
        onProgress?.({ file: name, loaded, total: file.size });
      }
      if (file.size !== undefined && loaded < file.size)
        throw new Transient(`ended at ${loaded} of ${file.size} bytes`);
    } finally {
      await handle.close();
    }
  } finally {
    limit.stop();
  }
}

/** Start of the response's bytes in the file, and the size limit. Throws if the response is not usable. */
async function accept(
  file: HubFile,
  path: string,
  had: number,
  response: Response,
): Promise<{ start: number; sizeLimit: SizeLimit }> {
  const { status, headers } = response;
  const transient = transientAnswer(response);
  if (transient) throw transient;
  const range = status === 206 ? contentRange(headers.get("content-range")) : undefined;
  if (status === 416 || (range && range.start !== had)) {
    await rm(path, { force: true }); // the next attempt requests all of it
    throw new Transient(`was asked to resume at byte ${had}, and did not`);
  }
  if (status !== 200 && status !== 206)
    throw new CheckpointError(
      "FOLDER",
      `hub: ${shownAddress(file.url)} answered ${status} ${shortened(response.statusText)}.`,
    );
  const start = status === 200 ? 0 : had; // 200: the whole file, although a range was requested
  const declared = declaredSize(response);
  const total = range?.total ?? (declared.exact === undefined ? undefined : start + declared.exact);
  if (file.size !== undefined && total !== undefined && total !== file.size)
    throw new CheckpointError(
      "FOLDER",
      `hub: ${shownAddress(file.url)} sends ${total} bytes, but the hub describes ${file.size}. Run it again, or use another mirror.`,
    );
  const sizeLimit =
    file.size === undefined
      ? { max: start + declared.max, by: declared.by }
      : { max: file.size, by: "the hub's description" };
  return { start, sizeLimit };
}

async function syncFile(path: string): Promise<void> {
  const handle = await open(path, "r+");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Syncs a new name to disk, if the system supports it. */
async function syncDirectory(path: string): Promise<void> {
  const handle = await open(path, "r").catch(() => undefined); // Windows cannot open directories
  await handle?.sync().catch(() => {});
  await handle?.close();
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (isAbsence(error)) return 0;
    throw error;
  }
}
