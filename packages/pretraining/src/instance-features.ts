import { checkOptions } from "@bertkit/checks";
import { instanceFeaturesRules } from "./option-rules.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** The names of google-research/bert's run_pretraining.py (v1), or of tensorflow/models (v2). */
export type FeatureNames = "v1" | "v2";

export interface InstanceFeaturesOptions {
  /** Tokens of each example; instances are padded to it. */
  readonly length: number;
  /** Predictions of each example; they are padded to it. */
  readonly maxPredictions: number;
  /** Default "v1". */
  readonly names?: FeatureNames;
  /** Default 0. */
  readonly paddingId?: number;
}

/** The features of an example by name, in the order of Google's script. */
export type InstanceFeatures = Record<string, Int32Array | Float32Array>;

const namesOf = {
  v1: { ids: "input_ids", types: "segment_ids" },
  v2: { ids: "input_word_ids", types: "input_type_ids" },
} as const;

/**
 * The features of the tf.Example in which Google's scripts keep an instance, padded.
 *
 * @throws RangeError if the instance is longer than `length` or has more predictions than `maxPredictions`
 */
export function instanceFeatures(instance: PretrainingInstance, options: InstanceFeaturesOptions): InstanceFeatures {
  const [features] = instancesFeatures([instance], options);
  return features!;
}

/** The same for many, whose options are checked once. @throws RangeError as `instanceFeatures` does */
export function instancesFeatures(
  instances: readonly PretrainingInstance[],
  options: InstanceFeaturesOptions,
): InstanceFeatures[] {
  checkOptions("instanceFeatures", options, instanceFeaturesRules);
  return instances.map((instance) => featuresOf(instance, options));
}

function padded(values: Int32Array, size: number, padding: number = 0): Int32Array {
  const row = new Int32Array(size);
  row.set(values);
  if (padding !== 0) row.fill(padding, values.length);
  return row;
}

function featuresOf(
  { inputIds, tokenTypeIds, maskedPositions, maskedIds, isRandomNext }: PretrainingInstance,
  { length, maxPredictions, names = "v1", paddingId = 0 }: InstanceFeaturesOptions,
): InstanceFeatures {
  if (inputIds.length > length || maskedPositions.length > maxPredictions)
    throw new RangeError(
      `instanceFeatures: an instance has ${inputIds.length} tokens and ${maskedPositions.length} predictions, more than length ${length} or maxPredictions ${maxPredictions}. Raise these, or make shorter instances.`,
    );
  const { ids, types } = namesOf[names];
  return {
    [ids]: padded(inputIds, length, paddingId),
    input_mask: new Int32Array(length).fill(1, 0, inputIds.length),
    [types]: padded(tokenTypeIds, length),
    masked_lm_positions: padded(maskedPositions, maxPredictions),
    masked_lm_ids: padded(maskedIds, maxPredictions),
    masked_lm_weights: new Float32Array(maxPredictions).fill(1, 0, maskedPositions.length),
    next_sentence_labels: Int32Array.of(isRandomNext ? 1 : 0),
  };
}

/**
 * The instance of an example of either script, without its padding.
 *
 * @throws RangeError if a feature is missing, or lists do not fit together
 */
export function instanceOfFeatures(features: Readonly<Record<string, unknown>>): PretrainingInstance {
  const numbers = (...names: readonly string[]): ArrayLike<number> => {
    const name = names.find((name) => Object.hasOwn(features, name));
    const values = name === undefined ? undefined : features[name];
    if (name === undefined || !(Array.isArray(values) || ArrayBuffer.isView(values)))
      throw new RangeError(
        `instanceOfFeatures: there is no list ${names.join(" or ")}; there are ${Object.keys(features).slice(0, 20).join(", ")}. Pass an example of pretraining data.`,
      );
    return values as unknown as ArrayLike<number>;
  };
  const ids = numbers("input_ids", "input_word_ids");
  const mask = numbers("input_mask", "attention_mask");
  const types = numbers("segment_ids", "input_type_ids", "token_type_ids");
  const positions = numbers("masked_lm_positions");
  const labels = numbers("masked_lm_ids");
  const weights = numbers("masked_lm_weights");
  if (types.length !== ids.length || mask.length !== ids.length || labels.length !== positions.length)
    throw new RangeError(
      `instanceOfFeatures: lists of one example must be as long as each other, got ${ids.length} ids, ${mask.length} of the mask, ${types.length} types, ${positions.length} positions and ${labels.length} labels. Write the data again.`,
    );
  let length = ids.length;
  while (length > 0 && mask[length - 1] === 0) length--;
  let predictions = positions.length;
  while (predictions > 0 && !(weights[predictions - 1]! > 0)) predictions--;
  const first = (values: ArrayLike<number>, count: number): Int32Array =>
    Int32Array.from({ length: count }, (_, i) => values[i]!);
  const [label] = [numbers("next_sentence_labels")[0]];
  return {
    inputIds: first(ids, length),
    tokenTypeIds: first(types, length),
    maskedPositions: first(positions, predictions),
    maskedIds: first(labels, predictions),
    isRandomNext: label === 1,
  };
}
