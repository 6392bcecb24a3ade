import { type BackendOptions, chosenBackend } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs-core";

/** The arguments of `useBackend` that select the backend in use here in a worker too. */
export interface BackendForWorker {
  readonly name: string;
  readonly options: BackendOptions;
}

/** @param page the page's address, against which paths are resolved; undefined in Node */
export function backendForWorker(page: string | undefined): BackendForWorker {
  const chosen = chosenBackend();
  if (chosen === undefined) {
    const name = tf.getBackend();
    return { name: name === "onnxruntime" ? (page === undefined ? "node" : "wasm") : name || "auto", options: {} };
  }
  const { name, options } = chosen;
  if (page === undefined) return { name, options };
  const absolute = (path: string): string => new URL(path, page).href;
  const { enginePath, wasmPaths, ...rest } = options;
  return {
    name,
    options: {
      ...rest,
      ...(enginePath !== undefined && { enginePath: absolute(enginePath) }),
      ...(wasmPaths !== undefined && {
        wasmPaths:
          typeof wasmPaths === "string"
            ? absolute(wasmPaths)
            : Object.fromEntries(Object.entries(wasmPaths).map(([file, path]) => [file, absolute(path)])),
      }),
    },
  };
}
