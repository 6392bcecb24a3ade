import * as tf from "@tensorflow/tfjs-core";
import { OnnxRuntimeBackend } from "../backend.ts";
import { nativeBinding } from "../native/native-session.ts";
import { Executor } from "../run/executor.ts";

/**
 * Loads ONNX Runtime's native library now if the active backend uses it, instead of in the first run; synchronous, about
 * 25 ms. Call it while the program waits for files.
 */
export function loadLibrary(): void {
  const backend = tf.backend();
  const executor = backend instanceof OnnxRuntimeBackend ? backend.executor : undefined;
  if (executor instanceof Executor && executor.readsMemory) nativeBinding();
}
