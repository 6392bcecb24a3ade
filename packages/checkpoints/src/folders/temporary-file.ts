import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { checkOptions, trueOrFalse } from "@bertkit/checks";
import { isRunning, processToken, tokenPattern } from "./process-token.ts";

const pattern = new RegExp(`\\.(${tokenPattern})-[0-9a-f]{8}\\.tmp$`);

/** A temporary name next to `path`, which contains the writing process. */
export function temporaryPath(path: string): string {
  return `${path}.${processToken()}-${randomBytes(4).toString("hex")}.tmp`;
}

/** Whether a name is from `temporaryPath`. */
export function isTemporary(name: string): boolean {
  return pattern.test(name);
}

export interface RemoveLeftoversOptions {
  /** Look in the folders below too. Default false. */
  readonly recursive?: boolean;
}

/**
 * Removes temporary files of dead processes in a directory and, if `recursive`, below it; never those of a process that
 * is running, or may be running elsewhere. Returns the removed paths.
 */
export async function removeLeftovers(directory: string, options: RemoveLeftoversOptions = {}): Promise<string[]> {
  checkOptions("removeLeftovers", options, { recursive: trueOrFalse });
  const { recursive = false } = options;
  const entries = await readdir(directory, { withFileTypes: true }).catch(() => []);
  const removed: string[] = [];
  for (const entry of entries) {
    const path = join(directory, entry.name);
    const token = pattern.exec(entry.name)?.[1];
    if (entry.isFile() && token !== undefined && isRunning(token) === false) {
      await rm(path, { force: true });
      removed.push(path);
    } else if (recursive && entry.isDirectory()) removed.push(...(await removeLeftovers(path, { recursive })));
  }
  return removed;
}
