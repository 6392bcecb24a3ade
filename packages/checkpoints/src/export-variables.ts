import { variables } from "@bertkit/nn";
import { CheckpointError } from "./checkpoint-error.ts";
import { nameOfPath, type NameRule } from "./names/name-rule.ts";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { transposer } from "./transpose/transpose.ts";
import type { VariableData } from "./variable-data.ts";

/**
 * Copies a model's variables out under the names of a table, ready for `writeSafetensors`.
 * Throws a CheckpointError where a variable has no rule.
 */
export async function exportVariables(model: object, rules: readonly NameRule[]): Promise<TensorToStore[]> {
  const turn = transposer();
  const reads = Array.from(variables(model), async ([path, variable]): Promise<TensorToStore> => {
    const named = nameOfPath(rules, path);
    if (!named)
      throw new CheckpointError(
        "NAMES",
        `exportVariables: no rule names the variable "${path}". Add one to the table.`,
      );
    const data = (await variable.data()).slice() as VariableData;
    const { name, transpose } = named;
    if (!transpose) return { name, shape: variable.shape.slice(), data };
    const [inputs, outputs] = variable.shape;
    turn(data, inputs!, outputs!);
    return { name, shape: [outputs!, inputs!], data };
  });
  return Promise.all(reads);
}
