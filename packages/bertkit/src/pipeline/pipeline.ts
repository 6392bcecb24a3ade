import { type BackendName, chosenBackend, useBackend } from "@bertkit/backend";
import type { Folder } from "@bertkit/checkpoints";
import { callable, checkObject, checkValue, either, trueOrFalse } from "@bertkit/checks";
import * as tf from "@tensorflow/tfjs-core";
import { ownWorker } from "#own-worker";
import { withoutUndefined } from "../inference/without-undefined.ts";
import type { LoadBertOptions } from "../model/load-bert.ts";
import { checkTaskAndModel, loadPipeline, type Pipelines, type PipelineTask, taskName } from "./load-pipeline.ts";
import { loadingOptions, nameOfModel, type TransformersLoadingOptions } from "./loading-options.ts";
import { made, type PipelineModel } from "./pipeline-model.ts";
import { backendForWorker } from "./worker/backend-for-worker.ts";
import type { PipelineWorker } from "./worker/worker-port.ts";

/** Options for `fromPretrained`, also by their names in transformers.js; not for a loaded model. */
export interface PipelineOptions extends LoadBertOptions, TransformersLoadingOptions {
  /**
   * Whether the pipeline runs in a worker thread, on the backend that is active here, so that this thread is not blocked:
   * true in Node, in a page `pipelineWorker` of "bertkit/worker", which works in both.
   * The model must then be a path or a name; in a page, an address or a path that starts with "/", "./" or "../". Streams
   * are read in this thread, item by item. `dispose` ends the worker. Default false.
   */
  readonly worker?: boolean | PipelineWorker;
}

/**
 * Creates a function from texts to a task's results, with the task names, arguments, options and results of
 * transformers.js. A text gives a result, a list gives a list in the same order, and an async iterable gives the results one
 * by one. On the Node backend, one compiled graph serves all lengths.
 *
 * @param model a path, an address, a `Folder` or a repository of the Hugging Face hub, as for `fromPretrained`; or a
 *   loaded model. If no backend is selected and the model is a name, selects the fastest (`useBackend`)
 * @throws RangeError for an unknown task; Error if the model has no part for it; the errors of `fromPretrained`
 */
export async function pipeline<Task extends PipelineTask>(
  task: Task,
  model: string | Folder | PipelineModel,
  options: PipelineOptions = {},
): Promise<Pipelines[Task]> {
  checkTaskAndModel(task, model);
  checkObject("pipeline", "options", options, "an object of options");
  const { worker, ...given } = options;
  const startWorker = worker === undefined ? undefined : workerOf(worker);
  if (typeof model !== "string" && "tokenizer" in model && !startWorker) return loadPipeline(task, model, given);
  const name = nameOfModel(model as string | Folder);
  const { loading, backend } = loadingOptions(given, name);
  if (backend !== undefined && !startWorker) await selectBackend(backend, given.device!);
  const pipe = await (startWorker
    ? openInWorker(startWorker, task, model, loading, backend)
    : loadPipeline(task, model, loading));
  given.progress_callback?.({ status: "ready", task, model: name });
  return pipe;
}

/** What starts the worker; undefined for false. */
function workerOf(worker: boolean | PipelineWorker): PipelineWorker | undefined {
  checkValue("pipeline", "worker", worker, either(trueOrFalse, callable));
  if (worker !== true) return worker || undefined;
  if (ownWorker === undefined)
    throw new TypeError(
      'pipeline: in a page, worker must be pipelineWorker, got true. Import it from "bertkit/worker", so that only pages that need a worker are built with one.',
    );
  return ownWorker;
}

/** Selects a backend if none is selected. */
async function selectBackend(name: BackendName | "auto", device: string): Promise<void> {
  const active = chosenBackend()?.name ?? tf.getBackend();
  if (!active) await useBackend(name);
  else if (name !== "auto" && name !== active)
    throw new Error(
      `pipeline: device "${device}" runs on the backend ${name}, but ${active} is in use. Call useBackend("${name}") first, or omit device.`,
    );
}

/** @throws TypeError for arguments that cannot be sent to a worker; the errors of loading in the worker */
async function openInWorker<Task extends PipelineTask>(
  startWorker: PipelineWorker,
  task: Task,
  model: string | Folder | PipelineModel,
  { tokenizer, onProgress, signal, ...options }: LoadBertOptions,
  backend: BackendName | "auto" | undefined,
): Promise<Pipelines[Task]> {
  if (typeof model !== "string" || tokenizer !== undefined)
    throw new TypeError(
      `pipeline: a worker loads the model itself, got ${typeof model === "string" ? "a tokenizer" : "a loaded model or a Folder"}. Pass a path or a name, or omit worker.`,
    );
  const { PipelineInWorker } = await import("./worker/pipeline-in-worker.ts");
  const { location } = globalThis as { location?: { href: string } };
  const near = location !== undefined && /^\.{0,2}\//.test(model);
  const opened = await PipelineInWorker.open({
    startWorker,
    task,
    model: near ? new URL(model, location.href).href : model,
    backend: backendForWorker(location?.href, backend),
    options: withoutUndefined(options),
    onProgress,
    signal,
  });
  return made(
    taskName(task),
    undefined,
    (...given) => opened.call(given),
    () => opened.dispose(),
  ) as unknown as Pipelines[Task];
}
