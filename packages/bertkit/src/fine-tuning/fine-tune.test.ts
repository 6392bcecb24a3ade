import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Bert } from "@bertkit/encoder";
import { SequenceClassifier } from "@bertkit/heads";
import { dispose, freeze, Rng, trainableVariables, unfreeze, variables } from "@bertkit/nn";
import { LossScaler } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";
import { afterEach, beforeAll, expect, test } from "vitest";
import { tinyEncoderModel, tinyQuestionModel, tinyTokenizer } from "../__fixtures__/tiny-model.ts";
import { RunFolder } from "../run/run-folder.ts";
import { classificationTask } from "./classification-task.ts";
import type { EpochScores } from "./epoch-scores.ts";
import { fineTune } from "./fine-tune.ts";
import type { FineTuneOptions } from "./fine-tune-options.ts";
import { questionAnsweringTask } from "./question-answering-task.ts";

const examples = [
  { input: "the film was good", label: "praise" },
  { input: "the plot was bad", label: "blame" },
  { input: "a very good plot", label: "praise" },
  { input: "a bad film", label: "blame" },
  { input: "good, good", label: "praise" },
];
type Example = (typeof examples)[number];

beforeAll(() => tf.setBackend("cpu"));
let made: SequenceClassifier[] = [];
afterEach(() => {
  made.forEach(dispose);
  made = [];
  if (tf.memory().numTensors > 0) throw new Error(`${tf.memory().numTensors} tensors were left`);
});

function classifier(): SequenceClassifier<Bert> {
  const { encoder } = tinyEncoderModel();
  const head = new SequenceClassifier({ encoder, labels: ["blame", "praise"], rng: new Rng(1) });
  made.push(head);
  return head;
}

async function weights(model: object): Promise<number[][]> {
  return Promise.all([...variables(model).values()].map(async (variable) => [...(await variable.data())]));
}

const settings = { train: examples, epochs: 3, batchSize: 2, learningRate: 0.01 } as const;

function tune(head: SequenceClassifier, options: Partial<FineTuneOptions<Example>> = {}): ReturnType<typeof fineTune> {
  return fineTune<Example>({
    task: classificationTask(head, tinyTokenizer, { maxLength: 16 }),
    ...settings,
    ...options,
  });
}

test("the same seed gives the same run, another seed a different one", async () => {
  const heads = [classifier(), classifier(), classifier()] as const;
  const runs = [
    await tune(heads[0], { seed: 4 }),
    await tune(heads[1], { seed: 4 }),
    await tune(heads[2], { seed: 5 }),
  ];
  expect(runs[0]).toEqual(runs[1]);
  expect(runs[0]!.epochs.map(({ loss }) => loss)).not.toEqual(runs[2]!.epochs.map(({ loss }) => loss));
  expect(runs[0]!.best).toBe(3);
  expect(await weights(heads[0])).toEqual(await weights(heads[1]));
});

/** A task with predefined scores. */
function scripted(head: SequenceClassifier, scores: readonly number[]): FineTuneOptions<Example>["task"] {
  let epoch = 0;
  return {
    ...classificationTask(head, tinyTokenizer, { maxLength: 16 }),
    scores: async () => ({ accuracy: scores[epoch++]! }),
  };
}

test("the model ends with the weights of its best epoch, the first of equals", async () => {
  const head = classifier();
  const seen: number[][][] = [];
  const { best, epochs } = await tune(head, {
    task: scripted(head, [0.2, 0.7, 0.7]),
    evaluation: examples,
    onEpoch: async () => void seen.push(await weights(head)),
  });
  expect([best, epochs.map(({ scores }) => scores!["accuracy"])]).toEqual([2, [0.2, 0.7, 0.7]]);
  expect(await weights(head)).toEqual(seen[1]);
  expect(seen[2]).not.toEqual(seen[1]);
});

test.each([
  [[NaN, 0.5, 0.4], 2],
  [[0.5, NaN, 0.4], 1],
  [[NaN, -Infinity, NaN], 2],
  [[NaN, NaN, NaN], 3],
])("of the scores %s, epoch %i is the best", async (scores, expected) => {
  const { best } = await tune(classifier(), { task: scripted(classifier(), scores), evaluation: examples });
  expect(best).toBe(expected);
});

test("a main score that the task does not give is an error", async () => {
  const task = { ...scripted(classifier(), [0.5]), mainScore: "acuracy" };
  await expect(tune(classifier(), { task, evaluation: examples })).rejects.toThrow(
    'fineTune: task.scores gives no number "acuracy", the main score, only accuracy. Correct the task\'s mainScore.',
  );
});

test("patience stops a run that does not improve", async () => {
  const head = classifier();
  const task = scripted(head, [0.5, 0.4, 0.5, 0.9]);
  const { best, epochs } = await tune(head, { task, evaluation: examples, epochs: 9, patience: 2 });
  expect([best, epochs.length]).toEqual([1, 3]);
});

test("a run that is stopped anywhere resumes and ends with the same bits", async () => {
  const straight = classifier();
  const whole = await tune(straight, { evaluation: examples });
  for (const stopAt of [1, 3, 8]) {
    const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
    const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
    const stopping = new AbortController();
    const first = await tune(classifier(), {
      evaluation: examples,
      saved: run.stage("fine-tuning"),
      signal: stopping.signal,
      onStep: ({ step }) => step === stopAt && stopping.abort(),
    });
    // A run that was stopped in its last step resumes to compute its last scores.
    expect([first.stopped, first.best]).toEqual([true, undefined]);
    const head = classifier();
    let resumedAt = "";
    const second = await tune(head, {
      evaluation: examples,
      saved: run.stage("fine-tuning"),
      onResume: (at) => (resumedAt = at),
    });
    expect(resumedAt).toMatch(/^epoch \d of 3/);
    expect(second).toEqual(whole);
    expect(await weights(head)).toEqual(await weights(straight));
    await run.close();
    await rm(folder, { recursive: true });
  }
});

type Tuning = Partial<FineTuneOptions<Example>>;

test.each<[message: string, before: Tuning, now: Tuning]>([
  ["batchSize was 2, now it is 4", {}, { batchSize: 4 }],
  ["the number of training rows was 5, now it is 4", {}, { train: examples.slice(1) }],
  ["batchSize was 2, now it is 3; seed was 1, now it is 2", { seed: 1 }, { seed: 2, batchSize: 3 }],
  ["evaluation was missing, now it is given", {}, { evaluation: examples }],
  ["evaluation was given, now it is missing", { evaluation: examples }, {}],
])("a run does not resume if %s", async (message, before, now) => {
  const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
  const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
  const saved = run.stage("fine-tuning");
  const stopping = new AbortController();
  await tune(classifier(), { ...before, saved, signal: stopping.signal, onStep: () => stopping.abort() });
  const head = classifier();
  const initial = await weights(head);
  const resuming = tune(head, { ...now, saved });
  await expect(resuming).rejects.toThrow(RangeError);
  await expect(resuming).rejects.toThrow(
    `fineTune: the saved run had other settings: ${message}. Resume it with the same, or remove the run.`,
  );
  expect(await weights(head)).toEqual(initial);
  await run.close();
  await rm(folder, { recursive: true });
});

test("a run that an earlier version saved, without these settings, resumes", async () => {
  const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
  const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
  const stage = run.stage("fine-tuning");
  const earlier: FineTuneOptions<Example>["saved"] = {
    saveTraining: (parts, progress, { epochs, batches, lossSum }) =>
      stage.saveTraining(parts, progress, { epochs, batches, lossSum }),
    restoreTraining: (parts) => stage.restoreTraining(parts),
  };
  const straight = classifier();
  const whole = await tune(straight);
  const stopping = new AbortController();
  await tune(classifier(), { saved: earlier, signal: stopping.signal, onStep: () => stopping.abort() });
  const head = classifier();
  expect(await tune(head, { saved: stage })).toEqual(whole);
  expect(await weights(head)).toEqual(await weights(straight));
  await run.close();
  await rm(folder, { recursive: true });
});

test("what onEpoch unfreezes is still so in a run that resumes", async () => {
  const paths = (head: SequenceClassifier): string[] => [...trainableVariables(head).keys()];
  const frozenEncoder = (): SequenceClassifier<Bert> => {
    const head = classifier();
    freeze(head, (path) => path.startsWith("encoder."));
    return head;
  };
  const tuneGradually = (head: SequenceClassifier<Bert>, options: Tuning): ReturnType<typeof fineTune> =>
    tune(head, { ...options, onEpoch: ({ epoch }) => void (epoch === 1 && unfreeze(head.encoder.layers)) });
  const straight = frozenEncoder();
  const whole = await tuneGradually(straight, {});
  for (const stopAt of [2, 3, 4, 7]) {
    const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
    const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
    const saved = run.stage("fine-tuning");
    const stopping = new AbortController();
    const onStep = ({ step }: { step: number }): void => void (step === stopAt && stopping.abort());
    await tuneGradually(frozenEncoder(), { saved, signal: stopping.signal, onStep });
    const head = frozenEncoder();
    expect(await tuneGradually(head, { saved })).toEqual(whole);
    expect(paths(head)).toEqual(paths(straight));
    expect(await weights(head)).toEqual(await weights(straight));
    await run.close();
    await rm(folder, { recursive: true });
  }
});

test("a run that has ended trains no more, and gives its best weights and its scores again", async () => {
  for (const evaluation of [examples, undefined]) {
    const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
    const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
    const saved = run.stage("fine-tuning");
    const head = classifier();
    const whole = await tune(head, { evaluation, task: scripted(head, [0.2, 0.7, 0.5]), saved });
    const again = classifier();
    let steps = 0;
    const onStep = (): void => void steps++;
    expect(await tune(again, { evaluation, task: scripted(again, []), saved, onStep })).toEqual(whole);
    expect([whole.best, steps]).toEqual([evaluation ? 2 : 3, 0]);
    expect(await weights(again)).toEqual(await weights(head));
    await run.close();
    await rm(folder, { recursive: true });
  }
});

test("no epoch has the order of one of another seed", async () => {
  const weight = tf.tidy(() => tf.variable(tf.scalar(1)));
  const train = Array.from({ length: 12 }, (_, i) => i);
  const ordersOf = async (seed: number, epochs: number): Promise<string[]> => {
    const orders: string[] = [];
    const task = {
      head: { weight, loss: () => ({ loss: tf.square(weight).asScalar(), metrics: {} }) },
      mainScore: "none",
      rows: (rows: readonly number[]) => rows,
      batch: (rows: readonly unknown[]) => void orders.push(rows.join()),
      scores: async () => ({}),
    };
    await fineTune({ task, train, epochs, seed });
    return orders;
  };
  const orders = [...(await ordersOf(0, 1002)), ...(await ordersOf(1, 2)), ...(await ordersOf(9e12, 2))];
  expect(new Set(orders).size).toBe(1006);
  const second = train.slice();
  new Rng(2).shuffle(second);
  expect(orders[1]).toBe(second.join());
  weight.dispose();
});

/** A task whose batches with the text "good, good" have a loss that overflows, if it is scaled. */
function overflowing(): { task: FineTuneOptions<Example>["task"]; head: SequenceClassifier } {
  const head = classifier();
  const task = classificationTask(head, tinyTokenizer, { maxLength: 16 });
  const marked = new WeakSet<object>();
  const loss = head.loss.bind(head);
  head.loss = (batch, context) => {
    const result = loss(batch, context);
    return marked.has(batch) ? { ...result, loss: tf.mul(result.loss, 1e35) } : result;
  };
  const batch = (rows: readonly Example[]): object => {
    const made = task.batch(rows) as object;
    if (rows.some(({ input }) => input === "good, good")) marked.add(made);
    return made;
  };
  return { head, task: { ...task, batch } };
}

test("a loss scaler skips batches whose gradients overflow; a stopped run resumes with its scale", async () => {
  const straight = overflowing();
  const scaler = new LossScaler();
  const steps: number[] = [];
  const whole = await tune(straight.head, {
    task: straight.task,
    lossScaler: scaler,
    onStep: ({ step }) => void steps.push(step),
  });
  // Three batches in each of three epochs, one of which is skipped.
  expect(steps).toEqual([1, 2, 3, 4, 5, 6]);
  expect([scaler.skipped, scaler.scale]).toEqual([3, 2 ** 13]);
  for (const { loss } of whole.epochs) expect(loss).toBeLessThan(2); // a mean over two steps
  for (const stopAt of [1, 2, 3, 5]) {
    const folder = await mkdtemp(join(tmpdir(), "bertkit-fine-tune-"));
    const run = await RunFolder.open(folder, { stages: ["fine-tuning"] });
    const stopping = new AbortController();
    const first = overflowing();
    await tune(first.head, {
      task: first.task,
      lossScaler: new LossScaler(),
      saved: run.stage("fine-tuning"),
      signal: stopping.signal,
      onStep: ({ step }) => step === stopAt && stopping.abort(),
    });
    const { head, task } = overflowing();
    const resumed = new LossScaler();
    await expect(tune(head, { task, saved: run.stage("fine-tuning") })).rejects.toThrow(
      /the saved run scales its loss\. Pass a lossScaler to resume it/,
    );
    expect(await tune(head, { task, lossScaler: resumed, saved: run.stage("fine-tuning") })).toEqual(whole);
    expect(resumed.state()).toEqual(scaler.state());
    expect(await weights(head)).toEqual(await weights(straight.head));
    await run.close();
    await rm(folder, { recursive: true });
  }
});

test("reports each epoch and each step", async () => {
  const reported: EpochScores[] = [];
  const steps: string[] = [];
  await tune(classifier(), {
    epochs: 2,
    onEpoch: (entry) => void reported.push(entry),
    onStep: ({ epoch, step, totalSteps }) => steps.push(`${epoch}: ${step}/${totalSteps}`),
  });
  expect(reported.map(({ epoch, scores }) => [epoch, scores])).toEqual([
    [1, undefined],
    [2, undefined],
  ]);
  expect(steps).toEqual(["1: 1/6", "1: 2/6", "1: 3/6", "2: 4/6", "2: 5/6", "2: 6/6"]);
});

test("examples that the task skips are not called missing", async () => {
  const { questionAnswerer: answerer } = tinyQuestionModel();
  const context = "\u00ad"; // a soft hyphen, which has no tokens
  const train = [{ question: "good ?", context, answers: [{ text: context, start: 0 }] }];
  await expect(fineTune({ task: questionAnsweringTask(answerer, tinyTokenizer), train })).rejects.toThrow(
    "fineTune: there is nothing to train on: the task made no row of the 1 examples given. Pass examples that it does not skip",
  );
  dispose(answerer);
});

test.each([
  [{ train: [] }, RangeError, /nothing to train on/],
  [{ evaluation: [] }, RangeError, /nothing to evaluate on/],
  [{ patience: 2 }, TypeError, /patience needs evaluation examples/],
  [{ epochs: 0 }, RangeError, /epochs must be a whole number of at least 1, got 0/],
  [{ seed: 9e12 + 1 }, RangeError, /seed must be a whole number from 0 to 9000000000000, got 9000000000001/],
  [{ learningRate: Number.NaN }, RangeError, /learningRate/],
  [{ learningrate: 1 } as object, TypeError, /no option is called learningrate/],
])("%j is rejected", async (options, kind, message) => {
  const run = tune(classifier(), options as Partial<FineTuneOptions<Example>>);
  await expect(run).rejects.toThrow(kind);
  await expect(run).rejects.toThrow(message);
});
