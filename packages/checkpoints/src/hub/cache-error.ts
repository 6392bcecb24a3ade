import { CheckpointError } from "../checkpoint-error.ts";
import { codeOf } from "../folders/file-error.ts";

const full: readonly string[] = ["ENOSPC", "EDQUOT", "EFBIG"];
const forbidden: readonly string[] = ["EROFS", "EACCES", "EPERM"];

/** Whether an error means missing write permission. */
export function isForbidden(error: unknown): boolean {
  return forbidden.includes(codeOf(error) ?? "");
}

/** The error for a file system failure in the cache, with the fix; other errors are returned unchanged. */
function cacheError(error: unknown, cache: string, file: string, doing: "read" | "write"): unknown {
  const code = codeOf(error);
  if (CheckpointError.isInstance(error) || code === undefined || !/^E[A-Z0-9]+$/.test(code)) return error;
  if (doing === "read")
    return new CheckpointError(
      "FOLDER",
      `hub: ${file} cannot be read from the cache ${cache} (${code}). Make it readable, or set HF_HUB_CACHE to your own folder.`,
      { cause: error },
    );
  const problem = full.includes(code)
    ? `the disk or the user's quota is full (${code}): ${file} does not fit into the cache ${cache}. Free some space, or set HF_HUB_CACHE to a folder on another disk; a download resumes where it stopped.`
    : forbidden.includes(code)
      ? `the cache ${cache} cannot be written (${code}), and ${file} is not in it. Set HF_HUB_CACHE to a writable folder, or fill the cache as a user who may write to it.`
      : `the cache ${cache} failed (${code}) at ${file}. Check the disk, or set HF_HUB_CACHE to another folder.`;
  return new CheckpointError("FOLDER", `hub: ${problem}`, { cause: error });
}

/** Runs a read or write of a cached file; errors are turned into ones with the reason and the fix. */
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
