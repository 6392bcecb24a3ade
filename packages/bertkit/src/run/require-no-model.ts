import { existsSync } from "node:fs";
import type { RunFolder } from "./run-folder.ts";
import { RunFolderError } from "./run-folder-error.ts";

/** @throws RunFolderError if a new run would replace a model in its folder, unless it is `fresh` */
export function requireNoModel(run: RunFolder, fresh: boolean): void {
  if (fresh || run.progress.size > 0 || !existsSync(run.file("config.json"))) return;
  throw new RunFolderError("OUTPUT", `${run.path} has a model already. Choose another folder, or replace it (fresh).`);
}
