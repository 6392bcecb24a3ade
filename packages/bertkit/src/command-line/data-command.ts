import { textOutside } from "../data/text-outside.ts";
import type { Command } from "./command.ts";
import { dataCommandOptions, type DataValues, instanceSettingsOf } from "./data-command-options.ts";
import { mergeShards } from "./merge-shards.ts";
import { configOption, parseOptionsAndFile } from "./options/options-file.ts";
import { optionsHelp } from "./options/options-help.ts";
import { requireOption } from "./options/parse-options.ts";
import { optionName } from "./options/option.ts";
import { printInstances } from "./print-instances.ts";
import { requireDataEffect } from "./require-data-effect.ts";
import { UsageError } from "./usage-error.ts";
import { shardOf, writeShards } from "./write-shards.ts";

/** Options that have no effect on standard output. */
const forFolders = ["gzip", "shardMegabytes", "workers", "json"] as const;
/** The options that --merge has. */
const forMerge: readonly string[] = ["merge", "out", "json"];

/**
 * Throws a UsageError for options that would be ignored. A file of options may have some for other runs, but no --shard:
 * every part would have all instances.
 */
function requireEffect(values: DataValues, given: DataValues, operands: readonly string[]): void {
  if (values.shard !== undefined && (values.out === undefined || operands.length === 0))
    throw new UsageError(
      "--shard needs TEXT and --out FOLDER: parts are made of the same files, each in a folder of its own",
    );
  const shard = values.out === undefined && operands.length > 0 ? shardOf(values) : undefined;
  if (shard !== undefined && shard.count > 1)
    throw new UsageError(
      `the environment variables of a Slurm array or an indexed Kubernetes job select part ${shard.index}/${shard.count}, which needs --out FOLDER: without it each task would print all instances. Give --out, or the text on standard input`,
    );
  const ignored = values.out === undefined ? forFolders.find((name) => given[name]) : undefined;
  if (ignored !== undefined) throw new UsageError(`${optionName(ignored)} needs --out FOLDER`);
  if (given.workers && operands.length === 0)
    throw new UsageError("--workers needs TEXT: standard input is read on the main thread");
}

/** @throws UsageError for options that --merge would ignore, unless a file of options has them */
function requireMergeOptions(given: DataValues): void {
  const ignored = Object.keys(given).find((name) => !forMerge.includes(name));
  if (ignored !== undefined)
    throw new UsageError(
      `${optionName(ignored)} has no effect with --merge, which only writes the index of parts that exist. Leave it out`,
    );
}

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
      the fourth of eight parts, on any machine; and, when all are done, their common index
  bertkit data --tokenizer vocab.txt < corpus.txt > instances.jsonl
      from standard input to standard output

TEXT is files and folders of .txt, .md, .jsonl, .parquet and .tfrecord, also with .gz.
Text is read in blocks of 128 KiB, shuffled by the seed; about 1 MiB of blocks is made into instances,
and shuffled, at a time. The output depends only on the text and these options, not on --workers; the
concatenated parts of --shard have the same records as a run without it. In a Slurm array or an indexed
Kubernetes job each task makes its part.

Options
${optionsHelp({ ...dataCommandOptions, config: configOption })}`,
  run: async (args, terminal) => {
    const { values, given, operands } = await parseOptionsAndFile<typeof dataCommandOptions>(args, dataCommandOptions);
    if (values.merge === true) {
      requireMergeOptions(given);
      return mergeShards(values, operands, terminal);
    }
    requireEffect(values, given, operands);
    const sources = values.out === undefined ? operands : await textOutside(operands, values.out, values);
    const settings = instanceSettingsOf(requireOption("data", "--tokenizer PATH", values.tokenizer), values);
    await requireDataEffect(values, given, sources);
    if (values.out === undefined) return printInstances(values, settings, operands, terminal);
    return writeShards({ ...values, out: values.out }, settings, sources, terminal);
  },
};
