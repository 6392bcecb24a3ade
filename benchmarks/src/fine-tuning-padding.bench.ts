// Whether skipping padding pays in real fine-tuning: SST-2 from all-MiniLM-L6-v2 (6 × 384) on the Node backend, the
// first steps of a shuffled epoch, with `skipPadding: false` and by default, batches padded to multiples of 32 and of
// 8. The contenders have their own models and alternate step by step. CPU time is compared, from the first step,
// including compilation. Without dropout the losses must be equal; with dropout, the held-out accuracy is shown.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { useBackend } from "@bertkit/backend";
import { bertInputs } from "@bertkit/encoder";
import { dispose, Rng } from "@bertkit/nn";
import { sharedData, sharedModels } from "@bertkit/testing";
import { adamW, train, warmupLinearDecay } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { classificationBatch, fromPretrained, SequenceClassifier } from "bertkit";

const { values: options } = parseArgs({
  options: { steps: { type: "string", default: "100" }, multiples: { type: "string", default: "32,8" } },
});
const steps = Number(options.steps);
const multiples = options.multiples.split(",").map(Number);
const batchSize = 32;
const heldOutTexts = 872;

if (!sharedData || !sharedModels)
  throw new Error("fine-tuning-padding: needs the shared data and models. Set BERTKIT_DATA and BERTKIT_MODELS.");
const folder = join(sharedModels, "all-MiniLM-L6-v2");
const examplesOf = (file: string) =>
  readFileSync(join(sharedData!, "glue/SST-2", file), "utf8")
    .trim()
    .split("\n")
    .slice(1)
    .map((line) => line.split("\t"))
    .map(([input, label]) => ({ input: input!, label: label! }));
const examples = examplesOf("train.tsv");
const heldOut = examplesOf("dev.tsv").slice(0, heldOutTexts);
new Rng(0).shuffle(examples);

await useBackend("node");

type Batch = ReturnType<typeof classificationBatch>;

interface Contender {
  name: string;
  lengthMultiple: number;
  skipPadding: boolean;
}

async function start({ lengthMultiple, skipPadding }: Contender, dropout: boolean, count: number) {
  const { encoder, tokenizer } = await fromPretrained(folder);
  const rng = new Rng(1);
  const classifier = new SequenceClassifier({ encoder, labels: ["0", "1"], rng, ...(!dropout && { dropout: 0 }) });
  const inputs = { maxLength: 128, lengthMultiple, skipPadding };
  const batches = Array.from({ length: count }, (_, i) =>
    classificationBatch(examples.slice(i * batchSize, (i + 1) * batchSize), tokenizer, classifier, inputs),
  );
  const optimizer = adamW({
    learningRate: warmupLinearDecay({ peak: 5e-5, warmupSteps: Math.ceil(count / 10), totalSteps: count }),
  });
  const run = train({
    model: classifier,
    batches,
    optimizer,
    rng,
    loss: (batch: Batch, context) =>
      classifier.loss(
        { ...bertInputs(batch), labels: tf.tensor1d(batch.labels, "int32") },
        dropout ? context : { ...context, training: false },
      ),
  });
  return { classifier, tokenizer, inputs, batches, optimizer, run };
}

const processorMilliseconds = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

// Equality of losses: ten steps without dropout.
const [plain, skipped] = await Promise.all(
  [false, true].map((skipPadding) => start({ name: "", lengthMultiple: 32, skipPadding }, false, 10)),
);
let largestDifference = 0;
for await (const { loss } of plain!.run) {
  const other = await skipped!.run.next();
  largestDifference = Math.max(largestDifference, Math.abs(loss / other.value!.loss - 1));
}
if (!(largestDifference < 1e-3)) throw new Error(`fine-tuning-padding: the losses differ by ${largestDifference}.`);
for (const { classifier, optimizer } of [plain!, skipped!]) {
  optimizer.dispose();
  dispose(classifier);
}

const contenders: Contender[] = multiples.flatMap((lengthMultiple) => [
  { name: `multiples of ${lengthMultiple}`, lengthMultiple, skipPadding: false },
  { name: `multiples of ${lengthMultiple}, padding left out`, lengthMultiple, skipPadding: true },
]);
const runs = await Promise.all(contenders.map((contender) => start(contender, true, steps)));
const times = runs.map(() => ({ all: 0, later: 0, losses: [] as number[] }));
for (let step = 0; step < steps; step++) {
  for (let turn = 0; turn < runs.length; turn++) {
    const i = (turn + step) % runs.length;
    const before = processorMilliseconds();
    const { value } = await runs[i]!.run.next();
    const spent = processorMilliseconds() - before;
    times[i]!.all += spent;
    if (step >= steps / 2) times[i]!.later += spent;
    times[i]!.losses.push(value!.loss);
  }
  if ((step + 1) % 50 === 0) process.stderr.write(`step ${step + 1}/${steps}\n`);
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
interface Result {
  name: string;
  paddingFraction: number;
  shapes: number;
  graphs: number;
  millisecondsPerExample: number;
  laterMillisecondsPerExample: number;
  lastLosses: number;
  accuracy: number;
}
const results: Result[] = [];
for (const [i, { classifier, tokenizer, inputs, batches }] of runs.entries()) {
  let right = 0;
  for (let first = 0; first < heldOut.length; first += batchSize) {
    const batch = classificationBatch(heldOut.slice(first, first + batchSize), tokenizer, classifier, inputs);
    const guesses = tf.tidy(() => tf.argMax(classifier.predict(bertInputs(batch)), 1).dataSync());
    for (const [i, guess] of guesses.entries()) if (guess === batch.labels[i]) right++;
  }
  const masks = batches.map(({ attentionMask }) => attentionMask);
  results.push({
    name: contenders[i]!.name,
    paddingFraction: mean(masks.map((mask) => mean(Array.from(mask, (isToken) => 1 - isToken)))),
    shapes: new Set(batches.map(({ shape }) => shape.join())).size,
    graphs: new Set(
      batches.map((batch) => {
        const { tokenRows, ...inputs } = bertInputs(batch);
        const key = `${batch.shape.join()} ${tokenRows?.positions.size ?? "all"}`;
        for (const tensor of [...Object.values(inputs), tokenRows?.positions, tokenRows?.rows]) tensor?.dispose();
        return key;
      }),
    ).size,
    millisecondsPerExample: times[i]!.all / (steps * batchSize),
    laterMillisecondsPerExample: times[i]!.later / (Math.floor(steps / 2) * batchSize),
    lastLosses: mean(times[i]!.losses.slice(-Math.ceil(steps / 4))),
    accuracy: right / heldOut.length,
  });
}

console.log(`SST-2 from all-MiniLM-L6-v2, ${steps} steps of ${batchSize}, AdamW, dropout 0.1, the Node backend`);
console.log(
  `without dropout, the losses of ten steps differ by at most ${largestDifference.toExponential(1)}, relative`,
);
console.log("| batches padded to | padding | shapes | graphs | CPU ms per example | second half | loss, last quarter | accuracy |"); // prettier-ignore
console.log("|---|---:|---:|---:|---:|---:|---:|---:|");
for (const each of results)
  console.log(
    `| ${each.name} | ${(100 * each.paddingFraction).toFixed(0)} % | ${each.shapes} | ${each.graphs} | ${each.millisecondsPerExample.toFixed(2)} | ${each.laterMillisecondsPerExample.toFixed(2)} | ${each.lastLosses.toFixed(4)} | ${each.accuracy.toFixed(4)} |`,
  );
const ratios = Object.fromEntries(
  multiples.map((multiple, i) => {
    const [plain, skipped] = results.slice(2 * i, 2 * i + 2).map((each) => each.millisecondsPerExample);
    return [`multiples of ${multiple}: plain vs skipped`, Number((plain! / skipped!).toFixed(2))];
  }),
);
console.log(JSON.stringify({ bench: "fine-tuning-padding", ratios, results }));
process.exit(0);
