import { useBackend } from "@bertkit/backend";
import { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { compile } from "@bertkit/backend-onnxruntime/compile";
import { exportOnnx } from "@bertkit/backend-onnxruntime/export";
import { registerOnnxRuntimeWeb } from "@bertkit/backend-onnxruntime/web";
import { runInWorker } from "@bertkit/backend-onnxruntime/worker";
import * as tf from "@tensorflow/tfjs-core";
import type { Calls } from "../call.ts";

export const backendCalls: Calls = {
  "@bertkit/backend: useBackend(options)": { call: (options) => useBackend("cpu", options) },
  "@bertkit/backend-onnxruntime: registerOnnxRuntime(options)": {
    call: (options) => registerOnnxRuntime(options),
    invalidOnly: "it would replace the backend",
  },
  "@bertkit/backend-onnxruntime/compile: compile(options)": {
    call: (options) => compile((x: tf.Tensor) => x, options),
  },
  "@bertkit/backend-onnxruntime/export: exportOnnx(options)": {
    call: (options) => exportOnnx(({ x }) => ({ y: tf.neg(x!) }), { x: tf.zeros([1, 2]) }, options),
    invalidOnly: "it traces on its own backend",
  },
  "@bertkit/backend-onnxruntime/worker: runInWorker(given)": {
    call: (options) => runInWorker("data:text/javascript,", options),
    invalidOnly: "it starts a thread",
  },
  "@bertkit/backend-onnxruntime/web: registerOnnxRuntimeWeb(options)": {
    call: (options) => registerOnnxRuntimeWeb(options),
    required: () => ({ path: "/ort/" }),
    invalidOnly: "there is no page that serves its files",
  },
};
