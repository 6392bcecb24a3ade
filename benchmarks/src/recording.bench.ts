// What a pretraining step costs in JavaScript on the Node backend: following the model and its gradients, recording,
// planning and hashing the graph, handing memory over and reading the loss. It is the step's time less the runs of the
// graph and the optimizer's loops. A ratio is the step's time by that in JavaScript: 33 is a share of 3 %.
import { useBackend } from "@bertkit/backend";
import type { OnnxRuntimeBackend } from "@bertkit/backend-onnxruntime";
import { bertSizes, createBert } from "@bertkit/encoder";
import { dispose, Rng } from "@bertkit/nn";
import { maskedLm, MaskedLmHead, nextSentence, NextSentenceHead, sum } from "@bertkit/pretraining";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

import { randomBatch } from "./random-batch.ts";

const vocabularySize = 30_522;
const [warm, counted] = [5, 9];
const cases = [
  ["tiny", 16, 128],
  ["mini", 16, 128],
  ["small", 16, 128],
  ["base", 8, 128],
  ["base", 2, 512],
] as const;

await useBackend("node");
const backend = tf.backend() as OnnxRuntimeBackend;

/** Milliseconds of the graphs so far, compiled and run. */
function ofGraphs(): number {
  const { compileMilliseconds, runMilliseconds } = backend.stats();
  return compileMilliseconds + runMilliseconds;
}

let optimizerMilliseconds = 0;
const kernel = tf.getKernel("BertkitAdamW", "onnxruntime");
tf.unregisterKernel(kernel.kernelName, kernel.backendName);
tf.registerKernel({
  ...kernel,
  kernelFunc(given) {
    const [start, before] = [performance.now(), ofGraphs()];
    const result = kernel.kernelFunc(given);
    optimizerMilliseconds += performance.now() - start - (ofGraphs() - before);
    return result;
  },
});

const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)]!;
const results: object[] = [];
const ratios: Record<string, number> = {};
console.log(`milliseconds, medians of ${counted} steps\n| case | step | graph | optimizer | JavaScript | share |`);
console.log("|---|---:|---:|---:|---:|---:|");
for (const [size, rows, length] of cases) {
  const rng = new Rng(0);
  const encoder = createBert({ ...bertSizes[size], vocabularySize }, rng);
  const objective = sum(
    maskedLm(new MaskedLmHead({ encoder, rng })),
    nextSentence(new NextSentenceHead({ encoder, rng })),
  );
  function* batches() {
    for (let step = 0; step < warm + counted; step++)
      yield randomBatch({ rows, length, predictions: Math.round(0.15 * length), vocabularySize }, rng);
  }
  const model = { encoder, objective };
  const optimizer = adamW({ learningRate: 1e-4 });
  const steps: { step: number; graph: number; optimizer: number; javaScript: number }[] = [];
  let [graphs, updates] = [ofGraphs(), optimizerMilliseconds];
  for await (const { milliseconds } of train({
    model,
    batches: batches(),
    optimizer,
    rng,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  })) {
    const [graph, update] = [ofGraphs() - graphs, optimizerMilliseconds - updates];
    [graphs, updates] = [ofGraphs(), optimizerMilliseconds];
    steps.push({ step: milliseconds, graph, optimizer: update, javaScript: milliseconds - graph - update });
  }
  optimizer.dispose();
  dispose(model);
  const of = (key: keyof (typeof steps)[number]) => median(steps.slice(warm).map((one) => one[key]));
  const [step, javaScript] = [of("step"), of("javaScript")];
  const name = `${size} ${rows}×${length}`;
  ratios[name] = Number((step / javaScript).toFixed(1));
  results.push({ case: name, step, graph: of("graph"), optimizer: of("optimizer"), javaScript });
  console.log(
    `| ${name} | ${[step, of("graph"), of("optimizer"), javaScript].map((value) => value.toFixed(1)).join(" | ")} | ${((100 * javaScript) / step).toFixed(2)} % |`,
  );
}
console.log(JSON.stringify({ bench: "recording", ratios, results }));
