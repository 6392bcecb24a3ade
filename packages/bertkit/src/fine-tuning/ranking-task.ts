import { checkObject, checkObjects, checkOptions, limitLength } from "@bertkit/checks";
import {
  type CrossEncoder,
  type PredictOptions,
  rankDocuments,
  type RankingBatch,
  rankingBatch,
  type RankingExample,
} from "@bertkit/heads";
import { ndcg, reciprocalRank } from "@bertkit/metrics";
import type { Tokenizer } from "@bertkit/tokenizer";
import type { FineTuningTask } from "./fine-tuning-task.ts";
import { taskRules } from "./task-rules.ts";

/**
 * Ranks documents by their relevance to a query. The scores are means over the queries that have a relevant document, in
 * [0, 1]: `ndcg` of the first 10 documents, and, if every relevance is 0 or 1, `mrr`, the mean reciprocal rank.
 */
export function rankingTask(
  model: CrossEncoder,
  tokenizer: Tokenizer,
  options: PredictOptions = {},
): FineTuningTask<RankingExample, RankingExample, RankingBatch> {
  checkOptions("rankingTask", options, taskRules);
  checkObject("rankingTask", "model", model, "a CrossEncoder", "predict", "loss");
  const { batchSize: _, ...inputs } = limitLength(model, options);
  return {
    head: model,
    mainScore: "ndcg",
    rows: (examples) => examples,
    batch: (rows) => rankingBatch(rows, tokenizer, inputs),
    scores: async (examples) => {
      checkObjects("rankingTask", "examples", examples, "{ query, documents, relevance }", "documents", "relevance");
      if (examples.length === 0) throw new RangeError("rankingTask: there is no example to score. Pass at least one.");
      for (const [i, { documents, relevance }] of examples.entries())
        if (documents.length !== relevance.length)
          throw new RangeError(
            `rankingTask: example ${i} has ${documents.length} documents and ${relevance.length} relevances. Pass one relevance per document.`,
          );
      const answerable = examples.filter(({ relevance }) => relevance.some((value) => value > 0));
      const isBinary = answerable.every(({ relevance }) => relevance.every((value) => value === 0 || value === 1));
      let [gain, reciprocal] = [0, 0];
      for (const { query, documents, relevance } of answerable) {
        const scores = new Float32Array(documents.length);
        for (const { index, score } of await rankDocuments(model, tokenizer, query, documents, options))
          scores[index] = score;
        gain += ndcg(scores, relevance, 10);
        if (isBinary) reciprocal += reciprocalRank(scores, relevance);
      }
      const count = Math.max(1, answerable.length);
      return { ndcg: gain / count, ...(isBinary && { mrr: reciprocal / count }) };
    },
  };
}
