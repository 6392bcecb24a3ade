// Pretraining at the quickstart's size on the Node backend: the same seed gives bit-identical weights in every run, on
// one thread and on two.
import { registerOnnxRuntime } from "@bertkit/backend-onnxruntime";
import { bertSizes, createBert } from "@bertkit/encoder";
import { dispose, Rng, variables } from "@bertkit/nn";
import {
  maskedLmObjective,
  MaskedLmHead,
  nextSentenceObjective,
  NextSentenceHead,
  type PretrainingBatch,
  sumObjectives,
} from "@bertkit/pretraining";
import { adamW, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs";
import { expect, test } from "vitest";

const steps = Number(process.env["BERTKIT_SAME_BITS_STEPS"] ?? 4);
const [rows, length, predictions, vocabularySize] = [64, 64, 10, 8192] as const;

/** Random ids, some of them frequent, as in text. */
function randomBatch(rng: Rng): PretrainingBatch {
  const draw = (size: number, limit: number): Int32Array =>
    Int32Array.from({ length: size }, () => Math.floor(limit ** rng.random()) - 1);
  const below = (size: number, limit: number): Int32Array =>
    Int32Array.from({ length: size }, () => rng.integer(0, limit - 1));
  return {
    shape: [rows, length],
    maxPredictions: predictions,
    inputIds: draw(rows * length, vocabularySize),
    attentionMask: new Int32Array(rows * length).fill(1),
    tokenTypeIds: below(rows * length, 2),
    maskedPositions: below(rows * predictions, length),
    maskedIds: draw(rows * predictions, vocabularySize),
    maskedWeights: new Float32Array(rows * predictions).fill(1),
    nextSentenceLabels: below(rows, 2),
  };
}

/** The weights after some steps on the given number of threads. */
async function trained(threads: number, dropout: number): Promise<Map<string, Uint8Array>> {
  registerOnnxRuntime({ threads });
  await tf.setBackend("onnxruntime");
  const rng = new Rng(1);
  const config = { ...bertSizes.tiny, vocabularySize, hiddenDropout: dropout, attentionDropout: dropout };
  const encoder = createBert(config, rng);
  const objective = sumObjectives(
    maskedLmObjective(new MaskedLmHead({ encoder, rng })),
    nextSentenceObjective(new NextSentenceHead({ encoder, rng })),
  );
  const model = { encoder, objective };
  const optimizer = adamW({ learningRate: 1e-3 });
  const batches = Array.from({ length: steps }, () => randomBatch(rng));
  const loss = (batch: PretrainingBatch, context: Parameters<typeof objective.loss>[2]) =>
    objective.loss(encoder, batch, context);
  for await (const _ of train({ model, batches, optimizer, rng, loss }));
  const weights = [...variables(model)].map(([path, variable]) => {
    const values = variable.dataSync() as Float32Array;
    return [path, new Uint8Array(values.slice().buffer)] as const;
  });
  optimizer.dispose();
  dispose(model);
  return new Map(weights);
}

test.each([0, 0.1])("dropout %d", { timeout: 300_000 }, async (dropout) => {
  const wanted = await trained(2, dropout);
  for (const threads of [2, 1]) {
    const received = await trained(threads, dropout);
    const different = [...received].filter(([path, bytes]) => Buffer.compare(bytes, wanted.get(path)!) !== 0);
    expect(
      different.map(([path]) => path),
      `on ${threads} threads`,
    ).toEqual([]);
  }
});
