import { nameOfPath, type NameRule, variables } from "@bertkit/nn";
import type * as tf from "@tensorflow/tfjs-core";
import { CheckpointError } from "./checkpoint-error.ts";
import { shapeInFile } from "./shape-in-file.ts";
import { shown } from "./shown.ts";
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
 * The variables of a model under the names of a table. Each is read and transposed on demand, so that writing needs
 * only one in memory. The values are the current ones: do not train until all are read. Throws a CheckpointError if a
 * variable has no rule, two have the same name, or a rule transposes a variable that is not a matrix.
 */
export function variableSource(model: object, rules: readonly NameRule[]): TensorSource {
  const named = new Map<string, Named>();
  for (const [path, variable] of variables(model)) {
    const rule = nameOfPath(rules, path);
    if (!rule)
      throw new CheckpointError("NAMES", `variableSource: the variable "${path}" has no rule. Add one to the table.`);
    const { name, transpose } = rule;
    if (named.has(name))
      throw new CheckpointError("NAMES", `variableSource: two variables have the name "${name}", one is "${path}".`);
    const shape = [...shapeInFile("variableSource", rule, variable.shape)];
    named.set(name, { description: { name, type: elementTypeOf(variable.dtype)!, shape }, variable, transpose });
  }
  const transposeInto = transposer();
  return {
    metadata: {},
    entries: new Map(Array.from(named, ([name, { description }]) => [name, description])),
    async tensor(name): Promise<StoredTensor> {
      const found = named.get(name);
      if (!found)
        throw new CheckpointError("NAMES", `tensor: none of the ${named.size} variables has the name ${shown(name)}.`);
      const { description, variable, transpose } = found;
      const values = (await variable.data()) as VariableData;
      if (!transpose) return { ...description, data: values };
      const [inputs, outputs] = variable.shape;
      const transposed = new (values.constructor as new (length: number) => VariableData)(values.length);
      transposeInto(values, inputs!, outputs!, transposed);
      return { ...description, data: transposed, owned: true };
    },
    async close() {},
  };
}
