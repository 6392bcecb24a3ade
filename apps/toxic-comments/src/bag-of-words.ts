import { Dataset } from "@bertkit/datasets";
import type { ClassificationExample } from "@bertkit/heads";
import type { TextInput } from "@bertkit/tokenizer";

const epochs = 8;
const learningRate = 0.1;
/** Coefficient of the squared weights in the loss of each example. */
const regularization = 1e-4;
/** Minimum number of comments with a word. */
const fewest = 2;

/** The words of a comment as features: word indices and values. */
interface Features {
  words: Int32Array;
  values: Float32Array;
}

/**
 * The baseline: one logistic regression per label on log(1 + count) of the lowercase words, trained by stochastic
 * gradient descent with Adagrad (Duchi et al., 2011). It ignores word order and knows only the training comments.
 *
 * @param seed of the order of the comments
 * @returns probabilities of the held-out comments, row-major [comments, labels]
 */
export async function bagOfWords(
  labels: readonly string[],
  training: readonly ClassificationExample[],
  heldOut: readonly ClassificationExample[],
  seed: number,
): Promise<Float32Array> {
  const vocabulary = vocabularyOf(training);
  const count = labels.length;
  const weights = new Float32Array((vocabulary.size + 1) * count); // the last row is the bias
  const squares = new Float32Array(weights.length).fill(1e-8);
  const examples = training.map(({ input, label }) => ({
    features: featuresOf(textOf(input), vocabulary),
    truth: Float32Array.from(labels, (name) => ((label as readonly string[]).includes(name) ? 1 : 0)),
  }));
  for await (const { features, truth } of Dataset.from(examples).shuffle({ seed }).repeat(epochs)) {
    const errors = probabilities(features, weights, count).map((p, label) => p - truth[label]!);
    features.words.forEach((word, i) => {
      for (let label = 0; label < count; label++) {
        const at = word * count + label;
        const gradient = errors[label]! * features.values[i]! + regularization * weights[at]!;
        squares[at]! += gradient * gradient;
        weights[at]! -= (learningRate * gradient) / Math.sqrt(squares[at]!);
      }
    });
  }
  const scores = new Float32Array(heldOut.length * count);
  heldOut.forEach(({ input }, row) =>
    scores.set(probabilities(featuresOf(textOf(input), vocabulary), weights, count), row * count),
  );
  return scores;
}

function probabilities({ words, values }: Features, weights: Float32Array, count: number): Float32Array {
  const logits = new Float32Array(count);
  words.forEach((word, i) => {
    for (let label = 0; label < count; label++) logits[label]! += values[i]! * weights[word * count + label]!;
  });
  return logits.map((logit) => 1 / (1 + Math.exp(-logit)));
}

function vocabularyOf(examples: readonly ClassificationExample[]): Map<string, number> {
  const comments = new Map<string, number>();
  for (const { input } of examples)
    for (const word of new Set(wordsOf(textOf(input)))) comments.set(word, (comments.get(word) ?? 0) + 1);
  const kept = [...comments].filter(([, count]) => count >= fewest);
  return new Map(kept.map(([word], i) => [word, i]));
}

function featuresOf(text: string, vocabulary: ReadonlyMap<string, number>): Features {
  const counts = new Map<number, number>();
  for (const word of wordsOf(text)) {
    const index = vocabulary.get(word);
    if (index !== undefined) counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  const bias = vocabulary.size;
  return {
    words: Int32Array.of(...counts.keys(), bias),
    values: Float32Array.of(...[...counts.values()].map((times) => Math.log1p(times)), 1),
  };
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}

function textOf(input: TextInput): string {
  return typeof input === "string" ? input : input.join(" ");
}
