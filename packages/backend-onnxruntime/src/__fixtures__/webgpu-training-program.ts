// One training step of a small transformer on ONNX Runtime's WebGPU and CPU, in a separate process: prints the largest
// differences, and which operators ran where on WebGPU.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  attention,
  attentionMask,
  dropout,
  embeddingLookup,
  gelu,
  layerNorm,
  linearCrossEntropy,
  softmaxCrossEntropy,
} from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs";
import type { OnnxRuntimeBackend } from "../backend.ts";
import type { Executor } from "../run/executor.ts";
import { backendName, registerOnnxRuntime, type OnnxRuntimeOptions } from "../index.ts";

const [rows, tokens, size, heads, classes] = [2, 35, 16, 2, 41] as const;
const folder = mkdtempSync(join(tmpdir(), "bertkit-webgpu-"));

/** The loss and its gradients, by variable. */
async function step(options: OnnxRuntimeOptions): Promise<Record<string, ArrayLike<number>>> {
  registerOnnxRuntime(options);
  await tf.setBackend(backendName);
  let seed = 0;
  const draw = (...shape: number[]): tf.Variable => tf.variable(tf.randomNormal(shape, 0, 0.3, "float32", ++seed));
  const table = draw(classes, size);
  const [query, key, value, output] = [draw(size, size), draw(size, size), draw(size, size), draw(size, size)];
  const [inner, outer, shift, answer] = [draw(size, 80), draw(80, size), draw(classes), draw(size, 2)];
  const norms = [draw(size), draw(size), draw(size), draw(size)] as const;
  const ids = tf.tensor1d(Array.from({ length: rows * tokens }, (_, i) => (7 * i) % classes), "int32"); // prettier-ignore
  const labels = tf.tensor1d([3, 39, 0, 11, 3, 3], "int32");
  const isToken = tf.tensor2d(Array.from({ length: rows * tokens }, (_, i) => Number(i < 50)), [rows, tokens], "int32"); // prettier-ignore
  const split = (x: tf.Tensor): tf.Tensor4D =>
    tf.transpose(tf.reshape(x, [rows, tokens, heads, size / heads]), [0, 2, 1, 3]) as tf.Tensor4D;
  const times = (x: tf.Tensor, weight: tf.Variable): tf.Tensor2D => tf.matMul(x as tf.Tensor2D, weight as tf.Tensor2D);
  const { value: loss, grads } = tf.variableGrads(() => {
    const x = embeddingLookup(table, ids);
    const mixed = attention(split(times(x, query)), split(times(x, key)), split(times(x, value)), {
      mask: attentionMask(isToken),
      onProbabilities: (probabilities) => dropout(probabilities, 0.1, 7),
    }).output;
    const merged = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [rows * tokens, size]);
    const hidden = layerNorm(tf.add(x, dropout(times(merged, output), 0.1, 8)), norms[0], norms[1], 1e-12);
    const y = layerNorm(tf.add(hidden, times(gelu(times(hidden, inner)), outer)), norms[2], norms[3], 1e-12);
    const some = tf.slice(y, 0, [labels.size, size]) as tf.Tensor2D;
    const { losses } = linearCrossEntropy(some, table as tf.Tensor2D, shift as tf.Tensor1D, labels);
    const answers = softmaxCrossEntropy(times(some, answer), tf.tensor1d([0, 1, 1, 0, 1, 0], "int32"));
    return tf.add(tf.mean(losses), tf.mean(answers));
  });
  const numbers: Record<string, ArrayLike<number>> = { loss: loss.dataSync() };
  Object.values(grads).forEach((gradient, i) => (numbers[`gradient ${i}`] = gradient.dataSync()));
  tf.disposeVariables();
  return numbers;
}

/** How often each operator ran, by the provider that ran it. */
function operatorsRun(): Record<string, Record<string, number>> {
  ((tf.backend() as OnnxRuntimeBackend).executor as Executor).endProfiling();
  const counts: Record<string, Record<string, number>> = {};
  for (const file of readdirSync(folder)) {
    const events = JSON.parse(readFileSync(join(folder, file), "utf8")) as {
      args: { op_name?: string; provider?: string };
    }[];
    for (const { args } of events) {
      if (args.op_name === undefined || args.provider === undefined) continue;
      const ofProvider = (counts[args.provider] ??= {});
      ofProvider[args.op_name] = (ofProvider[args.op_name] ?? 0) + 1;
    }
  }
  rmSync(folder, { recursive: true });
  return counts;
}

const expected = await step({ device: "cpu" });
const received = await step({ device: "webgpu", profile: join(folder, "run") });
const operators = operatorsRun();
const differences = Object.fromEntries(
  Object.entries(expected).map(([name, values]) => [
    name,
    Math.max(...Array.from(values, (value, i) => Math.abs(value - received[name]![i]!))),
  ]),
);
process.stdout.write(`${JSON.stringify({ differences, operators })}\n`, () => process.exit(0));
