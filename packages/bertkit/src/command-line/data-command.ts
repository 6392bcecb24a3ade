import { once } from "node:events";
import { readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { mergeShardIndexes, parseShardIndex, shardIndexText, type Source } from "@bertkit/datasets";
import { escapeControls } from "@bertkit/nn";
import { encodeBlock, type EncodingOptions, type InstanceFormat } from "../data/encoded-block.ts";
import { encodedBlocks } from "../data/encoded-blocks.ts";
import { InstanceMaker } from "../data/instance-maker.ts";
import { instanceShape, type InstanceSettings } from "../data/instance-settings.ts";
import { parseShard, rangeOfShard, type Shard, shardOfEnvironment } from "../data/shard-of.ts";
import { ShardWriter } from "../data/shard-writer.ts";
import type { Command } from "./command.ts";
import { readSettings, type Setting, settingsHelp, type SettingValues } from "./command-settings.ts";
import { corpusSettings } from "./corpus-settings.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const share = [0, 1] as const;

const settings: readonly Setting[] = [
  { name: "tokenizer", kind: "text", value: "PATH", help: "vocab.txt, tokenizer.json, or a model folder; needed" },
  {
    name: "out",
    kind: "text",
    value: "FOLDER",
    help: "where to write shards and index.json (default: instances go to standard output)",
  },
  {
    name: "to",
    kind: ["tfrecord", "parquet", "jsonl"],
    help: "format of the output (default tfrecord into a folder, jsonl to standard output)",
  },
  { name: "gzip", kind: "flag", help: "pack TFRecord and JSON Lines shards" },
  {
    name: "names",
    kind: ["v1", "v2"],
    help: "features as in google-research/bert (v1, default) or tensorflow/models (v2)",
  },
  { name: "shard-megabytes", kind: [0.001, 4096], help: "size of a shard, in MiB (default 64)" },
  { name: "max-seq-length", kind: "whole", help: "tokens of an instance (default 128)" },
  {
    name: "max-predictions",
    kind: "whole",
    help: "most predictions in one (default: --masked-lm-prob of its length, 20 of 128)",
  },
  { name: "masked-lm-prob", kind: share, help: "share of tokens to predict (default 0.15)" },
  { name: "short-seq-prob", kind: share, help: "share of documents cut into shorter instances (default 0.1)" },
  { name: "masking", kind: ["token", "whole-word", "ngram", "span"], help: "what is hidden together (default token)" },
  { name: "longest-gram", kind: "whole", help: "most words of an n-gram (default 3) or span (default 10)" },
  {
    name: "replace",
    kind: ["piece", "gram"],
    help: "whether [MASK], the same or a random piece is drawn for each piece, or for a gram (default: gram for ngram and span)",
  },
  {
    name: "pairs",
    kind: ["next-sentence", "sentence-order", "none"],
    help: "what the second segment is: the next or a random one (BERT, default), the next or swapped (ALBERT), or none, whole sentences filling each instance (RoBERTa)",
  },
  { name: "dupe-factor", kind: "whole", help: "how often each document is cut and masked anew (default 10)" },
  { name: "seed", kind: "whole", help: "of all that is random (default 12345)" },
  { name: "cased", kind: "flag", help: "with a vocab.txt: keep capitals and accents (default: if it has capitals)" },
  ...corpusSettings,
  {
    name: "group-megabytes",
    kind: [0.001, 1024],
    help: "text that is held, and mixed, at a time, in MiB (default 1); the output depends on it",
  },
  { name: "workers", kind: "whole", help: "threads beside this one (default 0); the output is the same" },
  {
    name: "shard",
    kind: "text",
    value: "I/N",
    help: "make only share I, from 0, of N, in OUT/I-of-N (default: of SLURM_ARRAY_TASK_ID, or JOB_COMPLETION_INDEX with JOB_COMPLETIONS)",
  },
  { name: "merge", kind: "flag", help: "write the index.json of the shares in the folder --out" },
  { name: "json", kind: "flag", help: "say what was done as one JSON object" },
];

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
      the fourth of eight shares, on any machine; when all are there, their common index
  bertkit data --tokenizer vocab.txt < corpus.txt > instances.jsonl
      a filter, for pipes

Text is read in parts of 128 KiB, mixed by the seed; about 1 MiB of them is made into instances, and
mixed, at a time. The output depends on the text and these options alone, not on
--workers; the shares, one after another, are the records of the whole. In a Slurm array or an indexed
Kubernetes job each task makes its share.

Options
${settingsHelp(settings)}`,
  run: async (args, terminal) => {
    const { values, operands } = await readSettings(args, settings);
    if (values["merge"] === true) return merge(values, operands, terminal);
    const { tokenizer, out } = values;
    if (typeof tokenizer !== "string") throw new UsageError("data needs --tokenizer PATH");
    if (out === undefined) return filter(values, operands, terminal);
    return write(values, operands, terminal);
  },
};

/** Instances of standard input, or of files, to standard output. */
async function filter(values: SettingValues, operands: readonly string[], { stdin, stdout }: Terminal): Promise<void> {
  const made = instanceSettings(values);
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : [stdin], made);
  const format = (values["to"] as InstanceFormat | undefined) ?? "jsonl";
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

async function write(
  values: SettingValues,
  operands: readonly string[],
  { stdin, stdout, stderr }: Terminal,
): Promise<void> {
  const made = instanceSettings(values);
  const format = (values["to"] as InstanceFormat | undefined) ?? "tfrecord";
  const gzip = values["gzip"] === true;
  if (gzip && format === "parquet") throw new UsageError("--gzip is not for Parquet, which is packed by itself");
  const shard = operands.length > 0 ? shardOf(values) : undefined;
  const folder = shard === undefined ? String(values["out"]) : join(String(values["out"]), nameOf(shard));
  // Also where workers make the instances: what is wrong with the sources is said at once.
  const maker = await InstanceMaker.open(operands.length > 0 ? operands : ([stdin] as Source[]), made);
  const encoding = encodingOf(values, made, format, maker);
  const { length, maxPredictions } = instanceShape(made);
  const writer = await ShardWriter.create(folder, {
    format,
    gzip,
    bytes: Math.round(((values["shardMegabytes"] as number | undefined) ?? 64) * 2 ** 20),
    notes: {
      max_seq_length: length,
      max_predictions_per_seq: maxPredictions,
      ...(format === "tfrecord" && { feature_names: encoding.names }),
    },
  });
  const range = rangeOfShard(shard ?? { index: 0, count: 1 }, maker.groups);
  const workers = operands.length > 0 ? ((values["workers"] as number | undefined) ?? 0) : 0;
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
  } catch (error) {
    await writer.abort();
    throw error;
  }
  const { instances, shards, sha256 } = await writer.end();
  const seconds = (Date.now() - start) / 1000;
  if (values["json"] === true)
    return void stdout.write(
      `${escapeControls(JSON.stringify({ folder, format, shards: shards.length, instances, sha256, seconds: Number(seconds.toFixed(1)) }))}\n`,
    );
  stdout.write(
    `${escapeControls(folder)}: ${instances.toLocaleString("en-US")} instances in ${shards.length} shards, ${seconds.toFixed(1)} s\n`,
  );
  if (instances === 0)
    stderr.write(
      shard === undefined
        ? "There is no text in it: look at --layout and --field.\n"
        : "This share has no text: there are fewer groups of --group-megabytes than shares, or files that cannot be cut (gzip).\n",
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

/** Writes one index of the folders of shares. */
async function merge(values: SettingValues, operands: readonly string[], { stdout }: Terminal): Promise<void> {
  const { out } = values;
  if (typeof out !== "string" || operands.length > 0)
    throw new UsageError("data --merge needs --out FOLDER, and no text");
  const names = (await readdir(out)).filter((name) => /^\d+-of-\d+$/.test(name)).toSorted();
  if (names.length === 0) throw new UsageError(`there are no shares in ${out}, such as 00000-of-00008`);
  const count = Number(names[0]!.split("-of-")[1]);
  const expected = Array.from({ length: count }, (_, index) => nameOf({ index, count }));
  const missing = expected.filter((name) => !names.includes(name));
  if (missing.length > 0 || names.length > count)
    throw new UsageError(
      missing.length > 0
        ? `${out} has no ${missing.slice(0, 5).join(", ")}: make these shares first`
        : `${out} has shares of several numbers of them: ${names.slice(0, 3).join(", ")}, …. Remove the old ones`,
    );
  const folders = await Promise.all(
    names.map(async (name) => {
      const path = join(out, name, "index.json");
      const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT")
          throw new UsageError(`${join(out, name)} has no index.json: its share is not finished`);
        throw error;
      });
      return { name, index: parseShardIndex(text, path) };
    }),
  );
  const index = mergeShardIndexes(folders);
  const path = join(out, "index.json");
  await writeFile(`${path}.writing`, shardIndexText(index));
  await rename(`${path}.writing`, path);
  const instances = index.shards.reduce((sum, { samples }) => sum + samples, 0);
  stdout.write(
    values["json"] === true
      ? `${escapeControls(JSON.stringify({ folder: out, shares: names.length, shards: index.shards.length, instances }))}\n`
      : `${escapeControls(out)}: ${instances.toLocaleString("en-US")} instances in ${index.shards.length} shards of ${names.length} shares\n`,
  );
}

function nameOf({ index, count }: Shard): string {
  return `${String(index).padStart(5, "0")}-of-${String(count).padStart(5, "0")}`;
}

function shardOf(values: SettingValues): Shard | undefined {
  try {
    return typeof values["shard"] === "string" ? parseShard(values["shard"]) : shardOfEnvironment(process.env);
  } catch (error) {
    throw error instanceof RangeError ? new UsageError(error.message) : error;
  }
}

function encodingOf(
  values: SettingValues,
  made: InstanceSettings,
  format: InstanceFormat,
  { tokenizer }: InstanceMaker,
): EncodingOptions {
  const names = (values["names"] as EncodingOptions["names"] | undefined) ?? "v1";
  return { format, names, ...instanceShape(made), paddingId: tokenizer.special.padding.id };
}

function instanceSettings(values: SettingValues): InstanceSettings {
  const {
    maxSeqLength,
    maxPredictions,
    maskedLmProb,
    shortSeqProb,
    cased,
    groupMegabytes,
    dupeFactor = 10,
    ...others
  } = values;
  const groupBytes = groupMegabytes === undefined ? undefined : Math.round(Number(groupMegabytes) * 2 ** 20);
  const same = [
    "tokenizer",
    "layout",
    "field",
    "language",
    "format",
    "split",
    "encoding",
    "masking",
    "longestGram",
    "replace",
    "pairs",
    "seed",
  ];
  const given = {
    ...Object.fromEntries(same.map((name) => [name, others[name]])),
    maxSequenceLength: maxSeqLength,
    maxPredictionsPerSequence: maxPredictions,
    maskedLmProbability: maskedLmProb,
    shortSequenceProbability: shortSeqProb,
    dupeFactor,
    lowercase: cased === undefined ? undefined : !cased,
    groupBytes,
    partBytes: groupBytes && Math.max(1, Math.round(groupBytes / 8)),
  };
  return Object.fromEntries(
    Object.entries(given).filter(([, value]) => value !== undefined),
  ) as unknown as InstanceSettings;
}
