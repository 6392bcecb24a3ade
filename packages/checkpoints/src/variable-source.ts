import { variables } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import { nameOfPath, type NameRule } from "./names/name-rule.ts";
import type { StoredTensor } from "./safetensors/stored-tensor.ts";
import type { TensorDescription, TensorSource } from "./tensor-source.ts";
import { transposer } from "./transpose/transpose.ts";
import { elementTypeOf, type VariableData } from "./variable-data.ts";

interface Named {
  readonly description: TensorDescription;
  readonly variable: tf.Variable;
  readonly transpose: boolean;
}

/**
 * A model's variables under the names of a table, each read and turned when it is asked for: what writes them has one at
 * a time in memory. The values are those of that moment; do not train until all are read.
 * Throws a CheckpointError where a variable has no rule, or two have the same name.
 */
export function variableSource(model: object, rules: readonly NameRule[]): TensorSource {
  const named = new Map<string, Named>();
  for (const [path, variable] of variables(model)) {
    const rule = nameOfPath(rules, path);
    if (!rule)
      throw new CheckpointError("NAMES", `variableSource: no rule names the variable "${path}". Add one to the table.`);
    const { name, transpose } = rule;
    if (named.has(name))
      throw new CheckpointError("NAMES", `variableSource: the table names two variables "${name}", one is "${path}".`);
    const shape = transpose ? variable.shape.toReversed() : variable.shape.slice();
    named.set(name, { description: { name, type: elementTypeOf(variable.dtype)!, shape }, variable, transpose });
  }
  const turn = transposer();
  return {
    metadata: {},
    entries: new Map(Array.from(named, ([name, { description }]) => [name, description])),
    async tensor(name): Promise<StoredTensor> {
      const found = named.get(name);
      if (!found) throw new CheckpointError("NAMES", `tensor: no variable is named "${name}", of ${named.size}.`);
      const { description, variable, transpose } = found;
      const values = (await variable.data()) as VariableData;
      if (!transpose) return { ...description, data: values };
      const [inputs, outputs] = variable.shape;
      const turned = new (values.constructor as new (length: number) => VariableData)(values.length);
      turn(values, inputs!, outputs!, turned);
      return { ...description, data: turned, owned: true };
    },
    async close() {},
  };
}
