import { CheckpointError, openWeights, readJson, type TensorDescription } from "@bertkit/checkpoints";
import { escapeControls } from "@bertkit/nn";
import { parseHuggingFaceConfig } from "../config/hugging-face-config.ts";
import { folderOf } from "../model/folder-of.ts";
import { readTokenizer } from "../model/read-tokenizer.ts";
import type { CommandOptions } from "./command-options.ts";
import type { Terminal } from "./terminal.ts";
import { UsageError } from "./usage-error.ts";

/** Describes a folder, from its small files and the headers of the weights. */
export async function infoCommand({ operands, model, json }: CommandOptions, { stdout }: Terminal): Promise<void> {
  const [path = model, ...others] = operands;
  if (path === undefined || others.length > 0) throw new UsageError("info needs one FOLDER");
  const folder = await folderOf(path);
  const file = await readJson(folder, "config.json");
  if (!file) throw new CheckpointError("FOLDER", `there is no config.json in ${path}`);
  const { bert, architectures, labels, problem } = parseHuggingFaceConfig(file);
  const tokenizer = await readTokenizer(folder);
  const weights = await openWeights(folder);
  const entries = [...weights.entries.values()];
  await weights.close();
  const facts = {
    folder: path,
    architectures: architectures.join(", ") || "not said",
    layers: bert.hiddenLayers,
    "hidden size": bert.hiddenSize,
    "attention heads": bert.attentionHeads,
    "longest text": `${bert.maxPositionEmbeddings} tokens`,
    activation: bert.activation,
    vocabulary: `${tokenizer.vocabulary.size} tokens, ${tokenizer.lowercase ? "lower case" : "as written"}`,
    weights: `${entries.length} tensors, ${countNumbers(entries).toLocaleString("en-US")} numbers, ${typesOf(entries)}`,
    ...(labels && { labels: labels.join(", "), problem: problem ?? "not said" }),
  };
  if (json) stdout.write(`${escapeControls(JSON.stringify(facts))}\n`);
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
