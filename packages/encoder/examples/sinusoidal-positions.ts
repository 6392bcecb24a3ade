// Replaces BERT's learned position embeddings by the sines and cosines of the original Transformer (Vaswani et al.,
// 2017, section 3.5), which have no maximum length. All other parts are BERT's. Then trains the result.
// run: npx tsx packages/encoder/examples/sinusoidal-positions.ts
import { useBackend } from "@bertkit/backend";
import { BertEncoder, bertSizes, createBert, type EncoderInputs, type TokenEmbeddings } from "@bertkit/encoder";
import { dispose, Embedding, inference, LayerNorm, Rng, summary, truncatedNormal } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { trainMaskedLm, unigramLoss, vocabularySize } from "./train-masked-lm.ts";

/** Word and position embeddings, without token types. */
class SinusoidalEmbeddings implements TokenEmbeddings {
  readonly word: Embedding;
  readonly norm: LayerNorm;
  readonly size: number;

  constructor({ count, size, rng }: { count: number; size: number; rng: Rng }) {
    this.word = new Embedding({ count, size, rng, initializer: truncatedNormal(0.1) });
    this.norm = new LayerNorm({ size });
    this.size = size;
  }

  forward({ inputIds }: EncoderInputs): tf.Tensor3D {
    const words = tf.mul(this.word.forward(inputIds), Math.sqrt(this.size)); // scaled to the size of the sines, section 3.4
    const sum = tf.add(words, sinusoids(inputIds.shape[1], this.size));
    return this.norm.forward(sum) as tf.Tensor3D;
  }
}

/** [tokens, size]: the first half of each vector has sines, the second cosines, with increasing wavelengths. */
function sinusoids(tokens: number, size: number): tf.Tensor2D {
  const positions = tf.reshape(tf.range(0, tokens), [tokens, 1]);
  const rates = Float32Array.from({ length: size / 2 }, (_, i) => 10_000 ** ((-2 * i) / size));
  const angles = tf.mul(positions, tf.tensor2d(rates, [1, size / 2])); // [tokens, size / 2]
  return tf.concat([tf.sin(angles), tf.cos(angles)], 1) as tf.Tensor2D;
}

await useBackend("auto");
const rng = new Rng(2);
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
const sinusoidal = new BertEncoder({
  hiddenSize: bert.hiddenSize,
  embeddings: new SinusoidalEmbeddings({ count: vocabularySize, size: config.hiddenSize, rng }),
  layers: [...bert.layers],
});
dispose(bert.embeddings); // not part of the new model
console.log(summary(sinusoidal, 3));

/** The masked-LM loss of every step. */
export const losses: readonly number[] = trainMaskedLm(sinusoidal, { steps: 500, rng });
const last = losses.slice(-50).reduce((sum, loss) => sum + loss, 0) / 50;
console.log(
  `masked-LM loss ${losses[0]!.toFixed(2)} → ${last.toFixed(2)}; word frequencies alone: ${unigramLoss.toFixed(2)}`,
);

// BERT itself has vectors for only 512 positions.
const long = tf.tidy(() => sinusoidal.forward({ inputIds: tf.zeros([1, 1000], "int32") }, inference).sequenceOutput);
console.log(`a text of 1,000 tokens gives [${long.shape.join(", ")}]`);
long.dispose();
dispose(sinusoidal);
