import { embedTexts, SentenceEmbedder, sentenceModuleFiles } from "@bertkit/heads";
import { Rng } from "@bertkit/nn";
import { cosine } from "../../fine-tuning/embedding-scores.ts";
import { type EmbeddingExample, embeddingTask } from "../../fine-tuning/embedding-task.ts";
import { withPooler } from "../../fine-tuning/with-pooler.ts";
import type { PretrainedParts } from "../../model/pretrained.ts";
import { preparedTexts, sentenceSettings } from "../../model/sentence-files.ts";
import { type FileText, numberOf, pairIn, readTexts } from "../data/classification-data.ts";
import { rowOptions, trainedLength } from "./row-options.ts";
import type { TaskKind, TaskOptions, TrainableKind } from "./task-kind.ts";

/**
 * Vectors of texts, computed as the folder's sentence-transformers files say; without these, the mean of the token
 * vectors.
 */
export function embedKind(model: PretrainedParts, options: TaskOptions, loss?: "scores" | "pairs"): TaskKind {
  const { encoder, tokenizer, config, sentenceFiles } = model;
  const settings = sentenceSettings(sentenceFiles);
  const { pooling = ["mean"], normalize = false, maxLength, lowercase = false, prompt } = settings;
  const rows = rowOptions(model, { length: options.length ?? maxLength }, 128);
  const embedder = new SentenceEmbedder({ encoder, pooling, normalize });
  const read = (file: string): Promise<FileText[]> =>
    readTexts(file, options, options.log, { text: ["anchor"], pair: ["positive"] });
  const prepared = (text: string): string => preparedTexts([text], settings)[0] as string;
  return {
    name: "embed",
    parts: {
      config,
      encoder,
      tokenizer,
      ...(model.maxLength !== undefined && { maxLength: rows.maxLength }),
      sentenceFiles: sentenceModuleFiles(
        { pooling, normalize, maxLength: rows.maxLength, lowercase, ...(prompt !== undefined && { prompt }) },
        encoder.hiddenSize,
      ),
    },
    task: embeddingTask(embedder, tokenizer, { ...rows, ...(loss && { loss }) }),
    things: "pairs",
    facts: [
      loss === "pairs"
        ? "pairs without scores: the other pairs of a batch are the negatives (multiple negatives ranking)"
        : "pairs with similarity scores (CoSENT)",
    ],
    groupOf: () => "",
    read: async (file) =>
      pairsOf(await read(file), loss === "scores").map(({ text, pair, ...others }) => ({
        text: prepared(text),
        pair: prepared(pair),
        ...others,
      })),
    predict: async (file) => {
      const texts = await read(file);
      const flat = texts.flatMap(({ input }) => input);
      const vectors = await embedTexts(embedder, tokenizer, flat.map(prepared), rows);
      let next = 0;
      return {
        objects: texts.map(({ input }) => {
          const vector = vectors[next++]!;
          if (typeof input === "string") return { text: input, vector: Array.from(vector) };
          const [text, pair] = input;
          return { text, pair, cosine: cosine(vector, vectors[next++]!) };
        }),
        lines: undefined,
      };
    },
  };
}

/** An encoder and its training pairs. The loss is CoSENT if the file has scores, else multiple negatives ranking. */
export async function trainEmbed(model: PretrainedParts, file: string, options: TaskOptions): Promise<TrainableKind> {
  const { config, encoder } = withPooler(model, false, new Rng(options.seed));
  const { tokenizer, sentenceFiles } = model;
  const parts = {
    config,
    encoder,
    tokenizer,
    ...(sentenceFiles && { sentenceFiles }),
    ...trainedLength(model, options),
  };
  const train = await embedKind(parts, options).read(file);
  const loss = (train as EmbeddingExample[]).some(({ score }) => score !== undefined) ? "scores" : "pairs";
  return { ...embedKind(parts, options, loss), train };
}

/** Pairs, with scores if they are required or the file has any. */
function pairsOf(texts: readonly FileText[], needsScores: boolean): EmbeddingExample[] {
  const hasScores = needsScores || texts.some(({ label }) => label !== undefined);
  return texts.map((given) => {
    const [text, pair] = pairIn(given);
    return { text, pair, ...(hasScores && { score: numberOf(given, "Give every pair a score, or none.") }) };
  });
}
