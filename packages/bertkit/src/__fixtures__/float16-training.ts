import { bertInputs, bertSizes, createBert } from "@bertkit/encoder";
import { SequenceClassifier } from "@bertkit/heads";
import { dispose, inference, Rng, trainableVariables } from "@bertkit/nn";
import { adamW, LossScaler, train } from "@bertkit/training";
import * as tf from "@tensorflow/tfjs-core";

export interface Trained {
  readonly losses: number[];
  /** The numbers of the batches that were not skipped. */
  readonly places: number[];
  /** By path, some of the gradients of batch 100 before the first step. */
  readonly first: Readonly<Record<string, number[]>>;
  readonly scale: number;
  readonly skipped: number;
  /** The largest gradient of a product's weights, which is 1e-8, without scaling and with. */
  readonly gradients: readonly [number, number];
}

const [rows, tokens, vocabularySize] = [8, 24, 500] as const;

/**
 * Fine-tunes a random BERT of one layer to tell apart rows of low ids and of high ids, on the active backend.
 *
 * @param places the batches' numbers
 */
export async function trainSteps(steps: number, places: Iterable<number>): Promise<Trained> {
  const config = { ...bertSizes.tiny, hiddenLayers: 1, vocabularySize };
  const rng = new Rng(7);
  const encoder = createBert(config, rng);
  const model = new SequenceClassifier({ encoder, rng, labels: ["low", "high"], dropout: 0, problem: "single-label" });
  const optimizer = adamW({ learningRate: 5e-4 });
  // The first scale overflows float16 in the gradients' products, so steps are skipped.
  const lossScaler = new LossScaler({ scale: 2 ** 24 });
  const [losses, used]: [number[], number[]] = [[], []];
  let last = 0;
  const options = { model, optimizer, rng: new Rng(1), lossScaler, steps };
  const loss = ({ place, ids, labels }: Batch): tf.Scalar => {
    last = place;
    const inputs = bertInputs({
      inputIds: ids,
      attentionMask: Int32Array.from(ids, (_, i) => Number(i % tokens < tokens - 4)),
      tokenTypeIds: new Int32Array(ids.length),
      shape: [rows, tokens],
    });
    const logs = tf.logSoftmax(model.forward(inputs, inference)); // without dropout, which backends draw differently
    return tf.neg(tf.mean(tf.sum(tf.mul(tf.oneHot(tf.tensor1d(labels, "int32"), 2), logs), 1)));
  };
  const first = await gradientsBy(model, () => loss(batchAt(100)));
  const batches = Array.from(places, batchAt);
  for await (const step of train({ ...options, batches, loss })) {
    losses.push(step.loss);
    used.push(last);
  }
  dispose(model);
  optimizer.dispose();
  const { scale, skipped } = lossScaler;
  return { losses, places: used, first, scale, skipped, gradients: [await smallGradient(1), await smallGradient(2 ** 16)] };
}

/** Of the loss multiplied by 4,096, and divided by it again. */
async function gradientsBy(model: object, loss: () => tf.Scalar): Promise<Record<string, number[]>> {
  const variables = trainableVariables(model);
  const { value, grads } = tf.variableGrads(() => tf.mul(loss(), 4096), [...variables.values()]);
  const some: Record<string, number[]> = {};
  for (const [path, { name }] of variables) {
    const values = await grads[name]!.data();
    some[path] = [...values].filter((_, i) => i % 29 === 0).map((number) => number / 4096);
  }
  tf.dispose([value, grads]);
  return some;
}

interface Batch {
  readonly place: number;
  readonly ids: Int32Array;
  readonly labels: Int32Array;
}

function batchAt(place: number): Batch {
  const rng = new Rng(place);
  const labels = Int32Array.from({ length: rows }, () => (rng.random() < 0.5 ? 0 : 1));
  const ids = Int32Array.from({ length: rows * tokens }, (_, i) =>
    Math.floor((rng.random() + labels[Math.floor(i / tokens)]!) * (vocabularySize / 2)),
  );
  return { place, ids, labels };
}

async function smallGradient(scale: number): Promise<number> {
  const weights = tf.variable(tf.ones([4, 4]));
  const loss = (): tf.Scalar =>
    tf.mul(tf.sum(tf.mul(tf.matMul(tf.ones([1, 4]), weights as tf.Tensor2D), 1e-8)), scale);
  const { value, grads } = tf.variableGrads(loss, [weights]);
  const largest = tf.max(tf.mul(Object.values(grads)[0]!, 1 / scale));
  const [number] = await largest.data();
  tf.dispose([value, grads, largest, weights]);
  return number!;
}
