import { CheckpointError } from "@bertkit/checkpoints";

/**
 * Throws a CheckpointError that names the field and a tensor if the weights have a layer that the model does not use: no
 * tensor of that number is used, but one of the same name with another number.
 *
 * @param names of all tensors in the file
 * @param unused those of `names` that belong to no variable
 * @param field of config.json, which gives the number of layers
 */
export function rejectUnusedLayers(names: Iterable<string>, unused: readonly string[], field: string): void {
  if (unused.length === 0) return;
  const isUnused = new Set(unused);
  const usedNames = new Set<string>();
  const usedLayers = new Set<string>();
  for (const name of names) {
    if (isUnused.has(name)) continue;
    usedNames.add(withoutNumbers(name));
    usedLayers.add(layerOf(name));
  }
  const tensor = unused.find((name) => usedNames.has(withoutNumbers(name)) && !usedLayers.has(layerOf(name)));
  if (tensor === undefined) return;
  throw new CheckpointError(
    "NAMES",
    `fromPretrained: the weights do not fit config.json: with its "${field}" the model has fewer layers than the weights, and none uses ${tensor.slice(0, 200)}. Correct "${field}", or remove the other layers' tensors from the weights.`,
  );
}

/** "encoder.layer.11.output" → "encoder.layer.#.output", "bert/encoder/layer_11/output" → "bert/encoder/layer_#/output" */
function withoutNumbers(name: string): string {
  return name.replace(/(?<=[._/])\d+(?=[./])/g, "#");
}

/** "encoder.layer.11.output" → "encoder.layer.11"; "" without a number. */
function layerOf(name: string): string {
  return /^.*[._/]\d+(?=[./])/.exec(name)?.[0] ?? "";
}
