// Shared by the examples in this folder: a text, and masked-LM training of any encoder.
import type { Encoder } from "@bertkit/encoder";
import { type Embedding, trainableVariables, type Rng } from "@bertkit/nn";
import { softmaxCrossEntropy } from "@bertkit/ops";
import * as tf from "@tensorflow/tfjs-core";

// Abraham Lincoln at Gettysburg, 1863.
const text = `Four score and seven years ago our fathers brought forth, upon this continent, a new nation, conceived in
liberty, and dedicated to the proposition that all men are created equal. Now we are engaged in a great civil war,
testing whether that nation, or any nation so conceived, and so dedicated, can long endure. We are met on a great
battle field of that war. We have come to dedicate a portion of that field, as a final resting place for those who here
gave their lives, that that nation might live. It is altogether fitting and proper that we should do this. But, in a
larger sense, we can not dedicate, we can not consecrate, we can not hallow this ground. The brave men, living and dead,
who struggled here, have consecrated it far above our poor power to add or detract. The world will little note, nor long
remember what we say here, but it can never forget what they did here. It is for us the living, rather, to be dedicated
here to the unfinished work which they who fought here have thus far so nobly advanced. It is rather for us to be here
dedicated to the great task remaining before us, that from these honored dead we take increased devotion to that cause
for which they here gave the last full measure of devotion, that we here highly resolve that these dead shall not have
died in vain, that this nation, under God, shall have a new birth of freedom, and that government of the people, by the
people, for the people, shall not perish from the earth.`;

const words = text.toLowerCase().match(/\w+|[^\w\s]/g)!;
const vocabulary = ["[PAD]", "[MASK]", ...new Set(words)];
const ids = words.map((word) => vocabulary.indexOf(word));
const [rows, tokens, maskedFraction] = [16, 24, 0.15];

export const vocabularySize: number = vocabulary.length;

/** An encoder whose word embeddings also predict the masked words, as in BERT (tied weights). */
export interface TiedEncoder extends Encoder {
  readonly embeddings: { readonly word: Embedding };
}

/** The loss of a model that knows only the frequency of each word, in nats. */
export const unigramLoss: number = [...new Set(ids)]
  .map((id) => ids.filter((other) => other === id).length / ids.length)
  .reduce((sum, frequency) => sum - frequency * Math.log(frequency), 0);

/**
 * Trains an encoder to predict masked words. Returns the loss of each step, in nats. Up to half of a row is padding.
 */
export function trainMaskedLm(encoder: TiedEncoder, { steps, rng }: { steps: number; rng: Rng }): number[] {
  const optimizer = tf.train.adam(2e-3);
  const variables = [...trainableVariables(encoder).values()];
  const losses: number[] = [];
  for (let step = 0; step < steps; step++) {
    const loss = optimizer.minimize(() => maskedLmLoss(encoder, rng), true, variables)!;
    losses.push(loss.dataSync()[0]!);
    loss.dispose();
  }
  optimizer.dispose();
  return losses;
}

function maskedLmLoss(encoder: TiedEncoder, rng: Rng): tf.Scalar {
  const labels = new Int32Array(rows * tokens);
  const attentionMask = new Int32Array(rows * tokens);
  for (let row = 0; row < rows; row++) {
    const start = rng.integer(0, ids.length - tokens);
    const length = rng.integer(tokens / 2, tokens);
    for (let i = 0; i < length; i++) {
      labels[row * tokens + i] = ids[start + i]!;
      attentionMask[row * tokens + i] = 1;
    }
  }
  const masked = Float32Array.from(attentionMask, (isToken) => (isToken && rng.random() < maskedFraction ? 1 : 0));
  const inputIds = labels.map((id, i) => (masked[i] ? 1 : id));
  const tensor = (values: Int32Array): tf.Tensor2D => tf.tensor2d(values, [rows, tokens], "int32");
  const { sequenceOutput } = encoder.forward(
    { inputIds: tensor(inputIds), attentionMask: tensor(attentionMask) },
    { training: true, rng },
  );
  const flat = tf.reshape(sequenceOutput, [rows * tokens, encoder.hiddenSize]) as tf.Tensor2D;
  const logits = tf.matMul(flat, encoder.embeddings.word.table, false, true) as tf.Tensor2D; // [rows · tokens, vocabulary]
  const each = softmaxCrossEntropy(logits, tf.tensor1d(labels, "int32"));
  const weights = tf.tensor1d(masked);
  return tf.div(tf.sum(tf.mul(each, weights)), tf.maximum(tf.sum(weights), 1));
}
