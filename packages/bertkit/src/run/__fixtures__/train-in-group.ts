// Trains a small regression in the group that mpirun started, 50 steps of 16 rows among all. Rank 0 prints losses and
// weights as JSON; every rank checks that its weights are those of rank 0.
// usage: train-in-group.ts [STEP]: rank 1 kills itself after that step
import { useBackend } from "@bertkit/backend";
import { Dense, Rng, variables } from "@bertkit/nn";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { mpiGroup } from "../mpi-group.ts";

await useBackend("cpu");
const group = await mpiGroup();
const rng = new Rng(group.rank); // other weights, until rank 0 sends its own
const model = {
  first: new Dense({ inputSize: 8, outputSize: 16, rng }),
  second: new Dense({ inputSize: 16, outputSize: 1, rng }),
};
const rows = 16 / group.size;

function* batches(): Generator<{ x: tf.TensorLike; y: tf.TensorLike }> {
  const data = new Rng(7);
  for (let step = 0; step < 50; step++) {
    const x = Array.from({ length: 16 }, () => Array.from({ length: 8 }, () => data.normal()));
    const y = x.map(([a, b]) => Math.sin(a!) - b!);
    const from = group.rank * rows;
    yield { x: x.slice(from, from + rows), y: y.slice(from, from + rows) };
  }
}

const losses: number[] = [];
for await (const step of train({
  model,
  batches: batches(),
  optimizer: adamW({ learningRate: 0.01 }),
  rng,
  group,
  loss: ({ x, y }) => {
    const hidden = tf.tanh(model.first.forward(tf.tensor2d(x as number[][]))) as tf.Tensor2D;
    const found = tf.reshape(model.second.forward(hidden), [rows]);
    return tf.mean(tf.squaredDifference(found, tf.tensor1d(y as number[]))) as tf.Scalar;
  },
})) {
  losses.push(step.loss);
  if (step.step === Number(process.argv[2]) && group.rank === 1) process.kill(process.pid, "SIGKILL");
}
const weights = Float32Array.from([...variables(model).values()].flatMap((variable) => [...variable.dataSync()]));
const first = Float32Array.from(weights);
await group.broadcast(first);
if (first.some((value, i) => value !== weights[i])) throw new Error(`rank ${group.rank} has other weights than rank 0`);
if (group.rank === 0) console.log(JSON.stringify({ size: group.size, losses, weights: [...weights] }));
group.close();
