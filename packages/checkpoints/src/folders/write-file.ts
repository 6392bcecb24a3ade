import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder } from "./folder.ts";

/** Writes a file, text as UTF-8. Throws a CheckpointError where the folder is read-only. */
export async function writeFile(folder: Folder, name: string, content: Uint8Array | string): Promise<void> {
  if (!folder.write)
    throw new CheckpointError(
      "FOLDER",
      `writeFile: ${folder.label ?? "the folder"} is read-only. Write to a localFolder or a memoryFolder.`,
    );
  await folder.write(name, typeof content === "string" ? new TextEncoder().encode(content) : content);
}
