import type { BackendName } from "@bertkit/backend";
import type { DownloadProgress, Folder } from "@bertkit/checkpoints";
import { callable, checkValue, oneOf, type Rule, type Rules, text, trueOrFalse } from "@bertkit/checks";
import { withoutUndefined } from "../inference/without-undefined.ts";
import type { LoadBertOptions } from "../model/load-bert.ts";

/** A step of loading, with the fields of transformers.js. `progress` is a percentage. */
export type LoadingStep =
  | { readonly status: "initiate" | "download" | "done"; readonly name: string; readonly file: string }
  | {
      readonly status: "progress";
      readonly name: string;
      readonly file: string;
      readonly progress: number;
      readonly loaded: number;
      readonly total: number;
    }
  | { readonly status: "ready"; readonly task: string; readonly model: string };

const devices = ["auto", "gpu", "cpu", "wasm", "webgpu"] as const;

/** Options of transformers.js for loading a model. */
export interface TransformersLoadingOptions {
  /** The same as `cache`. */
  readonly cache_dir?: string;
  /** The same as `offline`. */
  readonly local_files_only?: boolean;
  /** Is called for each step of a download, and when the pipeline is ready. */
  readonly progress_callback?: (step: LoadingStep) => void;
  /**
   * The backend to select, if none is: "webgpu" or "gpu", "wasm", "cpu" (the fastest on the CPU: "node", or "wasm" in a
   * page), or "auto", the fastest. Default "auto". A pipeline in a worker may run on another backend than the one in use
   * here; "auto" is the one in use.
   */
  readonly device?: (typeof devices)[number];
}

const rules: Rules<TransformersLoadingOptions> = {
  cache_dir: text,
  local_files_only: trueOrFalse,
  progress_callback: callable,
  device: oneOf(devices),
};

/** Options of transformers.js that say where an ONNX file is, or how it runs. */
const forOnnx = ["config", "subfolder", "model_file_name", "use_external_data_format", "session_options"];

/**
 * The options for `fromPretrained`, and the backend that `device` names.
 *
 * @param name the model, for `progress_callback`
 * @throws TypeError or RangeError for a value of the wrong type, and for options that only ONNX files have
 */
export function loadingOptions(
  { cache_dir, local_files_only, progress_callback, device, ...others }: LoadBertOptions & TransformersLoadingOptions,
  name: string,
): { readonly loading: LoadBertOptions; readonly backend: BackendName | "auto" | undefined } {
  const given = { cache_dir, local_files_only, progress_callback, device };
  for (const [option, value] of Object.entries(given))
    if (value !== undefined)
      checkValue("pipeline", option, value, (rules as Record<string, Rule>)[option]!, "Leave it out for the default.");
  const onnx = forOnnx.find((option) => Object.hasOwn(others, option));
  if (onnx !== undefined)
    throw new TypeError(
      `pipeline: ${onnx} is about ONNX files; here a pipeline loads config.json and weights such as model.safetensors. Omit it.`,
    );
  const { onProgress } = others;
  const steps = progress_callback && stepsOf(name, progress_callback);
  const loading = withoutUndefined({
    ...others,
    cache: others.cache ?? cache_dir,
    offline: others.offline ?? local_files_only,
    onProgress:
      steps &&
      ((progress: DownloadProgress) => {
        onProgress?.(progress);
        steps(progress);
      }),
    ...(steps === undefined && { onProgress }),
  }) as LoadBertOptions;
  return { loading, backend: device === undefined ? undefined : backendOf(device) };
}

/** The name of a model in steps of loading. */
export function nameOfModel(model: string | Folder): string {
  return typeof model === "string" ? model : (model.label ?? "");
}

function stepsOf(name: string, report: (step: LoadingStep) => void): (progress: DownloadProgress) => void {
  const started = new Set<string>();
  return ({ file, loaded, total = loaded }) => {
    if (!started.has(file)) {
      report({ status: "initiate", name, file });
      report({ status: "download", name, file });
    }
    started.add(file);
    report({ status: "progress", name, file, progress: total === 0 ? 100 : (100 * loaded) / total, loaded, total });
    if (loaded === total) report({ status: "done", name, file });
  };
}

function backendOf(device: (typeof devices)[number]): BackendName | "auto" {
  if (device === "gpu") return "webgpu";
  if (device !== "cpu") return device;
  const { process } = globalThis as { process?: { versions?: { node?: string } } };
  return process?.versions?.node === undefined ? "wasm" : "node";
}
