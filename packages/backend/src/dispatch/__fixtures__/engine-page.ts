// The page of dispatch.browser.test.ts that changes between the engine's devices, loses the GPU, and lacks a file.
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../index.ts";

export interface EngineOutcome {
  /** What each attempt gave: the first values, or the error. */
  readonly [attempt: string]: string | number;
}

declare global {
  interface Window {
    changeEngines: () => Promise<EngineOutcome>;
  }
}

const devices: GPUDevice[] = [];
const { requestDevice } = GPUAdapter.prototype;
GPUAdapter.prototype.requestDevice = async function (descriptor) {
  const device = await requestDevice.call(this, descriptor);
  devices.push(device);
  return device;
};

async function outcomeOf(compute: () => tf.Tensor): Promise<string> {
  try {
    return [...(await compute().data()).slice(0, 3)].join(", ");
  } catch (error) {
    return (error as Error).message;
  }
}

globalThis.window.changeEngines = async () => {
  const outcome: Record<string, string | number> = {};
  const wasm = (): Promise<unknown> => useBackend("wasm", { enginePath: "/ort/" });
  const webgpu = (): Promise<unknown> => useBackend("webgpu", { enginePath: "/ort/", engine: "onnxruntime" });
  await wasm();
  const large = tf.tidy(() => tf.mul(tf.ones([40_000]), 2));
  const small = tf.tensor1d([1, 2, 3]);
  await webgpu();
  const results = [tf.mul(large, 2), tf.mul(small, 2)] as const;
  tf.dispose([large, small]);
  outcome["large to the GPU"] = await outcomeOf(() => results[0]);
  outcome["small to the GPU"] = await outcomeOf(() => results[1]);
  const uploaded = tf.tensor1d([4, 5, 6]);
  await tf.mul(uploaded, 2).data();
  await wasm();
  outcome["uploaded from the GPU"] = await outcomeOf(() => tf.mul(uploaded, 2));
  outcome["computed on the GPU"] = await outcomeOf(() => tf.mul(results[0], 2));
  outcome["read from the GPU"] = await outcomeOf(() => results[0]);
  await webgpu();
  await wasm();
  await webgpu();
  outcome["devices"] = devices.length;
  outcome["modules"] = performance.getEntriesByType("resource").filter(({ name }) => name.endsWith(".wasm")).length;
  devices[0]!.destroy();
  await devices[0]!.lost;
  outcome["lost"] = await outcomeOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 3));
  await webgpu();
  outcome["renewed"] = await outcomeOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 3));
  outcome["without a file"] = (await useBackend("webgpu", { enginePath: "/part/" })).reason;
  outcome["TensorFlow.js's own"] = await outcomeOf(() => tf.mul(tf.tensor1d([1, 2, 3]), 4));
  return outcome;
};
