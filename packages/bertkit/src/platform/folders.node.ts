// Selected by the "node" condition in package.json's imports.
import { lstat } from "node:fs/promises";

export { hubFolder, localFolder } from "@bertkit/checkpoints/node";

/** Whether a file, folder or link exists, even a broken link. Throws if that cannot be determined. */
export async function pathExists(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
