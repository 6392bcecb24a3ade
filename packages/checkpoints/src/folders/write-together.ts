import { CheckpointError } from "../checkpoint-error.ts";
import type { Folder, StagedFiles } from "./folder.ts";
import { hasFile } from "./open-file.ts";
import { unfinishedText } from "./unfinished.ts";

/**
 * Writes files that belong together. Whoever stops midway has the old ones, all of them, or a folder whose `entry`, the
 * file that readers begin with, says so: never some of each. A folder that can stage keeps the old ones until all of the
 * new are written; any other loses them at the first write.
 *
 * @param write writes to, and removes from, the folder it is given; called inside another's, it is part of that
 * @throws CheckpointError where the folder is read-only; nothing has changed if `write` throws, in a folder that can stage
 */
export async function writeTogether(
  folder: Folder,
  entry: string,
  write: (staged: StagedFiles) => Promise<void>,
): Promise<void> {
  const staged = folder.stage ? await folder.stage(entry) : fileByFile(folder, entry);
  staged.stage = async () => ({ ...staged, commit: async () => {}, discard: async () => {} });
  try {
    await write(staged);
    await staged.commit();
  } catch (error) {
    await staged.discard().catch(() => {});
    throw error;
  }
}

/** For folders that can do no more than write: the entry is spoilt first and written last. */
function fileByFile(folder: Folder, entry: string): StagedFiles {
  if (!folder.write)
    throw new CheckpointError(
      "FOLDER",
      `writeTogether: ${folder.label ?? "the folder"} is read-only. Write to a localFolder or a memoryFolder.`,
    );
  const write = folder.write.bind(folder);
  let last: Uint8Array | undefined;
  let spoilt: Promise<void> | undefined;
  const spoil = (): Promise<void> => (spoilt ??= write(entry, new TextEncoder().encode(unfinishedText)));
  return {
    ...(folder.label !== undefined && { label: folder.label }),
    read: (name) => folder.read(name),
    async write(name, bytes) {
      if (name === entry) last = bytes;
      else {
        await spoil();
        await write(name, bytes);
      }
    },
    ...(folder.writePieces && {
      async writePieces(name, pieces) {
        await spoil();
        await folder.writePieces!(name, pieces);
      },
    }),
    async remove(name) {
      if (!(await hasFile(folder, name))) return;
      if (!folder.remove)
        throw new CheckpointError(
          "FOLDER",
          `writeTogether: ${folder.label ?? "the folder"} has an older ${name}, which would be read with the new files, and cannot remove it. Remove it.`,
        );
      await spoil();
      await folder.remove(name);
    },
    async commit() {
      if (last) await write(entry, last);
    },
    discard: async () => {},
  };
}
