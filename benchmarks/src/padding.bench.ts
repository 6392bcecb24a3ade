// What skipping padding gains on the Node backend: a forward pass of BERT-mini's encoder, and its gradients, on batches
// with more and less padding, by default and with `skipPadding: false`. The two alternate; compares the best of each.
import { useBackend } from "@bertkit/backend";
import { bertInputs, bertSizes, createBert, type EncodedBatch } from "@bertkit/encoder";
import { inference, Rng, trainableVariables } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";

const vocabularySize = 30_522;
const batchSize = 16;
const warmRounds = 2;
const countedRounds = 10;
/** Length of a batch, and the mean fraction of padding in all rows but the longest. */
const batches = [
  { tokens: 128, padding: 0.5 },
  { tokens: 128, padding: 0.25 },
  { tokens: 64, padding: 0.5 },
];

function paddedBatch(tokens: number, padding: number, rng: Rng): EncodedBatch & { fraction: number } {
  const attentionMask = new Int32Array(batchSize * tokens);
  const inputIds = new Int32Array(batchSize * tokens);
  for (let row = 0; row < batchSize; row++) {
    const around = (1 - padding) * (0.6 + 0.8 * rng.random());
    const length = row === 0 ? tokens : Math.min(tokens, Math.max(2, Math.round(tokens * around)));
    attentionMask.fill(1, row * tokens, row * tokens + length);
    for (let i = 0; i < length; i++) inputIds[row * tokens + i] = rng.integer(5, vocabularySize - 1);
  }
  const fraction = attentionMask.filter((isToken) => isToken === 0).length / attentionMask.length;
  return {
    inputIds,
    attentionMask,
    tokenTypeIds: new Int32Array(inputIds.length),
    shape: [batchSize, tokens],
    fraction,
  };
}

await useBackend("node");
const bert = createBert({ ...bertSizes.mini, vocabularySize, hiddenDropout: 0, attentionDropout: 0 }, new Rng(0));
const variables = [...trainableVariables(bert).values()];

const squares = (batch: EncodedBatch): tf.Scalar => {
  const isToken = tf.tensor3d(Float32Array.from(batch.attentionMask), [...batch.shape, 1]);
  return tf.sum(tf.square(tf.mul(bert.forward(bertInputs(batch), inference).sequenceOutput, isToken)));
};
const work = {
  forward: (batch: EncodedBatch) => tf.tidy(() => squares(batch).dataSync()[0]!),
  gradients: (batch: EncodedBatch) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(() => squares(batch), variables);
      // One read computes everything, because it depends on every gradient.
      const sums = Object.values(grads).map((gradient) => tf.sum(gradient));
      tf.addN(sums).dataSync();
      return value.dataSync()[0]!;
    }),
};

const rng = new Rng(1);
const results: Record<string, unknown>[] = [];
const ratios: Record<string, number> = {};
console.log(`BERT-mini's encoder, batch ${batchSize}, the Node backend; best of ${countedRounds}`);
console.log("| tokens | padding | | plain | skipped | ratio |\n|---:|---:|---|---:|---:|---:|");
for (const { tokens, padding } of batches) {
  const { fraction, ...plain } = paddedBatch(tokens, padding, rng);
  const contenders = { plain: { ...plain, skipPadding: false }, skipped: plain };
  for (const [name, run] of Object.entries(work)) {
    const times = { plain: Infinity, skipped: Infinity };
    const values = { plain: 0, skipped: 0 };
    for (let round = 0; round < warmRounds + countedRounds; round++) {
      for (const contender of ["plain", "skipped"] as const) {
        const start = performance.now();
        values[contender] = run(contenders[contender]);
        const time = performance.now() - start;
        if (round >= warmRounds) times[contender] = Math.min(times[contender], time);
      }
    }
    if (!(Math.abs(values.plain / values.skipped - 1) < 1e-4))
      throw new Error(`padding: the two give ${values.plain} and ${values.skipped}; they do not compute the same.`);
    const ratio = Number((times.plain / times.skipped).toFixed(2));
    const percent = Math.round(100 * fraction);
    ratios[`${name}, ${batchSize} × ${tokens}, ${percent} % padding`] = ratio;
    results.push({ what: name, tokens, paddingFraction: fraction, plainMilliseconds: times.plain, skippedMilliseconds: times.skipped }); // prettier-ignore
    console.log(
      `| ${tokens} | ${percent} % | ${name} | ${times.plain.toFixed(0)} ms | ${times.skipped.toFixed(0)} ms | ${ratio} |`,
    );
  }
}
console.log(JSON.stringify({ bench: "padding", ratios, results }));
process.exit(0);
