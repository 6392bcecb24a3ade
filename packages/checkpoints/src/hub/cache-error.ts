import { CheckpointError } from "../checkpoint-error.ts";
import { codeOf } from "../folders/file-error.ts";

const full: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];
const forbidden: readonly string[] = ["EROFS", "EACCES", "EPERM"];

/** Whether an error says that somebody may not write, and nothing else. */
export function isForbidden(error: unknown): boolean {
  return forbidden.includes(codeOf(error) ?? "");
}

/** What a failure of the file system means to the cache, and what to do; other errors are returned as they are. */
function cacheError(error: unknown, cache: string, file: string, doing: "read" | "write"): unknown {
  const code = codeOf(error);
  if (CheckpointError.isInstance(error) || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (doing === "read")
    return new CheckpointError(
      "FOLDER",
      `hub: ${file} cannot be read from the cache ${cache} (${code}). Make it readable, or set HF_HUB_CACHE to a folder of your own.`,
      { cause: error },
    );
  const problem = full.includes(code)
    ? `the disk is full (${code}), or this user's share of it: ${file} does not fit into the cache ${cache}. Free some space, or set HF_HUB_CACHE to a folder on another disk; a download resumes where it stopped.`
    : forbidden.includes(code)
      ? `the cache ${cache} cannot be written (${code}), and ${file} is not in it. Set HF_HUB_CACHE to a folder that you may write to, or fill the cache as somebody who may.`
      : `the cache ${cache} failed (${code}) at ${file}. Check the disk, or set HF_HUB_CACHE to another folder.`;
  return new CheckpointError("FOLDER", `hub: ${problem}`, { cause: error });
}

/** Runs what reads a file from the cache or writes it there; an error says what that means, and what to do. */
export async function inCache<T>(
  cache: string,
  file: string,
  doing: "read" | "write",
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cacheError(error, cache, file, doing);
  }
}
