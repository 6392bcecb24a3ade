// The JavaScript time of a pretraining step on the Node backend: running the model's and the gradients' code,
// recording, planning and hashing the graph, passing memory, reading the loss, and garbage collection. It is the time
// of the step minus the graph runs and the optimizer's loops. The ratio is the step time divided by the JavaScript
// time: 33 means 3 %.
import { PerformanceObserver, type PerformanceEntry } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { useBackend } from "@bertkit/backend";
import type { OnnxRuntimeBackend } from "@bertkit/backend-onnxruntime";
import { bertSizes } from "@bertkit/encoder";
import * as tf from "@tensorflow/tfjs-core";

import { pretrainingRun } from "./pretraining-run.ts";

const vocabularySize = 30_522;
const [warm, counted] = [5, 12];
const cases = [
  ["tiny", 16, 128],
  ["mini", 16, 128],
  ["small", 16, 128],
  ["base", 8, 128],
  ["base", 2, 512],
] as const;

await useBackend("node");
const backend = tf.backend() as OnnxRuntimeBackend;

/** Milliseconds spent so far compiling and running graphs. */
function ofGraphs(): number {
  const { compileMilliseconds, runMilliseconds } = backend.stats();
  return compileMilliseconds + runMilliseconds;
}

/** Garbage collections so far. Some happen in the optimizer, but count as JavaScript time. */
const collections: PerformanceEntry[] = [];
const observer = new PerformanceObserver((list) => collections.push(...list.getEntries()));
observer.observe({ entryTypes: ["gc"] });

/** Milliseconds of garbage collection in an interval. */
function ofCollections(from: number, to: number): number {
  return collections.reduce(
    (sum, { startTime, duration }) => sum + (startTime >= from && startTime < to ? duration : 0),
    0,
  );
}

/** Interval of each update, and its duration without graph runs. */
const updates: { from: number; to: number; milliseconds: number }[] = [];
const kernel = tf.getKernel("BertkitAdamW", "onnxruntime");
tf.unregisterKernel(kernel.kernelName, kernel.backendName);
tf.registerKernel({
  ...kernel,
  kernelFunc(given) {
    const [from, before] = [performance.now(), ofGraphs()];
    const result = kernel.kernelFunc(given);
    const to = performance.now();
    updates.push({ from, to, milliseconds: to - from - (ofGraphs() - before) });
    return result;
  },
});

const results: object[] = [];
const ratios: Record<string, number> = {};
console.log(
  `milliseconds, means of ${counted} steps: garbage is not collected in every one\n| case | step | graph | optimizer | JavaScript | of which garbage collection by the optimizer | JavaScript, fraction of the step |`,
);
console.log("|---|---:|---:|---:|---:|---:|---:|");
for (const [size, rows, length] of cases) {
  const shape = { rows, length, predictions: Math.round(0.15 * length) };
  const run = pretrainingRun({ ...bertSizes[size], vocabularySize }, Array(warm + counted).fill(shape));
  const timed: { step: number; graph: number }[] = [];
  let graphs = ofGraphs();
  updates.length = 0;
  for await (const { milliseconds } of run.steps) {
    timed.push({ step: milliseconds, graph: ofGraphs() - graphs });
    graphs = ofGraphs();
  }
  await setTimeout(0); // collections are reported later
  const steps = timed.map(({ step, graph }, i) => {
    const { from, to, milliseconds } = updates[i]!;
    const garbage = ofCollections(from, to);
    const optimizer = milliseconds - garbage;
    return { step, graph, optimizer, garbage, javaScript: step - graph - optimizer };
  });
  await run.end();
  const mean = (key: keyof (typeof steps)[number]) =>
    steps.slice(warm).reduce((sum, one) => sum + one[key], 0) / counted;
  const milliseconds = {
    step: mean("step"),
    graph: mean("graph"),
    optimizer: mean("optimizer"),
    javaScript: mean("javaScript"),
    garbage: mean("garbage"),
  };
  const { step, javaScript } = milliseconds;
  const name = `${size} ${rows}×${length}`;
  ratios[name] = Number((step / javaScript).toFixed(1));
  results.push({ case: name, ...milliseconds });
  const columns = Object.values(milliseconds).map((value) => value.toFixed(1));
  console.log(`| ${name} | ${columns.join(" | ")} | ${((100 * javaScript) / step).toFixed(2)} % |`);
}
console.log(JSON.stringify({ bench: "recording", ratios, results }));
