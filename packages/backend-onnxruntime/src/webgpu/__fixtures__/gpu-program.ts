// The engine on WebGPU, on Dawn in a separate Node process. Prints its results as one line of JSON.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import { linearCrossEntropy, softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeBackend } from "../../backend.ts";
import { compile } from "../../compile/compile.ts";
import { fillMask } from "../../dropout/mask-loop.ts";
import { registerOnnxRuntimeWeb } from "../../web/register.ts";
import type { GpuMemory } from "../gpu-memory.ts";
import { tensorType } from "../../record/types.ts";
import { attention } from "./attention.ts";
import { trainFourSteps } from "./train-four-steps.ts";

provideDawn();
const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
await registerOnnxRuntimeWeb({ path: pathToFileURL(dirname(file)).href, device: "webgpu" });
await tf.setBackend("onnxruntime");
const backend = tf.backend() as OnnxRuntimeBackend;
const memory = backend.executor.pool as GpuMemory;
const messageOf = async (fails: () => unknown): Promise<string> => {
  try {
    await fails();
    return "nothing was thrown";
  } catch (error) {
    return (error as Error).message;
  }
};

const x = tf.tensor2d([1, 2, 3, 4], [2, 2]);
const y = tf.tidy(() => tf.relu(tf.sub(tf.matMul(x, x), 9)));
const computed = [...(await y.data())];
const dataSync = await messageOf(() => y.dataSync());

const shape = [3, 4321];
const attributes = { shape, threshold: 6554, seed: 0x9abcdef0 } as unknown as tf.NamedAttrMap;
const mask = tf.engine().runKernel("BertkitDropoutMask", {}, attributes) as tf.Tensor;
const expectedMask = new Uint8Array(3 * 4321);
fillMask(expectedMask, 6554, 0x9abcdef0);
const drawn = (await mask.data()) as Uint8Array;
const dropout = {
  kept: drawn.reduce((sum, bit) => sum + bit, 0),
  differs: expectedMask.filter((bit, i) => bit !== drawn[i]).length,
};

const counted = (): { uploaded: number; read: number } => ({
  uploaded: memory.uploadedBytes,
  read: memory.readBytes,
});
const attentions = await Promise.all([true, false].map((masked) => attention(32, 64, masked)));
const training = await trainFourSteps(counted);

const layer = compile((rows: tf.Tensor2D) => tf.tanh(tf.matMul(rows, x)), { dynamicAxes: { "0": { 0: "rows" } } });
const anyLength = await Promise.all([1, 3].map(async (rows) => (await layer(tf.fill([rows, 2], 0.1)).data()).length));

const weight = tf.variable(x);
const student = tf.variable(weight);
const times = compile((rows: tf.Tensor2D) => tf.matMul(rows, tf.add(weight, student) as tf.Tensor2D), {
  dynamicAxes: { "0": { 0: "rows" } },
});
const aliased: number[][] = [[...(await times(tf.reshape(weight, [2, 2])).data())]];
student.assign(tf.tensor2d([5, 6, 7, 8], [2, 2]));
aliased.push([...(await times(tf.tensor2d([1, 0, 0, 1], [2, 2])).data())]);

const outside: string[] = [];
for (const name of ["log", "log1p", "acosh", "atanh"] as const) {
  const values = tf[name](tf.tensor1d([-2, -3e38, -Infinity, NaN, 0.5]));
  outside.push(`${name} ${[...(await values.data())].map((value) => value.toFixed(3)).join(" ")}`);
}

const nanLosses: string[] = [];
for (const values of [[NaN, NaN, NaN], [NaN, 1, 2], [1, NaN, 2]]) {
  const logits = tf.tensor2d(values, [3, 1]);
  const labels = tf.tensor1d([1], "int32");
  const { losses } = linearCrossEntropy(tf.ones([1, 1]), logits, tf.zeros([3]), labels);
  const loss = softmaxCrossEntropy(tf.reshape(logits, [1, 3]), labels);
  for (const one of [losses, loss]) nanLosses.push(String((await one.data())[0]));
}

const tooLarge = await messageOf(() => tf.fill([2 ** 15, 2 ** 16], 1).data());
const afterFailures = [...(await tf.add(x, 1).data())];

const { gpuDevice } = await import("../gpu-device.ts");
const { GpuMemory: OwnMemory } = await import("../gpu-memory.ts");
const { GpuQueue } = await import("../gpu-queue.ts");
const device = await gpuDevice();
const queue = new GpuQueue(device);
const twoNumbers = tensorType("float32", [2]);
const ownMemory = new OwnMemory(queue);
const read = (): Promise<unknown> => ownMemory.remote.read(ownMemory.take(twoNumbers), twoNumbers);
device.createBuffer({ size: 16, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.STORAGE });
const gpuError = await messageOf(read);
const afterError = await messageOf(read);
device.destroy();
await device.lost;
const lost = await messageOf(read);
const result = { computed, dataSync, dropout, attentions, training, anyLength, aliased, outside, nanLosses, tooLarge };
const rest = { afterFailures, gpuError, afterError, lost, fallbacks: backend.stats().fallbacks };
// process.exit would wait until V8 has optimized all of onnxruntime-web's code.
process.stdout.write(`${JSON.stringify({ ...result, ...rest })}\n`, () => process.kill(process.pid, "SIGKILL"));
