import { readRange } from "../binary/read-range.ts";
import { startStandIn } from "../binary/stand-in-of.ts";
import type { Folder } from "../folders/folder.ts";
import { openFile } from "../folders/open-file.ts";
import type { RandomAccess } from "../random-access.ts";
import type { BundleEntry } from "./bundle-entry.ts";
import { shown } from "../shown.ts";
import { tensorflowError } from "./tensorflow-error.ts";

/** The data files of a checkpoint. */
export interface DataShards {
  /** The file of an entry. */
  fileOf(entry: BundleEntry): RandomAccess;
  read(entry: BundleEntry): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** dataFileName("bert_model.ckpt", 0, 1) → "bert_model.ckpt.data-00000-of-00001" */
export function dataFileName(prefix: string, shard: number, shards: number): string {
  const [number, count] = [shard, shards].map((value) => String(value).padStart(5, "0"));
  return `${prefix}.data-${number}-of-${count}`;
}

/** Opens the data files of the entries, and checks that each entry is inside its file and does not overlap another. */
export async function openDataShards(
  folder: Folder,
  prefix: string,
  shards: number,
  entries: ReadonlyMap<string, BundleEntry>,
): Promise<DataShards> {
  const files = new Map<number, RandomAccess>();
  const close = async (): Promise<void> => {
    for (const file of files.values()) await file.close?.();
  };
  try {
    let last: { shard: number; end: number } = { shard: -1, end: 0 };
    const inOrder = [...entries].sort(([, a], [, b]) => a.shard - b.shard || a.offset - b.offset || a.size - b.size);
    for (const [name, { shard, offset, size }] of inOrder) {
      if (shard >= shards) throw tensorflowError(`${shown(name)} is in data file ${shard} of ${shards}.`);
      let file = files.get(shard);
      if (!file) {
        const fileName = dataFileName(prefix, shard, shards);
        file = await openFile(folder, fileName);
        if (!file) throw tensorflowError(`there is no ${fileName} in ${folder.label ?? "the folder"}.`);
        files.set(shard, file);
      }
      if (offset + size > file.size) {
        const instead = await startStandIn(file);
        const where = `${dataFileName(prefix, shard, shards)} in ${folder.label ?? "the folder"}`;
        if (instead !== undefined) throw tensorflowError(`${where} ${instead}.`);
        throw tensorflowError(
          `${shown(name)} is at ${offset}..${offset + size} of a data file of ${file.size} bytes, ${where}. It may be truncated.`,
        );
      }
      if (last.shard === shard && offset < last.end)
        throw tensorflowError(`${shown(name)} overlaps another tensor at byte ${offset}.`);
      last = { shard, end: offset + size };
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    fileOf: ({ shard }) => files.get(shard)!,
    read: ({ shard, offset, size }) =>
      readRange(files.get(shard)!, offset, offset + size, { code: "TENSORFLOW", format: "tensorflow" }),
    close,
  };
}
