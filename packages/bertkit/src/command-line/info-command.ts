import { openWeights, type TensorDescription } from "@bertkit/checkpoints";
import { escapeControls } from "@bertkit/nn";
import { tokenizerFromFiles } from "@bertkit/tokenizer/files";
import { isTokenClassifier } from "../model/build-parts.ts";
import { modelFolder } from "../model/folder-of.ts";
import { dialectOf, nameInFile } from "../model/name-dialect.ts";
import { readFolderConfig } from "../model/read-folder-config.ts";
import { readTokenizerFiles } from "../model/read-tokenizer.ts";
import { tokenizerLength } from "../model/sentence-files.ts";
import type { Command } from "./command.ts";
import { flag } from "./options/option.ts";
import { optionsHelp } from "./options/options-help.ts";
import { parseOptions } from "./options/parse-options.ts";
import { modelOption } from "./options/shared-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

const options = { model: modelOption, json: flag("one JSON object") };

export const infoCommand: Command = {
  name: "info",
  operands: "FOLDER",
  summary: "describes a model folder; reads no weights",
  help: `bertkit info FOLDER: describes a model folder

Reads config.json, the tokenizer's files and the headers of the weights: architecture, sizes, vocabulary, labels.

Options
${optionsHelp(options)}`,
  run,
};

/** Describes a folder, from its small files and the headers of the weights. */
async function run(args: readonly string[], { stdout }: Terminal): Promise<void> {
  const { values, operands } = parseOptions(args, options);
  const [path, ...others] = [...operands, ...(values.model === undefined ? [] : [values.model])];
  if (path === undefined || others.length > 0) throw new UsageError("info needs one FOLDER");
  const folder = await modelFolder(path);
  const found = await readFolderConfig(folder);
  const weights = found.weights ?? (await openWeights(folder));
  await weights.close();
  const entries = [...weights.entries.values()];
  const dialect = dialectOf(weights.entries);
  const declared = (dialect.isHuggingFace ? found.besideHuggingFaceWeights : undefined) ?? found.config;
  const { bert, architectures, labels, problem } = declared;
  const hasPooler = nameInFile(dialect, weights.entries, "encoder.pooler.dense.kernel") !== undefined;
  const labelsTokens = isTokenClassifier(architectures, hasPooler); // they have only one kind of problem
  const files = await readTokenizerFiles(folder, found.lowercase);
  const tokenizer = tokenizerFromFiles(files);
  const maxLength = tokenizerLength(files.tokenizerConfig, bert.maxPositionEmbeddings);
  const facts = {
    folder: path,
    architectures: architectures.join(", ") || "unknown",
    layers: bert.hiddenLayers,
    "hidden size": bert.hiddenSize,
    "attention heads": bert.attentionHeads,
    "longest text": `${maxLength ?? bert.maxPositionEmbeddings} tokens`,
    activation: bert.activation,
    vocabulary: `${tokenizer.vocabulary.size} tokens, ${tokenizer.lowercase ? "uncased" : "cased"}`,
    weights: `${entries.length} tensors, ${countNumbers(entries).toLocaleString("en-US")} numbers, ${typesOf(entries)}`,
    ...(labels && { labels: labels.join(", ") }),
    ...(labels && !labelsTokens && { problem: problem ?? "unknown" }),
  };
  if (values.json === true) stdout.write(`${escapeControls(JSON.stringify(facts))}\n`);
  else
    for (const [name, value] of Object.entries(facts))
      stdout.write(`${name.padEnd(15)}  ${escapeControls(String(value))}\n`);
}

function countNumbers(entries: readonly TensorDescription[]): number {
  return entries.reduce((sum, { shape }) => sum + shape.reduce((product, length) => product * length, 1), 0);
}

function typesOf(entries: readonly TensorDescription[]): string {
  return [...new Set(entries.map(({ type }) => type))].sort().join(", ");
}
