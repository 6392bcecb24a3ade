// Chosen by the condition "node" of package.json's imports.
import { lstat } from "node:fs/promises";

export { hubFolder, localFolder } from "@bertkit/checkpoints/node";

/** Whether there is a file or folder. A link that leads nowhere is here as well. Throws where it cannot be told. */
export async function isHere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    const { code } = error as { code?: unknown };
    if (code === "ENOENT" || code === "ENOTDIR") return false;
    throw error;
  }
}
