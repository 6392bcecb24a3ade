import type { NameRule } from "@bertkit/nn";
import type { TensorToStore } from "./safetensors/stored-tensor.ts";
import { variableSource } from "./variable-source.ts";

/**
 * Copies all variables of a model, under the names of a table, for `writeSafetensors`. `variableSource` needs less
 * memory: one variable at a time. Throws a CheckpointError if a variable has no rule.
 */
export async function exportVariables(model: object, rules: readonly NameRule[]): Promise<TensorToStore[]> {
  const source = variableSource(model, rules);
  return Promise.all(
    Array.from(source.entries.keys(), async (name): Promise<TensorToStore> => {
      const { shape, type, data, owned } = await source.tensor(name);
      return { name, shape, type, data: owned ? data : data.slice() };
    }),
  );
}
