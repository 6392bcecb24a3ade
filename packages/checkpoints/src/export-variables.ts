import { variables } from "@bertkit/nn";
import { CheckpointError } from "./checkpoint-error.ts";
import { nameOfPath, type NameRule } from "./names/name-rule.ts";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { transposeMatrix } from "./transpose.ts";
import type { VariableData } from "./variable-data.ts";

/**
 * Copies a model's variables out under the names of a table, ready for `writeSafetensors`.
 * Throws a CheckpointError where a variable has no rule.
 */
export async function exportVariables(model: object, rules: readonly NameRule[]): Promise<TensorToStore[]> {
  const reads = Array.from(variables(model), async ([path, variable]): Promise<TensorToStore> => {
    const named = nameOfPath(rules, path);
    if (!named)
      throw new CheckpointError(
        "NAMES",
        `exportVariables: no rule names the variable "${path}". Add one to the table.`,
      );
    const values = (await variable.data()) as VariableData;
    const { name, transpose } = named;
    if (!transpose) return { name, shape: variable.shape.slice(), data: values.slice() };
    const [inputs, outputs] = variable.shape;
    return { name, shape: [outputs!, inputs!], data: transposeMatrix(values, inputs!, outputs!) };
  });
  return Promise.all(reads);
}
