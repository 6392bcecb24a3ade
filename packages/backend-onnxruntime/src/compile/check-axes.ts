import type * as tf from "@tensorflow/tfjs-core";
import type { DynamicAxes } from "../export/trace/dynamic-axes.ts";

/** @throws if a named axis does not exist, or axes with one name have different lengths */
export function checkAxes(tensors: ReadonlyMap<string, tf.Tensor>, dynamicAxes: DynamicAxes): void {
  const lengths = new Map<string, { length: number; at: string }>();
  for (const [place, axes] of Object.entries(dynamicAxes)) {
    const tensor = tensors.get(place);
    if (tensor === undefined) continue; // not passed in this call
    for (const [axis, name] of Object.entries(axes)) {
      const length = tensor.shape[Number(axis)];
      if (length === undefined)
        throw new RangeError(
          `compile: dynamicAxes["${place}"] names axis ${axis} ${name}, got a tensor of [${tensor.shape.join(", ")}]. Name axes from 0 to ${tensor.shape.length - 1}.`,
        );
      const at = `axis ${axis} of ${place}`;
      const other = lengths.get(name);
      if (other !== undefined && other.length !== length)
        throw new RangeError(
          `compile: the axis ${name} must have one length per call, got ${other.length} at ${other.at} and ${length} at ${at}. Give tensors that agree, or two names.`,
        );
      lengths.set(name, { length, at });
    }
  }
  if (lengths.size === 0)
    throw new RangeError(
      `compile: dynamicAxes names ${Object.keys(dynamicAxes).join(", ") || "nothing"}, got tensors at ${[...tensors.keys()].join(", ") || "no place"}. Name arguments by number and keys, such as "0.inputIds".`,
    );
}
