import * as tf from "@tensorflow/tfjs-core";

/** What a compiled function may return. */
export type CompiledOutput = tf.Tensor | readonly tf.Tensor[] | Readonly<Record<string, tf.Tensor>>;

/** The tensors of a function's result, and a function that puts other tensors into the same structure. */
export interface Results {
  readonly tensors: readonly tf.Tensor[];
  /** Names of the tensors in an object or an array; of a single tensor "". */
  readonly names: readonly string[];
  readonly assemble: (tensors: readonly tf.Tensor[]) => CompiledOutput;
}

/** @throws if it has anything but tensors */
export function takeApart(output: CompiledOutput): Results {
  if (output instanceof tf.Tensor) return { tensors: [output], names: [""], assemble: ([tensor]) => tensor! };
  const isList = Array.isArray(output);
  const entries = typeof output === "object" && output !== null ? Object.entries(output) : [];
  const tensors = entries.map(([, value]) => value as unknown);
  if (tensors.length === 0 || !tensors.every((value) => value instanceof tf.Tensor))
    throw new Error(
      `compile: the function must return a tensor, an array or an object of tensors, got ${output instanceof Promise ? "a promise" : typeof output}. Return only tensors, without await.`,
    );
  const names = entries.map(([name]) => name);
  return {
    tensors,
    names,
    assemble: (made) => (isList ? made : Object.fromEntries(names.map((name, i) => [name, made[i]!]))),
  };
}

/** @throws if there is no such name */
export function placeOf(names: readonly string[], wanted: string): number {
  const place = names.indexOf(wanted);
  if (place < 0)
    throw new RangeError(
      `compile: the function must return a tensor called ${wanted}, got ${names.join(", ") || "a single one"}. Pass one of its names.`,
    );
  return place;
}
