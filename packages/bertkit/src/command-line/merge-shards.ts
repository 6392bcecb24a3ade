import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mergeShardIndexes, parseShardIndex, shardIndexText } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import type { Shard } from "../data/shard-of.ts";
import type { DataValues } from "./data-command-options.ts";
import { settingsOfPart } from "./part-settings.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** `bertkit data --merge`: writes one index for the folders that separate processes made. */
export async function mergeShards(
  values: DataValues,
  operands: readonly string[],
  { stdout }: Terminal,
): Promise<void> {
  const { out } = values;
  if (out === undefined || operands.length > 0) throw new UsageError("data --merge needs --out FOLDER, and no text");
  const entries = await readdir(out).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR")
      throw new UsageError(`there is no folder ${out}. Check --out`);
    throw error;
  });
  const names = entries.filter((name) => /^\d+-of-\d+$/.test(name)).toSorted();
  if (names.length === 0)
    throw new UsageError(
      `there are no parts in ${out}, such as 00000-of-00008. Make them with --shard, or check --out`,
    );
  const count = Number(names[0]!.split("-of-")[1]);
  const expected = Array.from({ length: count }, (_, index) => partName({ index, count }));
  const missing = expected.filter((name) => !names.includes(name));
  if (missing.length > 0 || names.length > count)
    throw new UsageError(
      missing.length > 0
        ? `${out} has no ${missing.slice(0, 5).join(", ")}: make these parts first`
        : `${out} has parts of different totals: ${names.slice(0, 3).join(", ")}, …. Remove the old ones`,
    );
  const folders = await Promise.all(
    names.map(async (name) => {
      const path = join(out, name, "index.json");
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT")
          throw new UsageError(
            `${join(out, name)} has no index.json: that part is not finished. Wait for its command, or run it again`,
          );
        throw error;
      });
      const index = parseShardIndex(text, path);
      const settings = settingsOfPart(index);
      return { name, index: { ...index, ...(settings !== undefined && { settings }) } };
    }),
  );
  const index = mergeShardIndexes(folders);
  const path = join(out, "index.json");
  await writeFile(`${path}.writing`, shardIndexText(index));
  await rename(`${path}.writing`, path);
  const instances = index.shards.reduce((sum, { samples }) => sum + samples, 0);
  stdout.write(
    values.json === true
      ? `${escapeControls(JSON.stringify({ folder: out, parts: names.length, shards: index.shards.length, instances }))}\n`
      : `${escapeControls(out)}: ${instances.toLocaleString("en-US")} instances in ${index.shards.length} shards of ${names.length} parts\n`,
  );
}

/** The folder of one part: "00003-of-00008". */
export function partName({ index, count }: Shard): string {
  return `${String(index).padStart(5, "0")}-of-${String(count).padStart(5, "0")}`;
}
