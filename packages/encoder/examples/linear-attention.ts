// BERT with another attention: linear attention (Katharopoulos et al., 2020, "Transformers are RNNs"), whose time and
// memory grow with the length of a text, not with its square. Everything else is BERT's own; then it is trained.
// run: npx tsx packages/encoder/examples/linear-attention.ts
import { useBackend } from "@bertkit/backend";
import { BertEncoder, bertSizes, createBert, type Mixer, type MixerResult, PostNormBlock } from "@bertkit/encoder";
import { Dense, dispose, Rng, summary, truncatedNormal } from "@bertkit/nn";
import type { AttentionMask } from "@bertkit/ops";
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

  forward(hidden: tf.Tensor3D, mask: AttentionMask | undefined): MixerResult {
    const query = positive(this.#split(this.query.forward(hidden))); // [batch, heads, tokens, headSize]
    let key = positive(this.#split(this.key.forward(hidden)));
    // The mask's adder is 0 for tokens and −10,000 for padding, whose keys this makes zero.
    if (mask) key = tf.mul(key, tf.transpose(tf.exp(mask.adder), [0, 1, 3, 2])); // · [batch, 1, tokens, 1]
    const memory = tf.matMul(key, this.#split(this.value.forward(hidden)), true, false); // [batch, heads, headSize, headSize]
    const total = tf.sum(key, 2, true); // [batch, heads, 1, headSize]
    const weighed = tf.div(tf.matMul(query, memory), tf.add(tf.matMul(query, total, false, true), 1e-6));
    const merged = tf.reshape(tf.transpose(weighed, [0, 2, 1, 3]), hidden.shape) as tf.Tensor3D;
    return { output: this.output.forward(merged) };
  }

  /** [batch, tokens, size] → [batch, heads, tokens, headSize] */
  #split(x: tf.Tensor3D): tf.Tensor4D {
    const [batch, tokens, size] = x.shape;
    return tf.transpose(tf.reshape(x, [batch, tokens, this.heads, size / this.heads]), [0, 2, 1, 3]);
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
  initializerRange: 0.1, // so small a model learns sooner from larger weights
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
for (const { attention } of bert.layers) dispose(attention); // no longer anybody's
console.log(summary(linear, 3));

/** The masked-LM loss of every step. */
export const losses: readonly number[] = trainMaskedLm(linear, { steps: 500, rng });
const last = losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;
console.log(
  `masked-LM loss ${losses[0]!.toFixed(2)} → ${last.toFixed(2)}; by the words' frequencies ${unigramLoss.toFixed(2)}`,
);
dispose(linear);
