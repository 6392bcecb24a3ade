// The Node backend without the rest of bertkit: training and prediction of a small convolutional network and a
// multilayer perceptron of tfjs-layers, against tfjs-backend-wasm and tfjs-backend-cpu. All run the same code on the same
// numbers, interleaved; compares the best of each backend's counted times.
import { useBackend } from "@bertkit/backend";
import * as tf from "@tensorflow/tfjs";

const contenders = ["node", "wasm", "cpu"] as const;
type Contender = (typeof contenders)[number];

/** Calls of each backend per round: plain JavaScript takes seconds per call. */
const perRound: Record<Contender, number> = { node: 10, wasm: 3, cpu: 1 };
const warmRounds = 1;
const countedRounds = 2;
const batchSize = 64;

const layers = {
  "CNN (28 × 28, 32 and 64 filters)": (seed: number) => [
    tf.layers.conv2d({ inputShape: [28, 28, 1], filters: 32, kernelSize: 3, activation: "relu", ...start(seed) }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.conv2d({ filters: 64, kernelSize: 3, activation: "relu", ...start(seed + 1) }),
    tf.layers.maxPooling2d({ poolSize: 2 }),
    tf.layers.flatten(),
    tf.layers.dense({ units: 128, activation: "relu", ...start(seed + 2) }),
    tf.layers.dense({ units: 10, activation: "softmax", ...start(seed + 3) }),
  ],
  "MLP (784, 512, 512, 10)": (seed: number) => [
    tf.layers.flatten({ inputShape: [28, 28, 1] }),
    tf.layers.dense({ units: 512, activation: "relu", ...start(seed) }),
    tf.layers.dense({ units: 512, activation: "relu", ...start(seed + 1) }),
    tf.layers.dense({ units: 10, activation: "softmax", ...start(seed + 2) }),
  ],
};
type Network = keyof typeof layers;

function start(seed: number): { kernelInitializer: ReturnType<typeof tf.initializers.glorotUniform> } {
  return { kernelInitializer: tf.initializers.glorotUniform({ seed }) };
}

interface Run {
  readonly model: tf.Sequential;
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  readonly losses: number[];
  readonly train: number[];
  readonly predict: number[];
  /** The reason if it cannot be trained. */
  untrainable: string | undefined;
}

async function prepare(name: Contender, network: Network): Promise<Run> {
  await useBackend(name);
  const model = tf.sequential({ layers: layers[network](1) });
  model.compile({ optimizer: tf.train.adam(1e-3), loss: "categoricalCrossentropy" });
  const x = tf.randomNormal([batchSize, 28, 28, 1], 0, 1, "float32", 7);
  const y = tf.oneHot(tf.tensor1d(Int32Array.from({ length: batchSize }, (_, i) => i % 10)), 10);
  return { model, x, y, losses: [], train: [], predict: [], untrainable: undefined };
}

async function measure(run: Run, counted: boolean): Promise<void> {
  const before = performance.now();
  const output = run.model.predictOnBatch(run.x) as tf.Tensor;
  await output.data();
  output.dispose();
  if (counted) run.predict.push(performance.now() - before);
  if (run.untrainable !== undefined) return;
  try {
    const beforeTraining = performance.now();
    const loss = (await run.model.trainOnBatch(run.x, run.y)) as number;
    if (counted) run.train.push(performance.now() - beforeTraining);
    run.losses.push(loss);
  } catch (error) {
    run.untrainable = error instanceof Error ? error.message : String(error);
  }
}

const networks = Object.keys(layers) as Network[];
const runs = new Map<string, Run>();
for (const network of networks)
  for (const name of contenders) runs.set(`${network} ${name}`, await prepare(name, network));
for (let round = 0; round < warmRounds + countedRounds; round++) {
  for (const network of networks) {
    for (const name of contenders) {
      await useBackend(name);
      for (let i = 0; i < perRound[name]; i++) await measure(runs.get(`${network} ${name}`)!, round >= warmRounds);
      process.stderr.write(`round ${round + 1}/${warmRounds + countedRounds}: ${network} on ${name} done\n`);
    }
  }
}

const best = (times: readonly number[]): number => (times.length === 0 ? NaN : Math.min(...times));
const cell = (milliseconds: number): string =>
  Number.isNaN(milliseconds) ? "cannot" : `${milliseconds.toFixed(milliseconds < 10 ? 1 : 0)} ms`;
const results = networks.flatMap((network) =>
  contenders.map((backend) => {
    const run = runs.get(`${network} ${backend}`)!;
    const firstLoss = run.losses[0];
    const { untrainable } = run;
    return { network, backend, trainStepMilliseconds: best(run.train), predictMilliseconds: best(run.predict), firstLoss, untrainable }; // prettier-ignore
  }),
);
const ratios: Record<string, number> = {};
console.log(`batch ${batchSize}, Adam; best of the counted times`);
console.log("| network | backend | train step | predict |\n|---|---|---:|---:|");
for (const network of networks) {
  const ofNetwork = results.filter((result) => result.network === network);
  const [own, ...others] = ofNetwork;
  for (const { backend, trainStepMilliseconds, predictMilliseconds } of ofNetwork)
    console.log(`| ${network} | ${backend} | ${cell(trainStepMilliseconds)} | ${cell(predictMilliseconds)} |`);
  for (const other of others) {
    if (other.firstLoss !== undefined && !(Math.abs(own!.firstLoss! - other.firstLoss) < 1e-3))
      throw new Error(
        `node-alone: the first losses of ${network} differ, got ${own!.firstLoss} and ${other.firstLoss}.`,
      );
    const ratio = (theirs: number, ours: number): number => Number((theirs / ours).toFixed(1));
    if (!Number.isNaN(other.trainStepMilliseconds))
      ratios[`${network} train step vs ${other.backend}`] = ratio(other.trainStepMilliseconds, own!.trainStepMilliseconds); // prettier-ignore
    ratios[`${network} predict vs ${other.backend}`] = ratio(other.predictMilliseconds, own!.predictMilliseconds);
  }
}
for (const { network, backend, untrainable } of results)
  if (untrainable !== undefined) console.log(`${backend} cannot train ${network}: ${untrainable}`);
console.log(JSON.stringify({ bench: "node-alone", ratios, results }));
process.exit(0);
