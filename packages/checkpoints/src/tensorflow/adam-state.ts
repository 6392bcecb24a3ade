import { checkObject } from "@bertkit/checks";
import { type NamedVariable, nameOfPath, type NameRule, variables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "../checkpoint-error.ts";
import type { TensorToStore } from "../safetensors/stored-tensor.ts";
import type { TensorSource } from "../tensor-source.ts";
import { shapeInFile } from "../shape-in-file.ts";
import { transposer } from "../transpose/transpose.ts";
import { ownedAs } from "../variable-data.ts";

/** The state of Adam, as returned by `state()` of an optimizer and accepted by `restore()`. */
export interface AdamState {
  readonly step: number;
  /** The two moments of each variable, as `m/path` and `v/path`. */
  readonly slots: ReadonlyMap<string, tf.Tensor>;
}

const moments = ["m", "v"] as const;
const stepName = "global_step";

/**
 * Reads the moments and the step of google-research/bert's `AdamWeightDecayOptimizer` from a TensorFlow 1 checkpoint:
 * `name/adam_m`, `name/adam_v` and `global_step`. The caller disposes the tensors. Throws a CheckpointError, and leaves
 * no tensors, if any is missing or has another shape.
 */
export async function importAdamState(
  model: object,
  source: TensorSource,
  rules: readonly NameRule[],
): Promise<{ step: number; slots: Map<string, tf.Tensor> }> {
  checkObject("importAdamState", "source", source, "a TensorSource", "entries", "tensor");
  const wanted = [...variables(model)].flatMap(([path, variable]) => {
    const named = ruleOf(rules, path);
    return moments.map((moment) => ({ key: `${moment}/${path}`, name: slotName(named, moment), named, variable }));
  });
  const unfit = wanted.filter(({ name, named, variable }) => {
    const shape = shapeInFile("importAdamState", named, variable.shape);
    const entry = source.entries.get(name);
    return entry?.type !== "F32" || entry.shape.join() !== shape.join();
  });
  if (unfit.length > 0 || !source.entries.has(stepName))
    throw new CheckpointError(
      "NAMES",
      `importAdamState: ${unfit.length} of ${wanted.length} moments are missing or of another shape: ${
        unfit
          .slice(0, 8)
          .map(({ name }) => name)
          .join(", ") || stepName
      }. Is it a checkpoint of a training run, and of this model?`,
    );
  const step = Number((await source.tensor(stepName)).data[0]);
  const slots = new Map<string, tf.Tensor>();
  const transpose = transposer();
  try {
    for (const { key, name, named, variable } of wanted) {
      const values = ownedAs("float32", await source.tensor(name));
      const [inputs, outputs] = variable.shape;
      if (named.transpose) transpose(values, outputs!, inputs!);
      slots.set(key, tf.tensor(values, variable.shape));
    }
  } catch (error) {
    tf.dispose([...slots.values()]);
    throw error;
  }
  return { step, slots };
}

/** The inverse: the tensors to write in addition to the variables, so that TensorFlow 1 can resume. */
export async function exportAdamState(state: AdamState, rules: readonly NameRule[]): Promise<TensorToStore[]> {
  checkObject("exportAdamState", "state", state, "an optimizer's state", "step", "slots");
  const { step, slots } = state;
  checkObject("exportAdamState", "the state's slots", slots, "a Map of tensors", "get");
  const stored: TensorToStore[] = [{ name: stepName, shape: [], data: BigInt64Array.of(BigInt(step)) }];
  const transpose = transposer();
  for (const [key, tensor] of slots) {
    const moment = moments.find((candidate) => key.startsWith(`${candidate}/`));
    if (!moment)
      throw new CheckpointError(
        "NAMES",
        `exportAdamState: Adam has moments "m/…" and "v/…", got "${key}". Only the state of Adam can be written.`,
      );
    const named = ruleOf(rules, key.slice(2));
    const shape = shapeInFile("exportAdamState", named, tensor.shape);
    const values = (await tensor.data()).slice() as Float32Array;
    const [inputs, outputs] = tensor.shape;
    if (named.transpose) transpose(values, inputs!, outputs!);
    stored.push({ name: slotName(named, moment), shape, data: values });
  }
  return stored;
}

function ruleOf(rules: readonly NameRule[], path: string): NamedVariable {
  const named = nameOfPath(rules, path);
  if (!named)
    throw new CheckpointError("NAMES", `adam state: the variable "${path}" has no rule. Add one to the table.`);
  return named;
}

function slotName({ name }: NamedVariable, moment: "m" | "v"): string {
  return `${name}/adam_${moment}`;
}
