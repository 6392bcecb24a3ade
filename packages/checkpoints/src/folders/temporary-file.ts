import { randomBytes } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isRunning, processToken, tokenPattern } from "./process-token.ts";

const pattern = new RegExp(`\\.(${tokenPattern})-[0-9a-f]{8}\\.tmp$`);

/** A name beside `path` for a file in the making, which says whose it is. */
export function temporaryPath(path: string): string {
  return `${path}.${processToken()}-${randomBytes(4).toString("hex")}.tmp`;
}

/** Whether a name is one that `temporaryPath` gave. */
export function isTemporary(name: string): boolean {
  return pattern.test(name);
}

/**
 * Removes what processes that have died left unfinished in a directory and, if `recursive`, below it; never a file of one
 * that runs, or that may run elsewhere. Gives the paths removed.
 */
export async function removeLeftovers(
  directory: string,
  { recursive = false }: { recursive?: boolean } = {},
): Promise<string[]> {
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
