import { CheckpointError, type StoredTensor } from "@bertkit/checkpoints";
import { type NameRule, nameOfPath, variables } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";

/** The values of an adapter's file for a model's parts. */
export interface AdapterTensors {
  /** Values of lora_A as [inputs, rank] and lora_B as [rank, outputs], by the path of the dense layer. */
  readonly layers: ReadonlyMap<string, { readonly a: Float32Array; readonly b: Float32Array }>;
  /** Values of variables that were trained fully, by path. */
  readonly fullyTrained: ReadonlyMap<string, Float32Array>;
}

interface Place {
  readonly path: string;
  /** Whether the file has the transposed matrix. */
  readonly transpose: boolean;
}

/** @throws CheckpointError that names a tensor that the model does not have, or has in another shape */
export function adapterTensors(
  tensors: Iterable<readonly [name: string, tensor: StoredTensor]>,
  parts: object,
  rules: readonly NameRule[],
  rank: number,
  label: string,
): AdapterTensors {
  const own = variables(parts);
  const placeOf = placesByName(own.keys(), rules);
  const pairs = new Map<string, { a?: StoredTensor; b?: StoredTensor }>();
  const fullyTrained = new Map<string, Float32Array>();
  for (const [full, tensor] of tensors) {
    const name = full.replace(/^base_model\.model\./, "").replace(/\.modules_to_save(?:\.default)?\./, ".");
    const lora = /^(.*)\.lora_([AB])(?:\.default)?\.weight$/.exec(name);
    const place = placeOf(lora ? `${lora[1]}.weight` : name);
    if (place === undefined)
      throw new CheckpointError(
        "NAMES",
        `loadAdapter: the model has no "${name}", which ${label} has. Load it onto the model that it was trained with, head included.`,
      );
    if (lora) {
      const path = place.path.replace(/\.kernel$/, "");
      pairs.set(path, { ...pairs.get(path), [lora[2] === "A" ? "a" : "b"]: tensor });
    } else fullyTrained.set(place.path, wholeValues(tensor, place, own.get(place.path)!, label));
  }
  const layers = new Map(
    Array.from(pairs, ([path, pair]) => [path, pairValues(pair, path, own.get(`${path}.kernel`), rank, label)]),
  );
  return { layers, fullyTrained };
}

/** Finds a variable by its name in the file, in a model with a head or of the encoder alone. */
function placesByName(paths: Iterable<string>, rules: readonly NameRule[]): (name: string) => Place | undefined {
  const places = new Map<string, Place>();
  for (const path of paths) {
    const rule = nameOfPath(rules, path);
    if (rule) places.set(rule.name, { path, transpose: rule.transpose });
  }
  return (name) => places.get(name) ?? places.get(`bert.${name}`) ?? places.get(name.replace(/^bert\./, ""));
}

function wholeValues(
  tensor: StoredTensor,
  { path, transpose }: Place,
  variable: tf.Variable,
  label: string,
): Float32Array {
  const { shape } = variable;
  if (tensor.shape.join() !== (transpose ? shape.toReversed() : shape).join())
    throw new CheckpointError("NAMES", `loadAdapter: ${path} needs shape [${shape}], ${label} has [${tensor.shape}].`);
  return transpose ? transposed(tensor) : Float32Array.from(tensor.data as Float32Array, Number);
}

function pairValues(
  { a, b }: { a?: StoredTensor; b?: StoredTensor },
  path: string,
  kernel: tf.Variable | undefined,
  rank: number,
  label: string,
): { a: Float32Array; b: Float32Array } {
  if (kernel?.rank !== 2)
    throw new CheckpointError(
      "NAMES",
      `loadAdapter: ${label} adapts ${path}, which is not a dense layer. Train the adapter only on dense layers.`,
    );
  const [inputs, outputs] = kernel.shape as [number, number];
  if (a?.shape.join() !== `${rank},${inputs}` || b?.shape.join() !== `${outputs},${rank}`)
    throw new CheckpointError(
      "NAMES",
      `loadAdapter: ${path} needs lora_A [${rank},${inputs}] and lora_B [${outputs},${rank}], ${label} has [${a?.shape ?? "nothing"}] and [${b?.shape ?? "nothing"}].`,
    );
  return { a: transposed(a), b: transposed(b) };
}

/** A matrix [outputs, inputs] as [inputs, outputs]. */
function transposed({ shape, data }: StoredTensor): Float32Array {
  const [outputs, inputs] = shape as [number, number];
  const result = new Float32Array(data.length);
  for (let i = 0; i < outputs; i++)
    for (let j = 0; j < inputs; j++) result[j * outputs + i] = Number(data[i * inputs + j]);
  return result;
}
