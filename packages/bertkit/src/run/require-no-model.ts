import { existsSync } from "node:fs";
import type { RunFolder } from "./run-folder.ts";
import { RunFolderError } from "./run-folder-error.ts";

/**
 * @param others files, besides those of a model, that the run would replace
 * @throws RunFolderError if a new run would replace a model or such a file in its folder, unless it is `fresh`
 */
export function requireNoModel(run: RunFolder, fresh: boolean, others: readonly string[] = []): void {
  if (fresh || run.progress.size > 0) return;
  const model = ["config.json", "model.safetensors"].find((name) => existsSync(run.file(name)));
  const found = model ?? others.find((name) => existsSync(run.file(name)));
  if (found === undefined) return;
  const what = model === undefined ? `a ${found}, which would be replaced` : `a model already, ${found}`;
  throw new RunFolderError("OUTPUT", `${run.path} has ${what}. Choose another folder, or replace it (fresh).`);
}
