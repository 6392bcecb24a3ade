import { checkOptions, either, oneOf, type Rules, wholeNumber } from "@bertkit/checks";
import type { EncoderInputs } from "@bertkit/encoder";
import { encodeRows, type LabelScore } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import * as tf from "@tensorflow/tfjs-core";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { runStream } from "../stream.ts";
import { checkEachInput, checkMany, isStream, type PipelineInput } from "../texts.ts";

export interface TextClassificationCall extends CallOptions {
  /** Number of labels, best first; null for all. Default 1. */
  readonly top_k?: number | null;
}

/**
 * Labels with scores: a list for one text; for several, one label each, or a list each if `top_k` is not 1; for an
 * async iterable, the same one by one. Scores are probabilities, or values if the model is for regression.
 */
export interface TextClassificationPipeline extends LoadedPipeline {
  (text: string, options?: TextClassificationCall): Promise<LabelScore[]>;
  (texts: readonly PipelineInput[], options?: CallOptions & { readonly top_k?: 1 }): Promise<LabelScore[]>;
  (texts: readonly PipelineInput[], options: TextClassificationCall): Promise<LabelScore[][]>;
  (
    texts: AsyncIterable<PipelineInput>,
    options?: CallOptions & { readonly top_k?: 1 },
  ): AsyncGenerator<LabelScore, void, undefined>;
  (texts: AsyncIterable<PipelineInput>, options: TextClassificationCall): AsyncGenerator<LabelScore[], void, undefined>;
}

const task = "text-classification";
const rules: Rules<TextClassificationCall> = { ...callRules, top_k: either(wholeNumber(1), oneOf([null])) };

export function textClassificationTask(model: PipelineModel): TextClassificationPipeline {
  const { tokenizer, problemUnstated = false } = model;
  const classifier = requirePart(task, model.classifier, "classifier", "BertForSequenceClassification");
  // As in Hugging Face's TextClassificationPipeline, only stated regression of one output has values as scores.
  const isProbability = classifier.labels.length === 1 && (classifier.problem !== "regression" || problemUnstated);
  const predict = (batch: EncoderInputs): tf.Tensor2D =>
    isProbability ? tf.tidy(() => tf.sigmoid(classifier.forward(batch, inference))) : classifier.predict(batch);
  const runner = new RowRunner(predict, "row", tokenizer.special.padding.id);
  const call = (
    input: string | readonly PipelineInput[] | AsyncIterable<PipelineInput>,
    options: TextClassificationCall = {},
  ): unknown => {
    checkOptions(task, options, rules);
    const { top_k = 1, signal } = options;
    const limits = runOptions(options, model);
    const run = async (texts: readonly PipelineInput[], from = 0): Promise<LabelScore[][]> => {
      checkEachInput(task, texts, from);
      const scores = await runner.run(encodeRows(texts, tokenizer, { maxLength: limits.maxLength }), limits);
      return scores.map((row) =>
        classifier.labels
          .map((label, i) => ({ label, score: row[i]! }))
          .sort((a, b) => b.score - a.score)
          .slice(0, top_k ?? undefined),
      );
    };
    const each = (rows: readonly LabelScore[][]): readonly unknown[] =>
      top_k === 1 ? rows.map(([best]) => best) : rows;
    if (isStream<PipelineInput>(input))
      return runStream(input, async (texts, from) => each(await run(texts, from)), signal);
    if (typeof input === "string") return run([input]).then(([row]) => row);
    checkMany(task, "texts", input);
    return run(input).then(each);
  };
  return made(task, model, call, () => runner.dispose());
}
