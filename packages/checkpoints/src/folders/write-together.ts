import { callable, checkValue } from "@bertkit/checks";
import { CheckpointError } from "../checkpoint-error.ts";
import { checkFolder } from "./check-folder.ts";
import { checkFileName, type Folder, type StagedFiles } from "./folder.ts";
import { hasFile } from "./open-file.ts";
import { unfinishedText } from "./unfinished.ts";

/**
 * Writes several files as a unit. If it is interrupted, the folder has all old files, or an `entry` (the file that
 * readers start with) that says so; never a mixture. A folder with `stage` keeps the old files until all new ones are
 * written; any other loses them at the first write. In a local folder, writes at the same time replace the files one after
 * the other, also those of several processes.
 *
 * @param write writes and removes files of the folder it is given; a nested call is part of the outer one
 * @throws CheckpointError if the folder is read-only. If `write` throws, a folder with `stage` is unchanged
 */
export async function writeTogether(
  folder: Folder,
  entry: string,
  write: (staged: StagedFiles) => Promise<void>,
): Promise<void> {
  checkFolder("writeTogether", folder);
  checkFileName(entry);
  checkValue("writeTogether", "write", write, callable, "Pass a function that writes the files.");
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

/** For folders without `stage`: invalidates the entry first and writes it last. */
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
          `writeTogether: ${folder.label ?? "the folder"} cannot remove an older ${name}, which would be read with the new files. Remove it.`,
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
