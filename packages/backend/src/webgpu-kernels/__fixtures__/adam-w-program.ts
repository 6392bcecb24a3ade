// Runs AdamW on Dawn in a separate Node process, and prints what the test compares with its own arithmetic as one line of
// JSON.
import type { AdamWAttributes } from "@bertkit/ops";
import { provideDawn } from "@bertkit/testing/provide-dawn";
import * as tf from "@tensorflow/tfjs-core";
import { useBackend } from "../../index.ts";
import { adamW } from "../adam-w.ts";
import type { WebgpuBackend } from "../webgpu-backend.ts";
import { gradientOf, initialOf, scenarios, type Scenario } from "./adam-w-scenarios.ts";
import { dispatchesOf } from "./count-dispatches.ts";

provideDawn();
await useBackend("webgpu");
tf.env().set("WEBGPU_CPU_FORWARD", false);

const backend = tf.backend() as unknown as WebgpuBackend & {
  readonly bufferManager: { numUsedBuffers: number; numBytesUsed: number };
};
type Trio = readonly [tf.Variable, tf.Variable, tf.Variable];

const newTrio = (shape: readonly number[], i: number): Trio => [
  tf.tidy(() => tf.variable(tf.tensor(initialOf(shape, i), [...shape]))),
  tf.tidy(() => tf.variable(tf.fill([...shape], 0), false)),
  tf.tidy(() => tf.variable(tf.fill([...shape], 0), false)),
];

function attributesOf(scenario: Scenario, trios: readonly Trio[], gradients: readonly tf.Tensor[], step: number, only: readonly number[]): AdamWAttributes { // prettier-ignore
  return {
    ...scenario.numbers,
    step,
    variables: only.map((i) => trios[i]![0]),
    firstMoments: only.map((i) => trios[i]![1]),
    secondMoments: only.map((i) => trios[i]![2]),
    gradients,
    weightDecays: only.map((i) => scenario.weightDecays[i]!),
  };
}

/** One step, as `runFusedUpdate` runs it, or with a smaller limit. */
async function step(scenario: Scenario, trios: readonly Trio[], at: number): Promise<number> {
  const only = scenario.only?.[at] ?? scenario.shapes.map((_, i) => i);
  const gradients = only.map((i) => tf.tensor(gradientOf(scenario.shapes[i]!, i, at), [...scenario.shapes[i]!]));
  const attributes = attributesOf(scenario, trios, gradients, at + 1, only);
  const dispatches = await dispatchesOf(() => {
    if (scenario.limit !== undefined) adamW(backend, attributes, scenario.limit);
    else
      tf.getKernel("BertkitAdamW", "webgpu")!.kernelFunc({
        inputs: {},
        backend: tf.backend(),
        attrs: attributes as unknown as tf.NamedAttrMap,
      });
  });
  tf.dispose(gradients);
  return dispatches;
}

/** Buffers of freed tensors are released by the next submit. */
async function submitted(): Promise<{ buffers: number; bytes: number; tensors: number }> {
  const one = tf.fill([1], 1);
  await one.data();
  one.dispose();
  const { numUsedBuffers: buffers, numBytesUsed: bytes } = backend.bufferManager;
  return { buffers, bytes, tensors: tf.memory().numTensors };
}

const read = async (variables: readonly tf.Tensor[]): Promise<number[][]> =>
  Promise.all(variables.map(async (each) => Array.from(await each.data())));

const messageOf = (run: () => void): string => {
  try {
    run();
    return "no error";
  } catch (error) {
    return (error as Error).message;
  }
};
const results: Record<string, object> = {};
await submitted();
for (const [name, scenario] of Object.entries(scenarios)) {
  const before = await submitted();
  const trios = scenario.shapes.map((shape, i) => newTrio(shape, i));
  const dispatches: number[] = [];
  const memory: object[] = [];
  for (let at = 0; at < scenario.steps; at++) {
    dispatches.push(await step(scenario, trios, at));
    memory.push(await submitted());
  }
  const [values, first, second] = await Promise.all([0, 1, 2].map(async (k) => read(trios.map((trio) => trio[k]!))));
  tf.dispose(trios as unknown as tf.Tensor[][]);
  const after = await submitted();
  results[name] = { values, first, second, dispatches, memory, before, after };
}

// What else may happen to a variable between steps.
const scenario = scenarios["clipped"]!;
const [shape] = scenario.shapes as [readonly number[]];
const single: Scenario = { ...scenario, shapes: [shape, [3]], weightDecays: [0.1, 0.1] };
const startOfUses = await submitted();
const trios = [newTrio(shape, 0), newTrio([3], 1)];
await step(single, trios, 0);
const afterFirst = (await read([trios[0]![0]]))[0]!;
const snapshot = tf.clone(trios[0]![0]);
const reshaped = tf.reshape(trios[0]![0], [-1]);
const early = trios[0]![0].data(); // is in flight during the next step
await step(single, trios, 1);
const inFlight = Array.from(await early);
const afterSecond = (await read([trios[0]![0]]))[0]!;
const [ofClone, ofReshaped] = await read([snapshot, reshaped]);
// A product reads the variable in its place.
const square = tf.matMul(trios[0]![0] as tf.Tensor2D, trios[0]![0] as tf.Tensor2D, false, true);
const product = Array.from(await square.data());
// So does a copy on the GPU.
const { tensorRef } = trios[0]![0].dataToGPU();
const onGpu = Array.from(await tensorRef.data());
tensorRef.dispose();
// Node has no canvas, through which the backend reads synchronously. The variable stays in its place.
const readSync = messageOf(() => trios[0]![0].dataSync());
// Assigned: its moments stay.
const given = tf.tensor(initialOf(shape, 5), [...shape]);
trios[0]![0].assign(given);
await step(single, trios, 2);
const afterAssign = (await read([trios[0]![0]]))[0]!;
const ofGiven = (await read([given]))[0]!;
// A second optimizer for the same variable, with moments of its own, and the first one again.
const others = [[trios[0]![0], ...newTrio(shape, 0).slice(1)] as unknown as Trio, trios[1]!];
await step(single, others, 0);
const afterOther = (await read([trios[0]![0]]))[0]!;
await step(single, trios, 3);
const afterBoth = await read([...trios[0]!, ...others[0]!.slice(1)]);
tf.dispose([square, snapshot, reshaped, given, ...trios.flat(), ...others[0]!.slice(1)]);
await submitted();
tf.disposeVariables();
const endOfUses = await submitted();

const [w, m, v, g] = [0, 1, 2, 3].map(() => tf.variable(tf.fill([2, 3], 1))) as [tf.Variable, tf.Variable, tf.Variable, tf.Variable]; // prettier-ignore
const base = { ...scenario.numbers, step: 1 };
const one = { ...base, variables: [w], gradients: [g], firstMoments: [m], secondMoments: [v], weightDecays: [0] };
const errors = {
  readSync,
  shape: messageOf(() => adamW(backend, { ...one, gradients: [tf.fill([6], 1)] })),
  decays: messageOf(() => adamW(backend, { ...one, weightDecays: [] })),
  large: messageOf(() => adamW(backend, one, 16)),
  twice: messageOf(() =>
    adamW(backend, {
      ...base,
      variables: [w, w],
      gradients: [g, g],
      firstMoments: [m, v],
      secondMoments: [v, m],
      weightDecays: [0, 0],
    }),
  ),
};

const uses = { afterFirst, inFlight, afterSecond, ofClone, ofReshaped, product, onGpu, afterAssign, ofGiven, afterOther, afterBoth, startOfUses, endOfUses }; // prettier-ignore
process.stdout.write(`${JSON.stringify({ results, uses, errors })}\n`, () => process.exit(0)); // Dawn keeps a process alive
