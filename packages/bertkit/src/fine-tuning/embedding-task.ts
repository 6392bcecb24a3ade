import {
  checkObject,
  checkObjects,
  checkOptions,
  checkValue,
  number,
  oneOf,
  text,
  type Rules,
  limitLength,
} from "@bertkit/checks";
import { bertInputs, type EncodedBatch, type Encoder } from "@bertkit/encoder";
import {
  type ClassifierLoss,
  coSentLoss,
  embedTexts,
  encodeRows,
  multipleNegativesRanking,
  padRows,
  type PredictOptions,
  type SentenceEmbedder,
} from "@bertkit/heads";
import type { Context } from "@bertkit/nn";
import type { Tokenizer } from "@bertkit/tokenizer";
import * as tf from "@tensorflow/tfjs-core";
import { retrievalOfPairs, similarityScores } from "./embedding-scores.ts";
import type { FineTuningTask } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/** Two texts and their similarity; or, without a score, two texts that match, such as a question and its answer. */
export interface EmbeddingExample {
  readonly text: string;
  readonly pair: string;
  /** Higher is more similar, on any scale: only the order of the scores matters. */
  readonly score?: number | undefined;
}

/** An encoded batch of pairs. */
export interface EmbeddingBatch {
  readonly texts: EncodedBatch;
  readonly pairs: EncodedBatch;
  /** Float32Array [pairs], for the loss "scores" */
  readonly scores: Float32Array | undefined;
}

/** Options of `embeddingTask`. */
export interface EmbeddingTaskOptions extends PredictOptions {
  /**
   * "scores": CoSENT, for pairs with scores. "pairs": multiple negatives ranking, for matching pairs: the other pairs
   * of a batch are the negatives. Default "scores".
   */
  readonly loss?: "scores" | "pairs";
}

const rules: Rules<EmbeddingTaskOptions> = { ...taskRules, loss: oneOf(["scores", "pairs"]) };

/**
 * Trains vectors that are close for similar texts. For pairs with scores, the task's scores are `spearman` and
 * `pearson`, the correlations of cosines and scores, in [−1, 1]. For matching pairs they are `mrr`, the mean reciprocal
 * rank of the matching text among all, and `accuracy`, how often it ranks first. An embedder's own layers are trained too;
 * their paths begin with `embedder`.
 */
export function embeddingTask(
  embedder: SentenceEmbedder,
  tokenizer: Tokenizer,
  options: EmbeddingTaskOptions = {},
): FineTuningTask<EmbeddingExample, EmbeddingExample, EmbeddingBatch> {
  checkOptions("embeddingTask", options, rules);
  checkObject("embeddingTask", "embedder", embedder, "a SentenceEmbedder", "predict", "encoder");
  const { loss = "scores", ...predicting } = options;
  const { batchSize: _, ...inputs } = limitLength(embedder, predicting);
  const encode = (texts: readonly string[]): EncodedBatch =>
    padRows(encodeRows(texts, tokenizer, inputs), tokenizer.special.padding.id, inputs);
  return {
    head: new PairHead(embedder),
    smallestBatch: 2, // both losses compare the pairs of a batch
    mainScore: loss === "scores" ? "spearman" : "mrr",
    mainScoreOf: (examples) => (haveScores(examples) ? "spearman" : "mrr"),
    rows: (examples) => {
      checkExamples(examples, loss === "scores");
      return examples;
    },
    batch: (rows) => {
      checkExamples(rows, loss === "scores");
      return {
        texts: encode(rows.map((row) => row.text)),
        pairs: encode(rows.map(({ pair }) => pair)),
        scores: loss === "scores" ? Float32Array.from(rows, ({ score }) => score!) : undefined,
      };
    },
    scores: async (examples) => {
      if (examples.length === 0)
        throw new RangeError("embeddingTask: there is no example to score. Pass at least one.");
      const scored = haveScores(examples);
      const texts = await embedTexts(
        embedder,
        tokenizer,
        examples.map((example) => example.text),
        predicting,
      );
      const pairs = await embedTexts(
        embedder,
        tokenizer,
        examples.map(({ pair }) => pair),
        predicting,
      );
      return scored
        ? similarityScores(
            texts,
            pairs,
            examples.map(({ score }) => score!),
          )
        : retrievalOfPairs(texts, pairs);
    },
  };
}

/**
 * The embedder with a loss. Both are fields, so that their variables are trained; the encoder is the first, so that its
 * paths begin with `encoder`, as in other heads.
 */
class PairHead {
  readonly encoder: Encoder;
  readonly embedder: SentenceEmbedder;

  constructor(embedder: SentenceEmbedder) {
    this.encoder = embedder.encoder;
    this.embedder = embedder;
  }

  loss({ texts, pairs, scores }: EmbeddingBatch, context: Context): ClassifierLoss {
    const left = this.embedder.forward(bertInputs(texts), context);
    const right = this.embedder.forward(bertInputs(pairs), context);
    const loss = scores ? coSentLoss(left, right, tf.tensor1d(scores)) : multipleNegativesRanking(left, right);
    return { loss, metrics: {} };
  }
}

/** Whether the pairs have scores: all or none must. */
function haveScores(examples: readonly EmbeddingExample[]): boolean {
  checkExamples(examples, false);
  const scored = examples.some(({ score }) => score !== undefined);
  if (scored) checkExamples(examples, true);
  return scored;
}

/** @throws TypeError or RangeError unless all are pairs of texts, and, if `scored`, all have a score */
function checkExamples(examples: readonly EmbeddingExample[], scored: boolean): void {
  checkObjects("embeddingTask", "examples", examples, "{ text, pair }", "text", "pair");
  examples.forEach((example, i) => {
    checkValue("embeddingTask", `the text of example ${i}`, example.text, text);
    checkValue("embeddingTask", `the pair of example ${i}`, example.pair, text);
    if (scored)
      checkValue(
        "embeddingTask",
        `the score of example ${i}`,
        example.score,
        number(),
        'Give every pair a score; or pass loss: "pairs", without scores.',
      );
  });
}
