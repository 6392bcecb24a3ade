import {
  CheckpointError,
  type Folder,
  importProblems,
  type ImportTarget,
  importVariables,
  openWeights,
  planImport,
  variableSource,
  writeShardedSafetensors,
  type WriteShardsOptions,
} from "@bertkit/checkpoints";
import { type NameRule, variables } from "@bertkit/nn";
import { folderOf } from "./folder-of.ts";

/**
 * Saves the variables of any object graph as safetensors, each under its path; shared variables are stored once. Only
 * one tensor at a time is copied, so do not train until it is done.
 *
 * @param folder a path in Node, or any writable `Folder`
 */
export async function saveModel(
  folder: string | Folder,
  model: object,
  options: WriteShardsOptions = {},
): Promise<void> {
  const names = ownPaths(model);
  if (names.length === 0)
    throw new TypeError(
      "saveModel: the model has no variables, so there is nothing to save. Pass the object that holds its parts.",
    );
  await writeShardedSafetensors(await folderOf(folder), variableSource(model, names), options);
}

/**
 * Loads variables saved by `saveModel` into a model with the same parts. If it throws, the model has not changed.
 *
 * @throws CheckpointError that names missing and unexpected tensors, and those with another shape
 */
export async function loadModel(folder: string | Folder, model: object): Promise<void> {
  const weights = await openWeights(await folderOf(folder));
  try {
    const names = ownPaths(model);
    const targets = Array.from(variables(model), ([path, variable]): [string, ImportTarget] => [
      path,
      variable as ImportTarget,
    ]);
    const problems = importProblems(planImport(targets, weights.entries, names));
    if (problems !== undefined)
      throw new CheckpointError(
        "NAMES",
        `loadModel: ${problems}. Nothing was loaded; create the model with the parts that were saved.`,
      );
    await importVariables(model, weights, names);
  } finally {
    await weights.close();
  }
}

function ownPaths(model: object): NameRule[] {
  return Array.from(variables(model).keys(), (path) => ({ path, name: path }));
}
