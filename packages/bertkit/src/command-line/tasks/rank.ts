import { DatasetError } from "@bertkit/datasets";
import type { Bert } from "@bertkit/encoder";
import { CrossEncoder, rankDocuments, type RankingExample, SequenceClassifier } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { rankingTask } from "../../fine-tuning/ranking-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { numberOf, pairIn, readTexts } from "../data/classification-data.ts";
import { rowOptions, trainedLength } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/** The label of a cross-encoder that `bertkit finetune rank` trains. */
const relevanceLabel = "relevance";

/** Queries with documents to rank. */
export function rankKind(
  model: PretrainedParts & { classifier: SequenceClassifier<Bert> },
  options: TaskOptions,
): TaskKind {
  const { tokenizer, plainScores = false } = model;
  const crossEncoder = new CrossEncoder({ classifier: model.classifier, plainScores });
  const rows = rowOptions(model, options, 256);
  return {
    name: "rank",
    parts: model,
    task: rankingTask(crossEncoder, tokenizer, rows),
    things: "queries",
    facts: [],
    groupOf: () => "",
    read: (file) => readRankings(file, options, true),
    predict: async (file) => {
      const rankings = await readRankings(file, options, false);
      const objects: object[] = [];
      for (const { query, documents } of rankings) {
        const ranked = await rankDocuments(crossEncoder, tokenizer, query, documents, rows);
        for (const { index, score } of ranked) objects.push({ query, document: documents[index], score });
      }
      return { objects, lines: undefined };
    },
  };
}

/** A cross-encoder and its training examples: the model's own if `bertkit finetune rank` trained it, else a new one. */
export async function trainRank(model: PretrainedParts, file: string, options: TaskOptions): Promise<TrainableKind> {
  const train = await readRankings(file, options, true);
  const rng = new Rng(options.seed);
  const { config, encoder } = withPooler(model, true, rng);
  const own = model.classifier?.encoder === encoder && isRelevance(model.classifier) ? model.classifier : undefined;
  const classifier = own ?? new SequenceClassifier({ encoder, labels: [relevanceLabel], problem: "multi-label", rng });
  const documents = train.reduce((sum, { documents: some }) => sum + some.length, 0);
  return {
    ...rankKind({ config, encoder, tokenizer: model.tokenizer, classifier, ...trainedLength(model, options) }, options),
    facts: [`${documents} documents for ${train.length} queries`],
    train,
  };
}

/** Whether a classifier is a cross-encoder that `bertkit finetune rank` trained. */
export function isRelevance({ labels, problem }: Pick<SequenceClassifier, "labels" | "problem">): boolean {
  return labels.join("\n") === relevanceLabel && problem === "multi-label";
}

/** Reads rows of a query, a document and its relevance, and groups them by query, in the order of the file. */
async function readRankings(file: string, options: TaskOptions, labeled: boolean): Promise<RankingExample[]> {
  const found = new Map<string, { query: string; documents: string[]; relevance: number[] }>();
  for (const text of await readTexts(file, options, options.log)) {
    const [query, document] = pairIn(text);
    const relevance = labeled ? numberOf(text, "Name the column of relevances with --label.") : 0;
    if (relevance < 0 || relevance > 1)
      throw new DatasetError(
        "the data",
        `expected a relevance from 0 to 1, got ${relevance}. Scale the column.`,
        text.place,
      );
    const example = found.get(query) ?? { query, documents: [], relevance: [] };
    found.set(query, example);
    example.documents.push(document);
    example.relevance.push(relevance);
  }
  return [...found.values()];
}
