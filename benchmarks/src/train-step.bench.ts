// One pretraining step of BERT-mini, and one forward pass of its encoder: the Node backend against tfjs-backend-wasm.
// The same code and batches on both, interleaved; compares the best of each backend's counted times.
import { useBackend } from "@bertkit/backend";
import { bertInputs, bertSizes, createBert, type BertEncoder } from "@bertkit/encoder";
import { inference, Rng } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  sumObjectives,
  type PretrainingBatch,
} from "@bertkit/pretraining";
import { adamW, train, type TrainStep } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

import { randomBatch } from "./random-batch.ts";

const shape = { rows: 16, length: 128, predictions: 20, vocabularySize: 30_522 };
const { rows, length, predictions, vocabularySize } = shape;
const contenders = ["node", "wasm"] as const;
type Contender = (typeof contenders)[number];

/** Steps of each backend per round: the slow one takes half a minute per step. */
const perRound: Record<Contender, number> = { node: 5, wasm: 1 };
const warmRounds = 1;
const countedRounds = 2;

interface Run {
  encoder: BertEncoder;
  steps: AsyncGenerator<TrainStep, void, void>;
  trainMilliseconds: number[];
  forwardMilliseconds: number[];
  losses: number[];
}

function* batches(): Generator<PretrainingBatch> {
  const rng = new Rng(1);
  for (;;) yield randomBatch(shape, rng);
}

async function prepare(name: Contender): Promise<Run> {
  await useBackend(name);
  const rng = new Rng(0);
  const encoder = createBert({ ...bertSizes.mini, vocabularySize, hiddenDropout: 0, attentionDropout: 0 }, rng);
  const objective = sumObjectives(
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  );
  const optimizer = adamW({ learningRate: 1e-4 });
  const steps = train({
    model: [encoder, objective],
    batches: batches(),
    optimizer,
    rng,
    loss: (batch, context) => objective.loss(encoder, batch, context),
  });
  return { encoder, steps, trainMilliseconds: [], forwardMilliseconds: [], losses: [] };
}

async function trainOnce(run: Run, counted: boolean): Promise<void> {
  const { value } = await run.steps.next();
  if (value === undefined) throw new Error("train-step: training ended early.");
  run.losses.push(value.loss);
  if (counted) run.trainMilliseconds.push(value.milliseconds);
}

async function forwardOnce(run: Run, batch: PretrainingBatch, counted: boolean): Promise<void> {
  const start = performance.now();
  const output = tf.tidy(() => run.encoder.forward(bertInputs(batch), inference).sequenceOutput);
  await output.data();
  output.dispose();
  if (counted) run.forwardMilliseconds.push(performance.now() - start);
}

const runs = {} as Record<Contender, Run>;
for (const name of contenders) runs[name] = await prepare(name);
const fixed = randomBatch(shape, new Rng(2));
for (let round = 0; round < warmRounds + countedRounds; round++) {
  for (const name of contenders) {
    await useBackend(name);
    for (let i = 0; i < perRound[name]; i++) {
      await forwardOnce(runs[name], fixed, round >= warmRounds);
      await trainOnce(runs[name], round >= warmRounds);
    }
    process.stderr.write(`round ${round + 1}/${warmRounds + countedRounds}: ${name} done\n`);
  }
}

const difference = Math.abs(runs.node.losses[0]! - runs.wasm.losses[0]!);
if (!(difference < 1e-3))
  throw new Error(`train-step: the first losses differ by ${difference}; the backends do not compute the same.`);

const best = (times: readonly number[]): number => Math.min(...times);
const results = contenders.map((name) => ({
  backend: name,
  trainStepMilliseconds: best(runs[name].trainMilliseconds),
  trainSteps: runs[name].trainMilliseconds.length,
  forwardMilliseconds: best(runs[name].forwardMilliseconds),
  forwards: runs[name].forwardMilliseconds.length,
  firstLoss: runs[name].losses[0],
}));
const ratio = (key: "trainStepMilliseconds" | "forwardMilliseconds"): number =>
  Number((results[1]![key] / results[0]![key]).toFixed(1));
const ratios = {
  "train step vs wasm": ratio("trainStepMilliseconds"),
  "forward vs wasm": ratio("forwardMilliseconds"),
};

console.log(
  `BERT-mini (4 × 256, vocabulary ${vocabularySize}), batch ${rows} × ${length}, ${predictions} masked positions a row, AdamW; best of the counted times`,
);
console.log("| backend | train step | forward |\n|---|---:|---:|");
for (const result of results) {
  console.log(
    `| ${result.backend} | ${result.trainStepMilliseconds.toFixed(0)} ms (of ${result.trainSteps}) | ${result.forwardMilliseconds.toFixed(0)} ms (of ${result.forwards}) |`,
  );
}
console.log(`| wasm / node | ${ratios["train step vs wasm"]} | ${ratios["forward vs wasm"]} |`);
console.log(JSON.stringify({ bench: "train-step", ratios, results }));
process.exit(0);
