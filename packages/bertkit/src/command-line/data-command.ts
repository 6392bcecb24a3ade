import { once } from "node:events";
import { join } from "node:path";
import type { Source } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { encodeBlock, type EncodingOptions, type InstanceFormat } from "../data/encoded-block.ts";
import { encodedBlocks } from "../data/encoded-blocks.ts";
import { InstanceMaker } from "../data/instance-maker.ts";
import { instanceShape, type InstanceSettings } from "../data/instance-settings.ts";
import { parseShard, rangeOfShard, type Shard, shardOfEnvironment } from "../data/shard-of.ts";
import { ShardWriter } from "../data/shard-writer.ts";
import type { Command } from "./command.ts";
import { dataCommandOptions, type DataValues, instanceSettingsOf } from "./data-command-options.ts";
import { mergeShards, partName } from "./merge-shards.ts";
import { configOption, parseOptionsAndFile } from "./options/options-file.ts";
import { optionsHelp } from "./options/options-help.ts";
import { requireOption } from "./options/parse-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

export const dataCommand: Command = {
  name: "data",
  operands: "TEXT... --tokenizer PATH --out FOLDER",
  summary: "makes masked instances for pretraining from files or folders of text",
  help: `bertkit data: masked instances for pretraining, from text of any size

  bertkit data corpus/ --tokenizer vocab.txt --out shards/
      TFRecord shards that google-research/bert's run_pretraining.py reads
  bertkit data wiki.parquet --tokenizer bert-base-uncased/ --to parquet --out data/ --workers 4
      Parquet that Hugging Face's datasets reads, on four threads
  bertkit data books/ --layout prose --language de --masking whole-word --max-seq-length 512 \\
      --tokenizer vocab.txt --out shards/
      whole-word masks in raw German prose
  bertkit data corpus/ --tokenizer vocab.txt --out shards/ --shard 3/8
  bertkit data --merge --out shards/
      the fourth of eight parts, on any machine; when all are done, their common index
  bertkit data --tokenizer vocab.txt < corpus.txt > instances.jsonl
      a filter, for pipes

Text is read in blocks of 128 KiB, shuffled by the seed; about 1 MiB of blocks is made into instances,
and shuffled, at a time. The output depends only on the text and these options, not on --workers; the
parts of --shard, one after another, have the records of the whole. In a Slurm array or an indexed
Kubernetes job each task makes its part.

Options
${optionsHelp({ ...dataCommandOptions, config: configOption })}`,
  run: async (args, terminal) => {
    const { values, operands } = await parseOptionsAndFile<typeof dataCommandOptions>(args, dataCommandOptions);
    if (values.merge === true) return mergeShards(values, operands, terminal);
    const settings = instanceSettingsOf(requireOption("data", "--tokenizer PATH", values.tokenizer), values);
    if (values.out === undefined) return filter(values, settings, operands, terminal);
    return write({ ...values, out: values.out }, settings, operands, terminal);
  },
};

/** Instances of standard input, or of files, to standard output. */
async function filter(
  values: DataValues,
  made: InstanceSettings,
  operands: readonly string[],
  { stdin, stdout }: Terminal,
): Promise<void> {
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : [stdin], made);
  const { to: format = "jsonl" } = values;
  if (format === "parquet") throw new UsageError("--to parquet needs --out FOLDER");
  const encoding = encodingOf(values, made, format, maker);
  const decoder = new TextDecoder();
  for (let group = 0; group < maker.groups; group++)
    for await (const instances of maker.blocks(0, group)) {
      const { bytes } = encodeBlock(instances, encoding);
      const flows = stdout.write(format === "jsonl" ? decoder.decode(bytes) : bytes);
      if (flows === false && "once" in stdout) await once(stdout as unknown as NodeJS.WritableStream, "drain");
    }
}

/** Shards and their index in the folder --out. */
async function write(
  values: DataValues & { readonly out: string },
  made: InstanceSettings,
  operands: readonly string[],
  { stdin, stdout, stderr }: Terminal,
): Promise<void> {
  const { out, to: format = "tfrecord", gzip = false, shardMegabytes = 64, json = false } = values;
  if (gzip && format === "parquet") throw new UsageError("--gzip is not for Parquet, which is always compressed");
  const shard = operands.length > 0 ? shardOf(values) : undefined;
  const folder = shard === undefined ? out : join(out, partName(shard));
  // Opened even if workers make the instances, so that errors of the sources are thrown at once.
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : ([stdin] as Source[]), made);
  const encoding = encodingOf(values, made, format, maker);
  const { length, maxPredictions } = instanceShape(made);
  const writer = await ShardWriter.create(folder, {
    format,
    gzip,
    bytes: Math.round(shardMegabytes * 2 ** 20),
    notes: {
      max_seq_length: length,
      max_predictions_per_seq: maxPredictions,
      ...(format === "tfrecord" && { feature_names: encoding.names }),
    },
  });
  const range = rangeOfShard(shard ?? { index: 0, count: 1 }, maker.groups);
  const workers = operands.length > 0 ? (values.workers ?? 0) : 0;
  const start = Date.now();
  try {
    let told = start;
    let instances = 0;
    const blocks =
      workers > 0
        ? encodedBlocks({ sources: operands, settings: made, encoding }, range, workers)
        : encoded(maker, range, encoding);
    for await (const block of blocks) {
      await writer.write(block);
      instances += block.ends.length;
      if (Date.now() - told < 10_000) continue;
      told = Date.now();
      stderr.write(`${instances.toLocaleString("en-US")} instances\n`);
    }
    if (instances === 0 && shard === undefined)
      throw new Error("the files have no text, so there is nothing to write. Check --layout and --field.");
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const { instances, shards, sha256 } = await writer.end();
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

function shardOf(values: DataValues): Shard | undefined {
  try {
    return values.shard !== undefined ? parseShard(values.shard) : shardOfEnvironment(process.env);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function encodingOf(
  values: DataValues,
  made: InstanceSettings,
  format: InstanceFormat,
  { tokenizer }: InstanceMaker,
): EncodingOptions {
  const { names = "v1" } = values;
  return { format, names, ...instanceShape(made), paddingId: tokenizer.special.padding.id };
}
