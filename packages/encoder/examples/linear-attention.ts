// Replaces BERT's attention by linear attention (Katharopoulos et al., 2020, "Transformers are RNNs"), whose time and
// memory grow linearly with the length of a text, not with its square. All other parts are BERT's. Then trains the
// result.
// run: npx tsx packages/encoder/examples/linear-attention.ts
import { useBackend } from "@bertkit/backend";
import {
  BertEncoder,
  bertSizes,
  createBert,
  type Layout,
  mergeHeads,
  type Mixer,
  type MixerResult,
  PostNormBlock,
  splitHeads,
} from "@bertkit/encoder";
import { Dense, dispose, Rng, summary, truncatedNormal } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { trainMaskedLm, unigramLoss, vocabularySize } from "./train-masked-lm.ts";

class LinearAttention implements Mixer {
  readonly query: Dense;
  readonly key: Dense;
  readonly value: Dense;
  readonly output: Dense;
  readonly heads: number;

  constructor({ size, heads, rng }: { size: number; heads: number; rng: Rng }) {
    const dense = (): Dense => new Dense({ inputSize: size, outputSize: size, rng, initializer: truncatedNormal(0.1) });
    this.query = dense();
    this.key = dense();
    this.value = dense();
    this.output = dense();
    this.heads = heads;
  }

  forward(hidden: tf.Tensor2D, layout: Layout): MixerResult {
    const split = (x: tf.Tensor2D): tf.Tensor4D => splitHeads(layout.pad(x), this.heads); // [batch, heads, tokens, headSize]
    const query = split(positive(this.query.forward(hidden)));
    const key = split(positive(this.key.forward(hidden))); // zero for padding, so that it adds nothing to the sums below
    const memory = tf.matMul(key, split(this.value.forward(hidden)), true, false); // [batch, heads, headSize, headSize]
    const total = tf.sum(key, 2, true); // [batch, heads, 1, headSize]
    const mixed = tf.div<tf.Tensor4D>(tf.matMul(query, memory), tf.add(tf.matMul(query, total, false, true), 1e-6));
    return { output: this.output.forward(layout.unpad(mergeHeads(mixed))) };
  }
}

/** The paper's feature map, elu(x) + 1. */
function positive<T extends tf.Tensor>(x: T): T {
  return tf.add(tf.elu(x), 1);
}

await useBackend("auto");
const rng = new Rng(1);
const config = {
  ...bertSizes.tiny,
  vocabularySize,
  hiddenSize: 64,
  attentionHeads: 4,
  intermediateSize: 128,
  hiddenDropout: 0,
  attentionDropout: 0,
  initializerRange: 0.1, // such a small model learns faster from larger initial weights
  pooler: false,
};
const bert = createBert(config, rng);
const linear = new BertEncoder({
  hiddenSize: bert.hiddenSize,
  embeddings: bert.embeddings,
  layers: bert.layers.map(
    ({ attentionNorm, feedForward, feedForwardNorm, dropout }) =>
      new PostNormBlock({
        attention: new LinearAttention({ size: config.hiddenSize, heads: config.attentionHeads, rng }),
        attentionNorm,
        feedForward,
        feedForwardNorm,
        dropout: dropout.rate,
      }),
  ),
});
for (const { attention } of bert.layers) dispose(attention); // not part of the new model
console.log(summary(linear, 3));

/** The masked-LM loss of every step. */
export const losses: readonly number[] = trainMaskedLm(linear, { steps: 500, rng });
const last = losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;
console.log(
  `masked-LM loss ${losses[0]!.toFixed(2)} → ${last.toFixed(2)}; word frequencies alone: ${unigramLoss.toFixed(2)}`,
);
dispose(linear);
