import { checkOptions, either, oneOf, type Rules, trueOrFalse, wholeNumber } from "@bertkit/checks";
import { encodeRows } from "@bertkit/heads";
import { inference } from "@bertkit/nn";
import { RowRunner } from "../../inference/row-runner.ts";
import { callRules, type CallOptions, runOptions } from "../call-options.ts";
import { type LoadedPipeline, made, type PipelineModel, requirePart } from "../pipeline-model.ts";
import { checkEachText, checkMany, checkOneText } from "../texts.ts";

export interface TextRankingCall extends CallOptions {
  /** Number of documents, best first; null for all. Default null. */
  readonly top_k?: number | null;
  /** Whether results include the documents' texts. Default false. */
  readonly return_documents?: boolean;
}

/** A document with its score, as returned by `CrossEncoder.rank` of sentence-transformers. */
export interface RankedDocument {
  /** Its index in the given list. */
  readonly corpus_id: number;
  readonly score: number;
  readonly text?: string;
}

/**
 * Ranks documents by how well they answer a query, best first, with a cross-encoder, which encodes the query together
 * with each document. Scores are the sigmoid of the model's output, 0 to 1, or the output itself if the folder's
 * config.json says so, as for MS MARCO models.
 */
export interface TextRankingPipeline extends LoadedPipeline {
  (query: string, documents: readonly string[], options?: TextRankingCall): Promise<RankedDocument[]>;
}

const task = "text-ranking";
const rules: Rules<TextRankingCall> = {
  ...callRules,
  top_k: either(wholeNumber(1), oneOf([null])),
  return_documents: trueOrFalse,
};

export function textRankingTask(model: PipelineModel): TextRankingPipeline {
  const { tokenizer, plainScores = false } = model;
  const classifier = requirePart(
    task,
    model.classifier,
    "classifier",
    "a cross-encoder (BertForSequenceClassification)",
  );
  if (classifier.labels.length !== 1)
    throw new RangeError(
      `pipeline: ${task} needs a cross-encoder, a classifier with one output, got ${classifier.labels.length} labels. Load one, such as cross-encoder/ms-marco-MiniLM-L6-v2.`,
    );
  const runner = new RowRunner((batch) => classifier.forward(batch, inference), "row", tokenizer.special.padding.id);
  const call = async (
    query: string,
    documents: readonly string[],
    options: TextRankingCall = {},
  ): Promise<RankedDocument[]> => {
    checkOptions(task, options, rules);
    checkOneText(task, "the query", query);
    if (typeof documents === "string")
      throw new TypeError(`${task}: documents must be a list of texts, got a text. Pass [text].`);
    checkMany(task, "documents", documents);
    checkEachText(task, "documents", documents);
    const { top_k, return_documents = false } = options;
    const limits = runOptions(options, model);
    const pairs = documents.map((document) => [query, document] as const);
    const logits = await runner.run(encodeRows(pairs, tokenizer, { maxLength: limits.maxLength }), limits);
    const order = Array.from(documents.keys()).sort((a, b) => logits[b]![0]! - logits[a]![0]!);
    return order.slice(0, top_k ?? undefined).map((corpus_id) => {
      const logit = logits[corpus_id]![0]!;
      const score = plainScores ? logit : 1 / (1 + Math.exp(-logit));
      return { corpus_id, score, ...(return_documents && { text: documents[corpus_id]! }) };
    });
  };
  return made(task, model, call, () => runner.dispose());
}
