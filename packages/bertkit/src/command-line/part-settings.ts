import { createHash } from "node:crypto";
import type { ShardIndex } from "@bertkit/datasets";
import type { InstanceFormat } from "../data/encoded-block.ts";
import { defaultGroupBytes, defaultSeed, type InstanceMaker } from "../data/instance-maker.ts";
import { instanceShape, type InstanceSettings } from "../data/instance-settings.ts";
import { withoutUndefined } from "../inference/without-undefined.ts";
import type { DataValues } from "./data-command-options.ts";

/**
 * All that determines the records of a part, by the names of options, with defaults: parts of one run have the same.
 * The text and the tokenizer are hashes, because their paths may differ from machine to machine.
 */
export function partSettings(
  { names = "v1" }: DataValues,
  settings: InstanceSettings,
  format: InstanceFormat,
  { corpus: { files, parts }, tokenizer }: InstanceMaker,
): Readonly<Record<string, unknown>> {
  const { masking = "token", groupBytes = defaultGroupBytes } = settings;
  const isGram = masking === "ngram" || masking === "span";
  const { length, maxPredictions } = instanceShape(settings);
  const named = files.map(({ name, format, bytes }) => [name.replace(/^.*[/\\]/s, ""), format, bytes]);
  return {
    to: format,
    ...(format === "tfrecord" && { names }),
    maxSeqLength: length,
    maxPredictions,
    maskedLmProb: settings.maskedLmProbability ?? 0.15,
    shortSeqProb: settings.shortSequenceProbability ?? 0.1,
    masking,
    ...(isGram && { longestGram: settings.longestGram ?? (masking === "span" ? 10 : 3) }),
    replace: settings.replace ?? (isGram ? "gram" : "piece"),
    pairs: settings.pairs ?? "next-sentence",
    dupeFactor: settings.dupeFactor ?? 1,
    seed: settings.seed ?? defaultSeed,
    groupMegabytes: groupBytes / 2 ** 20,
    layout: settings.layout ?? "sentences",
    field: settings.field ?? "text",
    language: settings.language ?? "en",
    encoding: new TextDecoder(settings.encoding).encoding,
    tokenizer: hashOf([tokenizer.lowercase, tokenizer.vocabulary.tokens]),
    text: hashOf([named, parts]),
  };
}

/** The settings of a part; those that its shards show if it is of an older version. */
export function settingsOfPart({ settings, shards: [first] }: ShardIndex): unknown {
  if (settings !== undefined || first === undefined) return settings;
  const { format: to, max_seq_length: maxSeqLength, max_predictions_per_seq: maxPredictions } = first;
  return withoutUndefined({ to, maxSeqLength, maxPredictions });
}

function hashOf(value: unknown): string {
  return createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);
}
