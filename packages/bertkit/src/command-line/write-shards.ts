import { join } from "node:path";
import type { Source } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { encodeBlock, type EncodingOptions } from "../data/encoded-block.ts";
import { encodedBlocks } from "../data/encoded-blocks.ts";
import { InstanceMaker } from "../data/instance-maker.ts";
import { instanceShape, type InstanceSettings } from "../data/instance-settings.ts";
import { parseShard, rangeOfShard, type Shard, shardOfEnvironment } from "../data/shard-of.ts";
import { ShardWriter, type WrittenShards } from "../data/shard-writer.ts";
import { type DataValues, encodingOf } from "./data-command-options.ts";
import { partName } from "./merge-shards.ts";
import { partSettings } from "./part-settings.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Writes shards and their index to the folder --out. */
export async function writeShards(
  values: DataValues & { readonly out: string },
  settings: InstanceSettings,
  operands: readonly string[],
  { stdin, stdout, stderr }: Terminal,
): Promise<void> {
  const { out, to: format = "tfrecord", gzip = false, shardMegabytes = 64, json = false } = values;
  if (gzip && format === "parquet") throw new UsageError("--gzip is not for Parquet, which is always compressed");
  const shard = operands.length > 0 ? shardOf(values) : undefined;
  const folder = shard === undefined ? out : join(out, partName(shard));
  // Opened even if workers make the instances, so that errors of the sources are thrown at once.
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : ([stdin] as Source[]), settings);
  const encoding = encodingOf(values, settings, format, maker.tokenizer.special.padding.id);
  const { length, maxPredictions } = instanceShape(settings);
  const writer = await ShardWriter.create(folder, {
    format,
    gzip,
    bytes: Math.round(shardMegabytes * 2 ** 20),
    notes: {
      max_seq_length: length,
      max_predictions_per_seq: maxPredictions,
      pairs: settings.pairs ?? "next-sentence",
      ...(format === "tfrecord" && { feature_names: encoding.names }),
    },
    settings: partSettings(values, settings, format, maker),
  });
  const range = rangeOfShard(shard ?? { index: 0, count: 1 }, maker.groups);
  const workers = operands.length > 0 ? (values.workers ?? 0) : 0;
  const start = Date.now();
  let written: WrittenShards;
  try {
    let lastMessage = start;
    let instances = 0;
    const blocks =
      workers > 0
        ? encodedBlocks({ sources: operands, settings, encoding }, range, workers)
        : encoded(maker, range, encoding);
    for await (const block of blocks) {
      await writer.write(block);
      instances += block.ends.length;
      if (Date.now() - lastMessage < 10_000) continue;
      lastMessage = Date.now();
      stderr.write(`${instances.toLocaleString("en-US")} instances\n`);
    }
    if (instances === 0 && shard === undefined)
      throw new Error("the files have no text, so there is nothing to write. Check --layout and --field.");
    written = await writer.end();
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const { instances, shards, sha256 } = written;
  const seconds = (Date.now() - start) / 1000;
  if (json)
    return void stdout.write(
      `${escapeControls(JSON.stringify({ folder, format, shards: shards.length, instances, sha256, seconds: Number(seconds.toFixed(1)) }))}\n`,
    );
  stdout.write(
    `${escapeControls(folder)}: ${instances.toLocaleString("en-US")} instances in ${shards.length} shards, ${seconds.toFixed(1)} s\n`,
  );
  if (instances === 0)
    stderr.write(
      "This part has no text: there are fewer groups of --group-megabytes than parts, or the files cannot be split (gzip).\n",
    );
}

async function* encoded(
  maker: InstanceMaker,
  { first, end }: { first: number; end: number },
  encoding: EncodingOptions,
) {
  for (let group = first; group < end; group++)
    for await (const instances of maker.blocks(0, group)) yield encodeBlock(instances, encoding);
}

/** The part of --shard, or of the environment variables. */
export function shardOf(values: DataValues): Shard | undefined {
  try {
    return values.shard !== undefined ? parseShard(values.shard) : shardOfEnvironment(process.env);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}
