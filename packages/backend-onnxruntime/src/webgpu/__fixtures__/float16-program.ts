// The engine on WebGPU in float16, on Dawn in a separate Node process. Prints its results as one line of JSON.
import { createRequire } from "node:module";
import { dirname } from "node:path";
import { pathToFileURL } from "node:url";
import { messageOf } from "@bertkit/checks";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeBackend } from "../../backend.ts";
import { compile } from "../../compile/compile.ts";
import { transformer } from "../../float16/__fixtures__/transformer.ts";
import { registerOnnxRuntimeWeb } from "../../web/register.ts";
import type { GpuMemory } from "../gpu-memory.ts";
import { operands } from "./operands.ts";
import { trainFourSteps } from "./train-four-steps.ts";

provideDawn();
const file = createRequire(import.meta.url).resolve("onnxruntime-web/ort-wasm-simd-threaded.wasm");
const path = pathToFileURL(dirname(file)).href;
try {
  await registerOnnxRuntimeWeb({ path, device: "webgpu", precision: "float16" });
} catch (error) {
  print({ error: messageOf(error) });
  await new Promise(() => {}); // until it is printed
}
await tf.setBackend("onnxruntime");
const backend = tf.backend() as OnnxRuntimeBackend;
const memory = backend.executor.pool as GpuMemory;

// Weights: 1 + 2^-12 rounds to 1.
const numbers = Float32Array.from({ length: 3 * 1001 }, (_, i) => (i === 0 ? 1 + 2 ** -12 : i / 64));
const before = memory.bytes;
const weights = tf.variable(tf.tensor2d(numbers, [3, 1001]));
const large = tf.variable(tf.tensor2d([[1, 1e6]]));
const product = [...(await tf.matMul(tf.ones([1, 3]), weights).data())];
const ofLarge = [...(await tf.mul(large, 2).data())];
const bytes = memory.bytes - before;
const stored = [...(await weights.data())];

const scores = (masked: number): tf.Tensor =>
  tf.softmax(tf.add(tf.matMul(tf.ones([1, 4]), tf.ones([4, 4])), tf.tensor2d([[0, masked, masked, 0]])));
const masks = [...(await tf.concat([-1e4, -1e9, -3.4e38, -Infinity].map(scores)).data())];
const manyTerms = (await tf.matMul(tf.fill([1, 70_001], 1), tf.fill([70_001, 1], 1)).data())[0]!;

const { forward } = transformer();
const layer = [...(await tf.tidy(forward).data())];
const each: Record<string, number[]> = {};
for (const [name, compute] of Object.entries(operands())) each[name] = [...(await tf.tidy(compute).data())];

// A compiled function reads a weight in float16, and after an update in place in float32.
const factor = tf.variable(tf.tensor2d([[1.5, 2]]));
const scaled = compile((x: tf.Tensor2D) => tf.matMul(x, factor as tf.Tensor2D, false, true));
const x = tf.tensor2d([[2, 4]]);
const compiled = [...(await scaled(x).data())];
tf.engine().runKernel("BertkitAdamW", {}, {
  variables: [factor],
  gradients: [tf.tensor2d([[1, -1]])],
  firstMoments: [tf.variable(tf.zeros([1, 2]), false)],
  secondMoments: [tf.variable(tf.zeros([1, 2]), false)],
  weightDecays: [0],
  learningRate: 2 ** -6,
  beta1: 0,
  beta2: 0,
  epsilon: 0,
  clipNorm: Infinity,
  step: 1,
  biasCorrection: true,
} as unknown as tf.NamedAttrMap);
const updated = [...(await factor.data())];
compiled.push(...(await scaled(x).data()));

const training = await trainFourSteps(() => ({ uploaded: 0, read: 0 }));
const precision = backend.floatPrecision();
const results = { product, ofLarge, bytes, stored, masks, manyTerms, layer, each };
print({ ...results, compiled, updated, training, precision, fallbacks: backend.stats().fallbacks });

function print(result: object): void {
  // process.exit would wait until V8 has optimized all of onnxruntime-web's code.
  process.stdout.write(`${JSON.stringify(result)}\n`, () => process.kill(process.pid, "SIGKILL"));
}
