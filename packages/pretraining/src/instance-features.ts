import { checkObject, checkObjects, checkOptions } from "@bertkit/checks";
import { instanceFeaturesRules } from "./option-rules.ts";
import type { PretrainingInstance } from "./pretraining-instance.ts";

/** The names of google-research/bert's run_pretraining.py (v1), or of tensorflow/models (v2). */
export type FeatureNames = "v1" | "v2";

export interface InstanceFeaturesOptions {
  /** Tokens of each example, to which instances are padded. */
  readonly length: number;
  /** Predictions of each example, to which they are padded. */
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
 * The features of an instance's tf.Example, padded, as in Google's scripts.
 *
 * @throws RangeError if the instance is longer than `length`, has more predictions than `maxPredictions`, or is packed
 * (`packInstances`): the features have no borders of sequences
 */
export function instanceFeatures(instance: PretrainingInstance, options: InstanceFeaturesOptions): InstanceFeatures {
  const [features] = instancesFeatures([instance], options);
  return features!;
}

/**
 * The same for many instances. Each result reuses the arrays of the previous one: encode it before the next is requested.
 *
 * @throws RangeError as `instanceFeatures` does
 */
export function* instancesFeatures(
  instances: readonly PretrainingInstance[],
  options: InstanceFeaturesOptions,
): Generator<InstanceFeatures, void, undefined> {
  checkOptions("instanceFeatures", options, instanceFeaturesRules);
  const { length, maxPredictions, names = "v1", paddingId = 0 } = options;
  checkObjects(
    "instanceFeatures",
    "instances",
    instances,
    "an instance of createInstances",
    "inputIds",
    "tokenTypeIds",
    "maskedPositions",
    "maskedIds",
  );
  const { ids, types } = namesOf[names];
  const [inputIds, inputMask, segmentIds] = [0, 0, 0].map(() => new Int32Array(length)) as Arrays<3>;
  const [positions, labels] = [0, 0].map(() => new Int32Array(maxPredictions)) as Arrays<2>;
  const [weights, label] = [new Float32Array(maxPredictions), new Int32Array(1)];
  const features: InstanceFeatures = {
    [ids]: inputIds,
    input_mask: inputMask,
    [types]: segmentIds,
    masked_lm_positions: positions,
    masked_lm_ids: labels,
    masked_lm_weights: weights,
    next_sentence_labels: label,
  };
  for (const instance of instances) {
    const [tokens, predictions] = [instance.inputIds.length, instance.maskedPositions.length];
    if (tokens > length || predictions > maxPredictions)
      throw new RangeError(
        `instanceFeatures: an instance has ${tokens} tokens and ${predictions} predictions, more than length ${length} or maxPredictions ${maxPredictions}. Raise these, or make shorter instances.`,
      );
    const sequences = instance.sequenceLengths?.length ?? 1;
    if (sequences > 1)
      throw new RangeError(
        `instanceFeatures: an instance is ${sequences} packed sequences, whose borders the features do not have. Write the instances before packing, and pack them with packInstances after reading.`,
      );
    padded(inputIds, instance.inputIds, paddingId);
    padded(segmentIds, instance.tokenTypeIds);
    padded(positions, instance.maskedPositions);
    padded(labels, instance.maskedIds);
    inputMask.fill(1, 0, tokens).fill(0, tokens);
    weights.fill(1, 0, predictions).fill(0, predictions);
    label[0] = instance.isRandomNext ? 1 : 0;
    yield features;
  }
}

type Arrays<Count extends 2 | 3> = Count extends 2 ? [Int32Array, Int32Array] : [Int32Array, Int32Array, Int32Array];

function padded(row: Int32Array, values: Int32Array, padding: number = 0): void {
  row.set(values);
  row.fill(padding, values.length);
}

/**
 * The instance of an example of either script, without its padding.
 *
 * @throws RangeError if a feature is missing, or lists do not fit together
 */
export function instanceOfFeatures(features: Readonly<Record<string, unknown>>): PretrainingInstance {
  checkObject("instanceOfFeatures", "features", features, "an object of lists by name");
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
      `instanceOfFeatures: the lists of an example must be equally long, got ${ids.length} ids, ${mask.length} of the mask, ${types.length} types, ${positions.length} positions and ${labels.length} labels. Write the data again.`,
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
