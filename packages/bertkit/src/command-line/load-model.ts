import type { BackendName } from "@bertkit/backend";
import { fromPretrained } from "../model/from-pretrained.ts";
import type { Pretrained } from "../model/pretrained.ts";
import type { Pipelines, PipelineTask } from "../pipeline/load-pipeline.ts";
import { pipeline } from "../pipeline/pipeline.ts";
import { requireOption } from "./options/parse-options.ts";
import { selectBackend } from "./select-backend.ts";
import type { Terminal } from "./terminal.ts";

interface ModelValues {
  readonly model?: string;
  readonly backend?: BackendName | "auto";
}

/**
 * Loads the folder of --model on the backend of --backend.
 *
 * @throws UsageError without --model
 */
export async function loadModel(
  command: string,
  { model, backend = "auto" }: ModelValues,
  stderr: Terminal["stderr"],
): Promise<Pretrained> {
  const folder = requireOption(command, "--model FOLDER", model);
  await selectBackend(backend, stderr);
  return fromPretrained(folder);
}

/** The same, as a pipeline. */
export async function loadPipeline<Task extends PipelineTask>(
  command: string,
  task: Task,
  { model, backend = "auto" }: ModelValues,
  stderr: Terminal["stderr"],
): Promise<Pipelines[Task]> {
  const folder = requireOption(command, "--model FOLDER", model);
  await selectBackend(backend, stderr);
  return pipeline(task, folder);
}
