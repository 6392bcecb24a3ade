import { type BackendName, type BackendOptions, chosenBackend } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";
import { withoutUndefined } from "../../inference/without-undefined.ts";

/** The arguments of `useBackend` in a worker. */
export interface BackendForWorker {
  readonly name: string;
  readonly options: BackendOptions;
}

/**
 * The backend in use here, or another one that `device` names. It has the options of the `useBackend` call here: another one
 * only the paths and the number of threads.
 *
 * @param page the page's address, against which paths are resolved; undefined in Node
 */
export function backendForWorker(page: string | undefined, wanted: BackendName | "auto" = "auto"): BackendForWorker {
  const { name, options } = backendInUse(page);
  if (wanted === "auto" || wanted === name) return { name, options: absolutePaths(options, page) };
  const { enginePath, wasmPaths, threads } = absolutePaths(options, page);
  return { name: wanted, options: withoutUndefined({ enginePath, wasmPaths, threads }) };
}

function backendInUse(page: string | undefined): BackendForWorker {
  const chosen = chosenBackend();
  if (chosen !== undefined) return chosen;
  const name = tf.getBackend();
  return { name: name === "onnxruntime" ? (page === undefined ? "node" : "wasm") : name || "auto", options: {} };
}

function absolutePaths(options: BackendOptions, page: string | undefined): BackendOptions {
  if (page === undefined) return options;
  const absolute = (path: string): string => new URL(path, page).href;
  const { enginePath, wasmPaths, ...rest } = options;
  return {
    ...rest,
    ...(enginePath !== undefined && { enginePath: absolute(enginePath) }),
    ...(wasmPaths !== undefined && {
      wasmPaths:
        typeof wasmPaths === "string"
          ? absolute(wasmPaths)
          : Object.fromEntries(Object.entries(wasmPaths).map(([file, path]) => [file, absolute(path)])),
    }),
  };
}
